"""Index 0 is revoked, and a reader of W3C's lists looks at the other end of the byte.

Token Status List begins at the lowest bit (4.1), Bitstring Status List at the highest (2.2).
"""

from amana.reasons import Outcome, Reason
from amana.token_status import build_status_list_cwt, build_status_list_jwt
from tests.amana_samples import NOW, key
from tests.status_lab import URI, asked, bitstring, entry, judged

EXPECT = (Outcome.REJECTED, Reason.REVOKED)


def test_bit_order_confused() -> None:
    for build in (build_status_list_jwt, build_status_list_cwt):
        token = build((0,), count=8, uri=URI, key=key("issuer"), issued=NOW)
        assert asked(token, index=0) == EXPECT
        assert asked(token, index=7) is None
    assert judged(entry(index=0), bitstring((0,))) == EXPECT
    assert judged(entry(index=7), bitstring((0,))) is None
