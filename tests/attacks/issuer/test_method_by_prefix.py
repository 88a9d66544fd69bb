"""The method begins like a known issuer's and goes on: did:web:aid.example.evil.example#key-1.

What comes before # is the issuer, whole (DID Core, 3.2).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_method_by_prefix() -> None:
    sim = Simulator()
    credential = sim.credential(key=sim.thief, method="did:web:aid.example.evil.example#key-1")
    assert found(sim.answer(credential)) == EXPECT
