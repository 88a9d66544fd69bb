"""A token is valid only by an extension that its issuer calls critical, and that nobody here knows.

Whoever does not understand it must reject (RFC 7515, 4.1.11; CVE-2025-59420; C87).
"""

import json

from amana.reasons import Outcome, Reason
from tests.jose_samples import credential, judged, raw_token, token

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_crit_unknown() -> None:
    for names in (["unlocked-by"], [], ["alg"], "b64", None):
        header = {"alg": "EdDSA", "typ": "vc+jwt", "crit": names, "unlocked-by": "a word"}
        assert judged(raw_token(json.dumps(header), json.dumps(credential()))) == EXPECT
    assert judged(token(credential(), crit=["b64"], b64=True)) == EXPECT
