"""The second naming is written with an escape, past a search for equal texts.

No member twice, however written (RFC 8259, 8.3).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.DUPLICATE_KEY)


def test_duplicate_key_escaped() -> None:
    sim = Simulator()
    written = json.dumps(sim.credential())
    twice = written.replace('"householdSize": 4', '"household\\u0053ize": 9, "householdSize": 4')
    assert twice != written
    assert found(sim.judge(twice, tier=Tier.REGISTERED)) == EXPECT
