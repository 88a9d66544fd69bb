"""The station's registry was wiped, in the hope that nobody asks it then.

Absence is not permission (C11).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.REGISTRY_MISSING)


def test_no_registry() -> None:
    sim = Simulator()
    sim.registry = False
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
