"""An issuer writes the types in another order, past the schema that is chosen by them.

A kind of ours conforms to its schema wherever its name stands (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_type_reordered() -> None:
    sim = Simulator()
    credential = sim.credential(edit=lambda document: document["type"].reverse())
    assert found(sim.answer(credential)) == EXPECT
