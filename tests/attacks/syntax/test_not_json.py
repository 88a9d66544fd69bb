"""A document cut off in the middle.

Nothing is guessed (RFC 8259).
"""

import json

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.NOT_JSON)


def test_not_json() -> None:
    sim = Simulator()
    assert found(sim.judge(json.dumps(sim.credential())[:-20], tier=Tier.REGISTERED)) == EXPECT
