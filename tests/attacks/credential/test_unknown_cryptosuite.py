"""The proof names a suite that this verifier does not have.

Unknown is no yes and no falsity (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE)


def test_unknown_cryptosuite() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "proof", "cryptosuite", to="eddsa-2029")
    assert found(sim.answer(credential)) == EXPECT
