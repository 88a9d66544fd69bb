"""A disclosure names a claim that stands open beside it, so that the last one wins.

A name that is there already is refused (RFC 9901, 7.1, step 3.c.ii).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, hashed, judge, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_open_claim_overwritten() -> None:
    text = disclosure("salt", "householdSize", 50)
    payload = {"householdSize": 5, "_sd": [hashed(text)]}
    assert judged(lambda: judge(made(payload, text))) == EXPECT


def test_two_disclosures_for_one_name() -> None:
    texts = [disclosure("salt", "householdSize", size) for size in (5, 50)]
    payload = {"_sd": [hashed(text) for text in texts]}
    assert judged(lambda: judge(made(payload, *texts))) == EXPECT
