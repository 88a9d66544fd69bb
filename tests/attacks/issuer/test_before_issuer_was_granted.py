"""A credential is dated before its issuer was accredited, with a key that is older.

Nobody stood for the issuer then (C111).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_NOT_YET_GRANTED)


def test_before_issuer_was_granted() -> None:
    sim = Simulator()
    sim.issuer.key_history = [(datetime(2025, 1, 1, tzinfo=UTC), State.GRANTED)]
    credential = sim.credential(valid_from=date(2025, 11, 1))
    assert found(sim.answer(credential)) == EXPECT
