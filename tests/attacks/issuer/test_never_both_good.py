"""The key was retired on the tenth, the issuer let in again on the twentieth of the same month.

At no instant of that month were both good (C111).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.REJECTED, Reason.ISSUER_SUSPENDED_WHEN_ISSUED)


def test_never_both_good() -> None:
    sim = Simulator()
    sim.issuer.key_history.append((datetime(2026, 9, 10, tzinfo=UTC), State.RETIRED))
    sim.issuer.history += [
        (datetime(2026, 8, 5, tzinfo=UTC), State.SUSPENDED),
        (datetime(2026, 9, 20, tzinfo=UTC), State.GRANTED),
    ]
    credential = sim.credential(valid_from=date(2026, 9, 1))
    assert found(sim.answer(credential)) == EXPECT
