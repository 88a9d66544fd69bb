"""The proof is simply left out, as unsigned tokens passed in CVE-2022-23540.

No proof, no trust (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.PROOF_MISSING)


def test_proof_missing() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "proof")
    assert found(sim.answer(credential)) == EXPECT
