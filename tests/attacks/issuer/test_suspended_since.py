"""An issuer that is suspended signs on, and dates back to before.

Since a suspension no date counts (C79).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_SUSPENDED_SINCE)


def test_suspended_since() -> None:
    sim = Simulator()
    sim.issuer.history.append((datetime(2026, 11, 10, tzinfo=UTC), State.SUSPENDED))
    credential = sim.credential(valid_from=date(2026, 3, 1))
    assert found(sim.answer(credential)) == EXPECT
