"""The holder of an expired copy writes a later month into it.

The dates are signed (C64).
"""

from datetime import date

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_valid_until_changed() -> None:
    sim = Simulator()
    credential = edited(
        sim.credential(valid_until=date(2026, 11, 1)), "validUntil", to="2027-05-01T00:00:00Z"
    )
    assert found(sim.answer(credential)) == EXPECT
