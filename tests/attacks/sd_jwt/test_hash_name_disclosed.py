"""A disclosure brings another name of the hash, for a verifier that reads it after the fact.

The name stands in the signed payload, at its top (RFC 9901, 4.1.1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_hash_name_disclosed() -> None:
    text = disclosure("salt", "_sd_alg", "sha-512")
    assert judged(lambda: judge(made({"_sd": [hashed(text)]}, text))) == EXPECT
