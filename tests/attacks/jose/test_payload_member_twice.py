"""The issuer's program read the first `credentialSubject`, the verifier's reads the last.

No member twice (RFC 7519, 4; C87).
"""

import json

from amana.reasons import Outcome, Reason
from tests.jose_samples import METHOD, credential, judged, raw_token

EXPECT = (Outcome.REJECTED, Reason.DUPLICATE_KEY)


def test_payload_member_twice() -> None:
    payload = json.dumps(credential())
    header = f'{{"alg":"EdDSA","typ":"vc+jwt","kid":"{METHOD}"}}'
    twice = payload[:-1] + ', "credentialSubject": {"id": "did:web:thief.example"}}'
    assert judged(raw_token(header, twice)) == EXPECT
