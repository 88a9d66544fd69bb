"""An issuer's digest is put in two places, so that one disclosure fills both.

A digest stands once in all that is signed and disclosed (RFC 9901, 7.1, step 4).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_digest_reused() -> None:
    text = disclosure("salt", "entitlement", "household")
    payload = {"_sd": [hashed(text)], "guardian": {"_sd": [hashed(text)]}}
    assert judged(lambda: judge(made(payload, text))) == EXPECT


def test_digest_reused_inside_a_disclosure() -> None:
    text = disclosure("salt", "entitlement", "household")
    carrier = disclosure("salt", "guardian", {"_sd": [hashed(text)]})
    payload = {"_sd": [hashed(text), hashed(carrier)]}
    assert judged(lambda: judge(made(payload, text, carrier))) == EXPECT


def test_digest_of_an_element_reused() -> None:
    text = disclosure("salt", "voucher")
    payload = {"vouchers": [{"...": hashed(text)}, {"...": hashed(text)}]}
    assert judged(lambda: judge(made(payload, text))) == EXPECT
