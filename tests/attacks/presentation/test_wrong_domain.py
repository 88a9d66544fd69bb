"""A relay passes the question on under its own name, and the holder answers the relay.

The answer names the organisation that asked (C61).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_DOMAIN)


def test_wrong_domain() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), domain="did:web:relay.example")) == EXPECT
