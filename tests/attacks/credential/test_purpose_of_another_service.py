"""A copy for a clinic's visits is shown at the food line.

Out of its scope it is clearly not valid (C82).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_PURPOSE)


def test_purpose_of_another_service() -> None:
    sim = Simulator()
    credential = sim.credential(purpose="health")
    assert found(sim.answer(credential)) == EXPECT
