"""A further context is appended, which the suite's step 4 allows: terms might be redefined.

Our types have exactly two contexts (VC DI EdDSA, 3.3.2; C93).
"""

from amana.credential import CONTEXTS
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_context_appended() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "@context", to=[*CONTEXTS, "https://evil.example/v1"])
    assert found(sim.answer(credential)) == EXPECT
