"""The holder brings a question of his own, signed by the station for a demonstration.

What the book does not hold was not asked here (C43).
"""

from amana.challenge import read_challenge
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_UNKNOWN)


def test_unknown_challenge() -> None:
    sim = Simulator()
    own = read_challenge(sim.challenge())
    shown = sim.present(sim.credential(), to=own)
    assert found(sim.judge(shown, own)) == EXPECT
