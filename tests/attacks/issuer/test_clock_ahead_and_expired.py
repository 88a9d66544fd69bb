"""The same clock, and a copy that had ended when the members signed the registry's date.

That date is believed (C64).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_clock_ahead_and_expired() -> None:
    sim = Simulator()
    sim.now = datetime(2031, 1, 1, tzinfo=UTC)
    credential = sim.credential(valid_from=date(2026, 5, 1), valid_until=date(2026, 11, 1))
    assert found(sim.answer(credential)) == EXPECT
