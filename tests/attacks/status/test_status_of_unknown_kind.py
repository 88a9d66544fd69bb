"""An issuer names a kind of status list that nobody here reads.

Not readable is not clear, and our types have one kind (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_status_of_unknown_kind() -> None:
    sim = Simulator()
    credential = sim.credential(
        edit=lambda document: document["credentialStatus"].update(type="SomeStatus")
    )
    assert found(sim.answer(credential)) == EXPECT
