"""A thief writes his own key into a stolen copy, and answers with it.

Whose copy it is, is signed (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_holder_exchanged() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "credentialSubject", "id", to=sim.thief.public.did)
    assert found(sim.answer(credential, key=sim.thief)) == EXPECT
