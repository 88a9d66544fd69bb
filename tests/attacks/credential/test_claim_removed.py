"""Somebody takes a claim out, with its mark, so that a child is not counted.

Nothing can be taken from what was signed (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_claim_removed() -> None:
    sim = Simulator()
    whole = edited(sim.credential(), "credentialSubject", "children")
    credential = edited(whole, "credentialSubject", "selfStated", to=["householdSize"])
    assert found(sim.answer(credential)) == EXPECT
