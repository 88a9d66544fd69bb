"""The holder of a revoked copy takes its status out.

The status is signed (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_status_removed() -> None:
    sim = Simulator()
    sim.issuer.revoked.add(INDEX)
    credential = edited(sim.credential(), "credentialStatus")
    assert found(sim.answer(credential)) == EXPECT
