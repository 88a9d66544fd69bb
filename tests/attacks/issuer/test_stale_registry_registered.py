"""The same old registry at a service that needs registration only.

Nobody is turned away for want of a network; the verdict says how old it is (C2, C11).
"""

from datetime import timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import NOW, Simulator, found, reasons
from verifier import Tier

EXPECT = (Outcome.ACCEPTED, Reason.REGISTRY_STALE)


def test_stale_registry_registered() -> None:
    sim = Simulator()
    sim.published = NOW - timedelta(days=91)
    sim.issuer.listed_on = sim.published
    asked = sim.ask()
    verdict = sim.judge(sim.present(sim.credential(), to=asked), asked, tier=Tier.REGISTERED)
    assert found(verdict) == EXPECT
    assert Reason.STATUS_LIST_STALE in reasons(verdict)
