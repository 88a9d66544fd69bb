"""A context that defines every word is appended, so that an added claim is no longer dropped.

It then says something that nobody signed (VC Data Integrity 1.0, section 5.2; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import EXAMPLES, RDFC
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_context_completes() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    forged = {**signed, "@context": [*signed["@context"], EXAMPLES], "rations": 9}
    assert found(sim.answer(forged)) == EXPECT
