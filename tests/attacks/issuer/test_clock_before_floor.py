"""The station's clock is set back, to before what its members signed.

Such a clock is not believed, and no age is told (C11).
"""

from datetime import date, timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)


def test_clock_before_floor() -> None:
    sim = Simulator()
    sim.now = sim.published - timedelta(days=30)
    credential = sim.credential(valid_from=date(2026, 8, 1))
    assert found(sim.answer(credential)) == EXPECT
