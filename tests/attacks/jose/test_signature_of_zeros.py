"""r and s are zero, or the order of the group: an equation that some libraries find true.

Both must lie in between (FIPS 186-5, 6.4.2; CVE-2022-21449; C87).
"""

from amana.did.key import verification_method
from amana.multibase import to_base64url
from amana.reasons import Outcome, Reason
from tests.jose_samples import ORDER, P256Key, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_signature_of_zeros() -> None:
    theirs = P256Key("theirs")
    document = credential(issuer=theirs.public.did)
    method = verification_method(theirs.public.did)
    order = ORDER.to_bytes(32, "big")
    good = token(document, alg="ES256", kid=method, sign=theirs.sign)
    assert judged(good) is None
    for forged in (bytes(64), order + order, bytes(32) + order, order + bytes(32)):
        assert judged(f"{good.rpartition('.')[0]}.{to_base64url(forged)}") == EXPECT
