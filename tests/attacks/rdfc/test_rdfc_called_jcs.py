"""A proof of eddsa-rdfc-2022 is called eddsa-jcs-2022.

The suite's name is among what is signed, and each suite hashes something else (C93).
"""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_called_jcs() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert signed["proof"]["cryptosuite"] == eddsa_rdfc.CRYPTOSUITE
    forged = edited(signed, "proof", "cryptosuite", to="eddsa-jcs-2022")
    assert found(sim.answer(forged)) == EXPECT
    forged["proof"]["@context"] = signed["@context"]
    assert found(sim.answer(forged)) == EXPECT
