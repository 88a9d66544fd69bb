"""The proof brings contexts of its own, under which its options would mean something else.

Options are read with the document's contexts (VC DI EdDSA 1.0, section 3.2.5; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_proof_context() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    forged = edited(signed, "proof", "@context", to=signed["@context"][:1])
    assert found(sim.answer(forged)) == EXPECT
