"""A credential is dated before its key was accepted.

Nobody stood for that key then (C111).
"""

from datetime import date

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.KEY_NOT_YET_VALID)


def test_before_key_was_granted() -> None:
    sim = Simulator()
    credential = sim.credential(valid_from=date(2025, 11, 1))
    assert found(sim.answer(credential)) == EXPECT
