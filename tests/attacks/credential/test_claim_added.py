"""The holder adds that someone in the household is disabled, to be served first.

Nothing can be added to what was signed (C87, C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_claim_added() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "credentialSubject", "disability", to=True)
    assert found(sim.answer(credential)) == EXPECT
