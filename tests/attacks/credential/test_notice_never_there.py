"""An issuer signs a copy without the functional-identity notice.

Every credential carries it (C81).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_notice_never_there() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document.pop("termsOfUse"))
    assert found(sim.answer(credential)) == EXPECT
