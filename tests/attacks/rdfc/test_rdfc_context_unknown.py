"""A context that nobody here knows is appended: it could mean anything, and is never fetched.

Unknown is not false, and not good either (VC Data Integrity 1.0, section 2.4.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CONTEXT)


def test_rdfc_context_unknown() -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    contexts = [*signed["@context"], "https://nobody.example/v1"]
    assert found(sim.judge(edited(signed, "@context", to=contexts))) == EXPECT
