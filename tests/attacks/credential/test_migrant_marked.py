"""An issuer marks people as migrants.

The same credential serves hosts, and no field says who is who (C19).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_migrant_marked() -> None:
    sim = Simulator()
    credential = sim.credential(
        subject={"migrant": True}, claims={"householdSize": 4, "children": 2}
    )
    assert found(sim.answer(credential)) == EXPECT
