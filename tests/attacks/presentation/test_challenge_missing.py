"""An answer to no question at all is given as one to this question.

The answer signs the challenge (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import GONE, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_challenge_missing() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), challenge=GONE)) == EXPECT
