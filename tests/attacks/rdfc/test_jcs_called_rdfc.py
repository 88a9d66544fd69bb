"""A proof of eddsa-jcs-2022 is called eddsa-rdfc-2022, under which order would not be signed.

The suite's name is among what is signed, and each suite hashes something else (C93).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_jcs_called_rdfc() -> None:
    sim = Simulator()
    forged = edited(sim.credential(), "proof", "cryptosuite", to=eddsa_rdfc.CRYPTOSUITE)
    assert found(sim.answer(forged)) == EXPECT
    del forged["proof"]["@context"]
    assert found(sim.answer(forged)) == EXPECT
