"""A wallet that is not ours shows a disability that nobody asked about.

The proof is good; the claim is not shown on and is remarked (C30, C61).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import FOOD, Simulator, found, reasons

EXPECT = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)


def test_over_disclosure() -> None:
    sim = Simulator()
    verdict = sim.answer(sim.credential(claims={**FOOD, "disability": True}))
    assert found(verdict) == EXPECT
    assert Reason.CLAIM_NOT_ASKED in reasons(verdict)
    assert "disability" not in verdict.shown
