"""An answer given to get a blanket is used to enter a clinic's record, at the same station.

The answer signs the whole challenge, its act included (C61).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_other_act() -> None:
    sim = Simulator()
    blanket, clinic = sim.ask(act="food-line"), sim.ask(act="clinic")
    shown = sim.present(sim.credential(), to=blanket)
    assert found(sim.judge(shown, clinic)) == EXPECT
