"""A good station certificate is shown instead of a purpose credential.

A service says which kinds it takes (C82).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.WRONG_TYPE)


def test_type_not_served() -> None:
    sim = Simulator()
    sim.issuer.actions.add(("issue", "StationCertificate"))
    assert found(sim.judge(sim.certificate(), tier=Tier.REGISTERED)) == EXPECT
