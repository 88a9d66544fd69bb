"""An issuer signs a copy that nobody can revoke.

What is about people has a status (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_status_never_there() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document.pop("credentialStatus"))
    assert found(sim.answer(credential)) == EXPECT
