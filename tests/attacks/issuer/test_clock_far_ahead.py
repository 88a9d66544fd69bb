"""The station's clock runs years ahead, in which the registry would look merely old.

A clock 400 days past the registry's date is not believed (C11).
"""

from datetime import date, timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CLOCK_UNTRUSTED)


def test_clock_far_ahead() -> None:
    sim = Simulator()
    sim.now = sim.published + timedelta(days=401)
    credential = sim.credential(valid_until=date(2029, 1, 1))
    assert found(sim.answer(credential)) == EXPECT
