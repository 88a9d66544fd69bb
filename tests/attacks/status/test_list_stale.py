"""An old list, from before the revocation, is kept in place.

Beyond 30 days it decides no checked service (C11).
"""

from datetime import timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_LIST_EXPIRED)


def test_list_stale() -> None:
    sim = Simulator()
    sim.issuer.listed_on = sim.now - timedelta(days=31)
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
