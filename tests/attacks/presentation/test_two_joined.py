"""Two copies of one person are shown together, which links what was kept apart.

One purpose, one copy (C61, C73).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.TOO_MANY_CREDENTIALS)


def test_two_joined() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), sim.credential(index=12), to=asked)
    assert found(sim.judge(shown, asked)) == EXPECT
