"""A third type joins the two, so that other software reads the copy as something else.

Our types are exactly what the schema says (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_type_smuggled() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document["type"].append("Passport"))
    assert found(sim.answer(credential)) == EXPECT
