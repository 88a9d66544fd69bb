"""The same r and s, written in DER: a second form of a good signature.

ES256 has exactly 64 bytes (RFC 7518, 3.4; C87).
"""

from amana.did.key import verification_method
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_signature_in_der() -> None:
    theirs = P256Key("theirs")
    document = credential(issuer=theirs.public.did)
    method = verification_method(theirs.public.did)
    forged = token(document, alg="ES256", kid=method, sign=theirs.sign_der)
    assert judged(forged) == EXPECT
