"""The key with which an issuer logs in signs a credential.

A key does what it is pinned for (CID 1.0, 2.3).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_RELATIONSHIP)


def test_key_of_wrong_relationship() -> None:
    sim = Simulator()
    sim.issuer.relationships = frozenset({"authentication"})
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
