"""The phone's code is photographed, and shown after the holder has left.

A challenge lives three minutes; a late answer is unproved, not false (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_late_answer() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    sim.clock.wait(181)
    assert found(sim.judge(shown, asked)) == EXPECT
