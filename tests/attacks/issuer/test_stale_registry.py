"""The station is kept from updates for months, so that a withdrawal does not reach it.

Beyond 90 days it decides no checked service (C11).
"""

from datetime import timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import NOW, Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.REGISTRY_EXPIRED)


def test_stale_registry() -> None:
    sim = Simulator()
    sim.published = NOW - timedelta(days=91)
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
