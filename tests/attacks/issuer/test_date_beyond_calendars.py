"""A date in the last month that Python's calendar has, to make month arithmetic fail.

A verdict comes out, not a traceback (C93).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.NOT_YET_VALID)


def test_date_beyond_calendars() -> None:
    sim = Simulator()
    sim.issuer.history += [
        (datetime(2026, 3, 1, tzinfo=UTC), State.SUSPENDED),
        (datetime(2026, 4, 1, tzinfo=UTC), State.GRANTED),
    ]
    credential = sim.credential(valid_from=date(9999, 12, 1), valid_until=date(9999, 12, 1))
    assert found(sim.answer(credential)) == EXPECT
