"""Digests are by a hash that is not computed here: it may be good, and nobody can say.

Unknown is not accepted, and not called false (RFC 9901, 7.1, step 2.d).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE)


def test_hash_unknown() -> None:
    text = disclosure("salt", "entitlement", "everything")
    payload = {"_sd": [hashed(text)], "_sd_alg": "sha3-512"}
    assert judged(lambda: judge(made(payload, text))) == EXPECT
