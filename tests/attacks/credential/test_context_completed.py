"""A document signed under the base context alone, where our terms mean nothing, gets ours appended.

The proof has to name both contexts too (VC DI EdDSA, 3.3.2, step 4; C93).
"""

from amana.credential import CONTEXTS
from amana.reasons import Outcome, Reason
from schemas import VC_CONTEXT
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_context_completed() -> None:
    sim = Simulator()
    undefined = sim.credential(edit=lambda document: document.update({"@context": [VC_CONTEXT]}))
    credential = edited(undefined, "@context", to=list(CONTEXTS))
    assert found(sim.answer(credential)) == EXPECT
