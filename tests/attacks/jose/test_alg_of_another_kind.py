"""A token that says ES256 under an Ed25519 key: the header chooses how the key is used.

The key alone says what it signs with (RFC 8725, 3.1; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_alg_of_another_kind() -> None:
    assert judged(token(credential(), alg="ES256")) == EXPECT
    assert judged(token(credential(), alg="ES256", sign=P256Key("thief").sign)) == EXPECT
