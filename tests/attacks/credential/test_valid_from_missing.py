"""An issuer leaves out when the copy begins, so that nothing ties it to the issuer's history.

Our types are dated (C64).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_valid_from_missing() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document.pop("validFrom"))
    assert found(sim.answer(credential)) == EXPECT
