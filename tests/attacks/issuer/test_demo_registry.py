"""A demonstration's registry is left on a station in service.

It works as one, and each verdict says so (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.ACCEPTED, Reason.DEMO_REGISTRY)


def test_demo_registry() -> None:
    sim = Simulator()
    sim.demo = sim.issuer.demo = True
    assert found(sim.answer(sim.credential())) == EXPECT
