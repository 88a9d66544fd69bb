"""A credential of October; its issuer and key were accepted at the first instant of November.

That instant is no instant of October (C111).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_NOT_YET_VALID)


def test_granted_the_month_after() -> None:
    sim = Simulator()
    november = datetime(2026, 11, 1, tzinfo=UTC)
    sim.issuer.history, sim.issuer.key_history = (
        [(november, State.GRANTED)],
        [(november, State.GRANTED)],
    )
    credential = sim.credential(valid_from=date(2026, 10, 1))
    assert found(sim.answer(credential)) == EXPECT
