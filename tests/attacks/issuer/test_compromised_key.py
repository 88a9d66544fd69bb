"""A stolen key signs a credential, and dates it back to when the key was good.

After a compromise no date counts; what was issued honestly is unknown, not false (C87).
"""

from datetime import UTC, date, datetime

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)


def test_compromised_key() -> None:
    sim = Simulator()
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    credential = sim.credential(valid_from=date(2026, 3, 1))
    assert found(sim.answer(credential)) == EXPECT
