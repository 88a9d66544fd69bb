"""Our terms are exchanged for another context, so that each claim means something else.

The context is signed twice: in the document and in the proof (VC DI EdDSA, 3.3.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_context_changed() -> None:
    sim = Simulator()
    credential = edited(sim.credential(), "@context", 1, to="https://evil.example/v1")
    assert found(sim.answer(credential)) == EXPECT
