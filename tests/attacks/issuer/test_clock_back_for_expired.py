"""The clock is set back to when an expired copy was good.

Time does not run back before the registry's own date (C64).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_clock_back_for_expired() -> None:
    sim = Simulator()
    sim.now = datetime(2026, 9, 15, tzinfo=UTC)
    credential = sim.credential(valid_from=date(2026, 5, 1), valid_until=date(2026, 11, 1))
    assert found(sim.answer(credential)) == EXPECT
