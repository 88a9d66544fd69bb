"""A copy ends before it begins, so that each check of one date alone passes at some time.

Such a document is none (VCDM 2.0, 4.9).
"""

from datetime import date

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_CREDENTIAL)


def test_dates_reversed() -> None:
    sim = Simulator()
    credential = sim.credential(valid_from=date(2027, 1, 1), valid_until=date(2026, 12, 1))
    assert found(sim.answer(credential)) == EXPECT
