"""A thief copies the code of a card, and presents it under a key of his own.

A copy is bound to its holder's key (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_stolen_credential() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), key=sim.thief)) == EXPECT
