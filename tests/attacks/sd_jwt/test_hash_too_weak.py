"""An issuer names a hash of which two texts with one digest can be found.

SHA-256 cut to 32 bits is computed by nobody here (RFC 9901, 7.1, step 2.d).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_hash_too_weak() -> None:
    text = disclosure("salt", "entitlement", "everything")
    payload = {"_sd": [hashed(text)[:6]], "_sd_alg": "sha-256-32"}
    assert judged(lambda: judge(made(payload, text))) == EXPECT
