"""The proof names several challenges in a list, one of which is bound to fit.

An answer is to one challenge (VC DI, 2.1; C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_challenge_listed() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), challenge=["uAAAA", "uBBBB"])) == EXPECT
