"""A shop hands the answer it got on to another shop.

`aud` names who asked; whoever is not named must reject (RFC 7519, 4.1.3; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import answered, presented

EXPECT = (Outcome.REJECTED, Reason.WRONG_DOMAIN)


def test_answer_carried_elsewhere() -> None:
    assert answered(presented(audience="did:web:thief.example")) == EXPECT
