"""A date of creation is written into a finished proof, to tell when somebody was where.

Every option of a proof is signed (VC DI EdDSA, 3.3.4; C68).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_proof_option_added() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "proof", "created", to="2026-11-20T09:41:00Z")
    assert found(sim.answer(credential)) == EXPECT
