"""A list past its own end is kept in place.

Its issuer said until when it counts (VCDM 2.0, 4.9).
"""

from datetime import UTC, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_LIST_EXPIRED)


def test_list_expired() -> None:
    sim = Simulator()
    sim.issuer.listed_on = datetime(2026, 10, 25, tzinfo=UTC)
    sim.issuer.list_until = datetime(2026, 11, 1, tzinfo=UTC)
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
