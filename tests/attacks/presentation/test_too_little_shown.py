"""A copy that lacks a claim which the service needs.

That is not false; somebody asks another way (C82).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CLAIM_MISSING)


def test_too_little_shown() -> None:
    sim = Simulator()
    credential = sim.credential(claims={"householdSize": 4})
    assert found(sim.answer(credential)) == EXPECT
