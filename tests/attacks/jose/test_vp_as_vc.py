"""What a holder signed as a presentation is handed in as a credential.

`typ` says what was signed (RFC 8725, 3.11; VC-JOSE-COSE, 3.1; C87).
"""

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, presented, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_vp_as_vc() -> None:
    assert judged(presented()) == EXPECT
    assert judged(token(credential(), typ="vp+jwt")) == EXPECT
