"""A copy names the list of revocations as one of suspensions, which weighs less.

Entry and list have to agree (Bitstring Status List, 3.2).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.STATUS_PURPOSE_MISMATCH)


def test_purpose_mismatch() -> None:
    sim = Simulator()
    sim.issuer.revoked.add(INDEX)
    credential = sim.credential(status_purpose="suspension")
    assert found(sim.answer(credential)) == EXPECT
