"""The holder of a revoked copy points it at an index that nobody revoked.

The index is signed (C79).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_status_index_changed() -> None:
    sim = Simulator()
    sim.issuer.revoked.add(INDEX)
    credential = edited(sim.credential(), "credentialStatus", "statusListIndex", to="4712")
    assert found(sim.answer(credential)) == EXPECT
