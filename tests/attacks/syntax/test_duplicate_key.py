"""A claim is named twice: the signer's program read the first, the verifier's the last.

No member twice (RFC 7493, 2.3; CVE-2017-12635).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.DUPLICATE_KEY)


def test_duplicate_key() -> None:
    sim = Simulator()
    written = json.dumps(sim.credential())
    twice = written.replace('"householdSize": 4', '"householdSize": 9, "householdSize": 4')
    assert twice != written
    assert found(sim.judge(twice, tier=Tier.REGISTERED)) == EXPECT
