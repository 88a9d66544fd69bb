"""Somebody writes a list without the revocation, and signs it with his own key.

Only the issuer's pinned key makes a list; the forged one is as if it were not there (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.STATUS_LIST_MISSING)


def test_list_resigned() -> None:
    sim = Simulator()
    sim.issuer.list_key = sim.thief
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
