"""`iss` is the thief, who signs; `issuer` inside is the office that staff will read.

The two must be one (VC-JOSE-COSE, 4.1.2; C87).
"""

from amana.did.key import verification_method
from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_iss_of_another_issuer() -> None:
    thief = key("thief")
    method = verification_method(thief.public.did)
    forged = token(credential(iss=thief.public.did), kid=method, sign=thief.sign)
    assert judged(forged) == EXPECT
    in_header = token(credential(), iss=thief.public.did, kid=method, sign=thief.sign)
    assert judged(in_header) == EXPECT
