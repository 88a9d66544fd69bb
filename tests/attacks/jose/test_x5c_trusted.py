"""The header brings a chain of certificates, or says where one lies, with the thief's key in it.

`x5c` and `x5u` are never read (RFC 8725, 3.10; C87).
"""

import base64

from amana.reasons import Outcome, Reason
from tests.amana_samples import key
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_x5c_trusted() -> None:
    thief = key("thief")
    chain = [base64.b64encode(thief.public.raw).decode()]
    for more in ({"x5c": chain}, {"x5u": "https://thief.example/chain"}, {"x5t#S256": "AA"}):
        assert judged(token(credential(), sign=thief.sign, **more)) == EXPECT
