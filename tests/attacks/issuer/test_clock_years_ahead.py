"""A station's clock is set years ahead, so that every proof that it sees is condemned.

A clock that is not believed proves no falsity, and no validity either (C11).
"""

from datetime import UTC, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.UNDECIDED, Reason.EXPIRED_BY_DOUBTED_CLOCK)


def test_clock_years_ahead() -> None:
    sim = Simulator()
    sim.now = datetime(2031, 1, 1, tzinfo=UTC)
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    assert found(sim.judge(shown, asked)) == (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)
    assert found(sim.judge(sim.credential(), tier=Tier.REGISTERED)) == EXPECT
