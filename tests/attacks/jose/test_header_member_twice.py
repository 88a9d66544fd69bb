"""`alg` or `kid` stands twice in the header: one program reads the first, another the last.

No member twice (RFC 7515, 4; C87).
"""

import json

from amana.reasons import Outcome, Reason
from tests.jose_samples import METHOD, credential, judged, raw_token

EXPECT = (Outcome.REJECTED, Reason.DUPLICATE_KEY)


def test_header_member_twice() -> None:
    payload = json.dumps(credential())
    for twice in ('"alg":"none","alg":"EdDSA"', '"alg":"EdDSA","\\u0061lg":"none"'):
        header = f'{{{twice},"typ":"vc+jwt","kid":"{METHOD}"}}'
        assert judged(raw_token(header, payload)) == EXPECT
