"""An issuer signs a copy that never ends.

Every record has its end (C64).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_valid_until_missing() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document.pop("validUntil"))
    assert found(sim.answer(credential)) == EXPECT
