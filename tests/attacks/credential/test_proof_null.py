"""The proof is there, and null (CVE-2022-23540 in another dress).

No proof, no trust (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.PROOF_MISSING)


def test_proof_null() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "proof", to=None)
    assert found(sim.answer(credential)) == EXPECT
