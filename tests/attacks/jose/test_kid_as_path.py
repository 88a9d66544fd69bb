"""`kid` leads to a file whose content the thief knows, as `/dev/null` is empty.

A `kid` is a URL of the issuer's, or a plain name of one of its keys (RFC 8725, 3.10; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import ISSUER, credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_kid_as_path() -> None:
    for kid in ("../../../../dev/null", "/dev/null", f"{ISSUER}#\0", "..\\..\\key", "%2e%2e%2fkey"):
        assert judged(token(credential(iss=ISSUER), kid=kid)) == EXPECT
