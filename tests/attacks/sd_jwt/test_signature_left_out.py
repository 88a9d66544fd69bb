"""The header says that nobody signed, and the signature is empty.

`none` is no algorithm here (RFC 9901, 7.1, step 2.a).
"""

from __future__ import annotations

import json

from amana.multibase import to_base64url
from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import TYPE, issued, judge, judged, read

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_signature_left_out() -> None:
    found = read(issued())
    header = to_base64url(json.dumps({"alg": "none", "typ": TYPE}).encode())
    unsigned = f"{header}.{found.jwt.split('.')[1]}."
    assert judged(lambda: judge(found._replace(jwt=unsigned))) == EXPECT
