"""A copy for one purpose is passed off as a person's whole profile.

The type is signed (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_type_changed() -> None:
    sim = Simulator()
    sim.issuer.actions.add(("issue", "PersonProfile"))
    credential = edited(sim.credential(), "type", 1, to="PersonProfile")
    assert found(sim.answer(credential)) == EXPECT
