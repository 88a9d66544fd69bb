"""A thrown-out issuer signs on, and dates back to before.

Since a withdrawal no date counts (C79).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_WITHDRAWN_SINCE)


def test_withdrawn_since() -> None:
    sim = Simulator()
    sim.issuer.history.append((datetime(2026, 11, 10, tzinfo=UTC), State.WITHDRAWN))
    credential = sim.credential(valid_from=date(2026, 3, 1))
    assert found(sim.answer(credential)) == EXPECT
