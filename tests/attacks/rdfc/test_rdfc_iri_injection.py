"""An id closes its own bracket and brings a statement along.

An id is an absolute IRI, or the document is refused (JSON-LD 1.1 API, section 8.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_rdfc_iri_injection() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    injected = "did:a:b> <https://amana.example/v1#children> <did:a:c> .\n<did:a:d"
    assert found(sim.judge(edited(signed, "credentialSubject", "id", to=injected))) == EXPECT
