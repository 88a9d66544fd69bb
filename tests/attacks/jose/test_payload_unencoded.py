"""By RFC 7797 the payload stands as it is, so that one signature fits two readings of it.

`b64` is refused, critical or not (C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_payload_unencoded() -> None:
    for value in (False, True, "false"):
        assert judged(token(credential(), b64=value)) == EXPECT
        assert judged(token(credential(), b64=value, crit=["b64"])) == EXPECT
