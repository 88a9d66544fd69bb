"""A name of a hash stands inside a claim, for a verifier that obeys the nearest.

It has no place there (RFC 9901, 4.1.1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_SD_JWT)


def test_hash_name_nested() -> None:
    text = disclosure("salt", "entitlement", "everything")
    inner = {"_sd": [hashed(text, "sha-512")], "_sd_alg": "sha-512"}
    assert judged(lambda: judge(made({"claim": inner}, text))) == EXPECT
