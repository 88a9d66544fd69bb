"""The name of the hash is changed, so that digests may be read as of another one.

The name is signed (RFC 9901, 4.1.1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import issued, judge, judged, read, rewritten

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_hash_name_changed() -> None:
    found = read(issued())
    jwt = rewritten(found.jwt, lambda payload: {**payload, "_sd_alg": "sha-512"})
    assert judged(lambda: judge(found._replace(jwt=jwt))) == EXPECT


def test_hash_name_left_out() -> None:
    found = read(issued())
    jwt = rewritten(found.jwt, lambda payload: {**payload, "_sd_alg": None})
    assert judged(lambda: judge(found._replace(jwt=jwt))) == EXPECT
