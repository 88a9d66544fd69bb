"""The list is kept from the station, so that a revocation is not seen.

Absence is not permission (C11).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_LIST_MISSING)


def test_list_missing() -> None:
    sim = Simulator()
    sim.issuer.list_published = False
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
