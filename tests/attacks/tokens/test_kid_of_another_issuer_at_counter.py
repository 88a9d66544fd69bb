"""One registered issuer signs with its own key in the name of another.

`kid` names a key that the registry pins, only not of the issuer whom the credential names (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, found, key_of
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_kid_of_another_issuer_at_counter() -> None:
    sim = TokenSimulator()
    other = Issuer(did="did:web:other.example", key=key_of("other"))
    sim.others.append(other)
    text = sim.jwt(key=other.key, header={"kid": other.key_id})
    asked = sim.ask()
    assert found(sim.judge(sim.jwt_answer(text, to=asked), asked)) == EXPECT
