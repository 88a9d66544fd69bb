"""An answer was photographed at the counter, and is shown there a second time.

A challenge is used once (C42, C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.REPLAYED)


def test_replayed() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    assert sim.judge(shown, asked).accepted
    assert found(sim.judge(shown, asked)) == EXPECT
