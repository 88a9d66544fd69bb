"""Somebody takes away the words that this is no legal identity, to impress an official.

The notice is signed (C81).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_notice_removed() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "termsOfUse")
    assert found(sim.answer(credential)) == EXPECT
