"""One copy is put in twice, to be counted twice.

One purpose, one copy (C42).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.TOO_MANY_CREDENTIALS)


def test_same_twice() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), sim.credential(), to=asked)
    assert found(sim.judge(shown, asked)) == EXPECT
