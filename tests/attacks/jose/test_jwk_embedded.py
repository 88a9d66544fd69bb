"""The header brings the thief's key with it, under the issuer's name.

A token never brings the key that it is verified with (CVE-2018-0114; C87).
"""

from amana.jwk import public_jwk
from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import METHOD, P256Key, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_jwk_embedded() -> None:
    thief, other = key("thief"), P256Key("thief")
    jwk = {**public_jwk(thief.public), "kid": METHOD}
    assert judged(token(credential(), jwk=jwk, sign=thief.sign)) == EXPECT
    wrong_kind = token(credential(), jwk=public_jwk(other.public), sign=other.sign)
    assert judged(wrong_kind) == EXPECT
