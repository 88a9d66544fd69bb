"""The class of what somebody is entitled to is changed, and no claim about the person.

All of the subject is signed (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_entitlement_raised() -> None:
    sim = Simulator()
    credential = edited(
        sim.credential(), "credentialSubject", "entitlement", to="household-of-twelve"
    )
    assert found(sim.answer(credential)) == EXPECT
