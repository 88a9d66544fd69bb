"""Somebody found the key of an organisation that closed its doors, and signs with it.

It was not accredited any more (C111).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.REJECTED, Reason.ISSUER_WITHDRAWN_WHEN_ISSUED)


def test_terminated_when_issued() -> None:
    sim = Simulator()
    sim.issuer.history.append((datetime(2026, 8, 10, tzinfo=UTC), State.TERMINATED))
    credential = sim.credential(valid_from=date(2026, 10, 1))
    assert found(sim.answer(credential)) == EXPECT
