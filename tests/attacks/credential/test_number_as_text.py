"""A count is signed as a text, which one program adds up and another compares by letter.

Each claim has one type (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_number_as_text() -> None:
    sim = Simulator()
    credential = sim.credential(claims={"householdSize": "4", "children": 2})
    assert found(sim.answer(credential)) == EXPECT
