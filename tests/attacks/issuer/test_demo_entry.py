"""A demonstration's issuer, whose keys are public, got into a real registry.

Outside a demonstration its signature is worth nothing (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.DEMO_KEY)


def test_demo_entry() -> None:
    sim = Simulator()
    sim.issuer.demo = True
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
