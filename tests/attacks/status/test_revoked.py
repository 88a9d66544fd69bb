"""A copy that its issuer has revoked is shown.

Its bit is set (Bitstring Status List, 3.2; C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.REVOKED)


def test_revoked() -> None:
    sim = Simulator()
    sim.issuer.revoked.add(INDEX)
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
