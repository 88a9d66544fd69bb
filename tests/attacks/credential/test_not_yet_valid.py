"""A copy that begins in 2099 is shown today.

Its time has not come; that is no falsity (VCDM 2.0, 4.9; C64).
"""

from datetime import date

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.NOT_YET_VALID)


def test_not_yet_valid() -> None:
    sim = Simulator()
    credential = sim.credential(valid_from=date(2099, 1, 1), valid_until=date(2099, 6, 1))
    assert found(sim.answer(credential)) == EXPECT
