"""NaN as a claim: whatever it is compared with, the answer is no.

Not JSON (RFC 8259, 6).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.NOT_A_NUMBER)


def test_not_a_number() -> None:
    sim = Simulator()
    assert (
        found(sim.judge(json.dumps(sim.credential()).replace(": 4", ": NaN"), tier=Tier.REGISTERED))
        == EXPECT
    )
