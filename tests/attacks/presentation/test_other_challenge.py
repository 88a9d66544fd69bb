"""An answer to yesterday's question, the same in all but its random part, is shown today.

Sixteen random bytes make each question another one (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_other_challenge() -> None:
    sim = Simulator()
    yesterday, today = sim.ask(), sim.ask()
    shown = sim.present(sim.credential(), to=yesterday)
    assert found(sim.judge(shown, today)) == EXPECT
