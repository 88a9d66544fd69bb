"""An accredited issuer signs a type that nobody here has rules for, and the service takes it.

Unknown is no yes (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.SCHEMA_UNKNOWN)


def test_unknown_type() -> None:
    sim = Simulator()
    sim.issuer.actions.add(("issue", "LandTitle"))
    asked = sim.ask()
    shown = sim.present(sim.credential(kind="LandTitle"), to=asked)
    verdict = sim.judge(shown, asked, kinds=frozenset({"LandTitle"}))
    assert found(verdict) == EXPECT
