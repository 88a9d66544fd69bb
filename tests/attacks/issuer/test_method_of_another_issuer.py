"""A known issuer signs with the key of another known one.

The method belongs to the issuer that is named (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found, key_of

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_method_of_another_issuer() -> None:
    sim = Simulator()
    other = Issuer(did="did:web:other.example", key=key_of("other"))
    sim.others.append(other)
    credential = sim.credential(key=other.key, method=other.key_id)
    assert found(sim.answer(credential)) == EXPECT
