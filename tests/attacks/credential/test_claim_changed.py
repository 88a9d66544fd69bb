"""The holder makes four people nine, to get a larger ration.

The signature covers every claim (C87, C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_claim_changed() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "credentialSubject", "householdSize", to=9)
    assert found(sim.answer(credential)) == EXPECT
