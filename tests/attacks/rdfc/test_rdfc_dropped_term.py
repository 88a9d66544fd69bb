"""A member that no context defines is added: JSON-LD would drop it, and the signature still fit.

What RDF leaves out is refused before a signature is looked at (VC Data Integrity 1.0, 5.2; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.UNKNOWN_TERM)


def test_rdfc_dropped_term() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    assert found(sim.answer({**signed, "householdSizeTotal": 40})) == EXPECT
    assert found(sim.answer(edited(signed, "credentialSubject", "rations", to=9))) == EXPECT
