"""A context appended after signing gives a signed claim another meaning.

Our terms are protected: nobody redefines them (JSON-LD 1.1, section 4.1.11; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.PROTECTED_TERM)


def test_rdfc_context_redefines() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    contexts = [*signed["@context"], {"children": "https://amana.example/v1#householdSize"}]
    assert found(sim.answer(edited(signed, "@context", to=contexts))) == EXPECT
