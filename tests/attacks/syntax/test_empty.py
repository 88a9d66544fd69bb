"""Nothing is held to the scanner, and sent in.

Nothing proves nothing (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.EMPTY)


def test_empty() -> None:
    sim = Simulator()
    assert found(sim.judge(b"", tier=Tier.REGISTERED)) == EXPECT
