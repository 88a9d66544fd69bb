"""A copy that its issuer has suspended is shown.

For now it is unknown, not false (Bitstring Status List, 2.2; C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.SUSPENDED)


def test_suspended() -> None:
    sim = Simulator()
    sim.issuer.purpose = "suspension"
    sim.issuer.revoked.add(INDEX)
    credential = sim.credential(status_purpose="suspension")
    assert found(sim.answer(credential)) == EXPECT
