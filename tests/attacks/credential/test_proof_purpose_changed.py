"""A signature that the issuer made to log in somewhere is passed off as an assertion.

A credential is signed to assert (VC DI, 2.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_RELATIONSHIP)


def test_proof_purpose_changed() -> None:
    sim = Simulator()
    credential = sim.credential(proof_purpose="authentication")
    assert found(sim.answer(credential)) == EXPECT
