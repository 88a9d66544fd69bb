"""The DID of a known issuer with capitals in its host, as a browser would not notice.

DIDs are compared byte for byte (DID Core, 3.1).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.ISSUER_UNKNOWN)


def test_host_in_capitals() -> None:
    sim = Simulator()
    other = Issuer(did="did:web:AID.example")
    credential = sim.credential(issuer=other)
    assert found(sim.answer(credential)) == EXPECT
