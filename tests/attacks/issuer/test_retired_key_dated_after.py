"""A retired key that lies in a drawer signs on.

It was replaced before that date (C111).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.REJECTED, Reason.KEY_RETIRED_WHEN_ISSUED)


def test_retired_key_dated_after() -> None:
    sim = Simulator()
    sim.issuer.key_history.append((datetime(2026, 6, 10, tzinfo=UTC), State.RETIRED))
    credential = sim.credential(valid_from=date(2026, 9, 1))
    assert found(sim.answer(credential)) == EXPECT
