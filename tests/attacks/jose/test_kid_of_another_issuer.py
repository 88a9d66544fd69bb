"""The thief signs with a good key, his own, and says so, in a credential of the issuer's.

`kid` must be a key of the issuer that the credential names (VC-JOSE-COSE, 4.1; C87).
"""

from amana.did.key import verification_method
from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import ISSUER, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_kid_of_another_issuer() -> None:
    thief = key("thief")
    method = verification_method(thief.public.did)
    for document in (credential(), credential(iss=ISSUER), credential(issuer={"id": ISSUER})):
        assert judged(token(document, kid=method, sign=thief.sign)) == EXPECT
