"""Yesterday's answer is shown again today.

`nonce` is the one that was asked with today (VC-JOSE-COSE, 3.1.2; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import answered, presented

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_answer_played_back() -> None:
    assert answered(presented(nonce="yesterday")) == EXPECT
