"""The clock of the station jumps back, which would let an old question live for ever.

A question asked in the future is no fresh one (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_clock_turned_back() -> None:
    sim = Simulator()
    asked = sim.ask()
    sim.clock.wait(-500)
    shown = sim.present(sim.credential(), to=asked)
    assert found(sim.judge(shown, asked)) == EXPECT
