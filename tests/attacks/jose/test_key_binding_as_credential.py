"""A holder is made to sign a key binding whose claims read like a credential.

`typ` says what was signed, in letters of ASCII alone (RFC 8725, 3.11; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_key_binding_as_credential() -> None:
    names = ["kb+jwt", "KB+JWT", "\u212ab+jwt", "JWT", "sd-jwt", "vc+sd-jwt", "dc+sd-jwt", None]
    for name in names:
        assert judged(token(credential(), typ=name)) == EXPECT
