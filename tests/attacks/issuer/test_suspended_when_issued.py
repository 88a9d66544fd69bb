"""An issuer signed while it was suspended, and was let in again later.

What it signed meanwhile was not its to sign (C79).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.REJECTED, Reason.ISSUER_SUSPENDED_WHEN_ISSUED)


def test_suspended_when_issued() -> None:
    sim = Simulator()
    sim.issuer.history += [
        (datetime(2026, 3, 10, tzinfo=UTC), State.SUSPENDED),
        (datetime(2026, 6, 10, tzinfo=UTC), State.GRANTED),
    ]
    credential = sim.credential(valid_from=date(2026, 4, 1))
    assert found(sim.answer(credential)) == EXPECT
