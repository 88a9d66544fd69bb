"""A document of a million bytes.

Bounded before it is parsed (C12).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.TOO_LARGE)


def test_huge() -> None:
    sim = Simulator()
    assert found(sim.judge(b'{"a":"' + b"x" * 1_000_000 + b'"}', tier=Tier.REGISTERED)) == EXPECT
