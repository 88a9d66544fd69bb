"""The very same question is written into the book twice, to use its answer twice.

Used stays used (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.REPLAYED)


def test_asked_again() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    assert sim.judge(shown, asked).accepted
    sim.book.ask(asked)
    assert found(sim.judge(shown, asked)) == EXPECT
