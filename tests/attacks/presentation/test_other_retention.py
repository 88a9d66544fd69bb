"""A person was told that nothing is kept; the station keeps the claims for a year.

The answer signs how long they are kept (C61, C64).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_other_retention() -> None:
    sim = Simulator()
    told, kept = sim.ask(retention="P0D"), sim.ask(retention="P1Y")
    shown = sim.present(sim.credential(), to=told)
    assert found(sim.judge(shown, kept)) == EXPECT
