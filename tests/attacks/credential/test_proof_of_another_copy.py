"""The proof of a good copy is put under another document.

A signature is of one document (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_proof_of_another_copy() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "proof", to=sim.credential(index=12)["proof"])
    assert found(sim.answer(credential)) == EXPECT
