"""A copy is shown in the month in which it ended.

Valid until means: not at that instant any more (VCDM 2.0, 4.9; C64).
"""

from datetime import date

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_expired() -> None:
    sim = Simulator()
    credential = sim.credential(valid_until=date(2026, 11, 1), valid_from=date(2026, 5, 1))
    assert found(sim.answer(credential)) == EXPECT
