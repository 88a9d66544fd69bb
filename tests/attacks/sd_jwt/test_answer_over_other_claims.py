"""A claim is taken away from a presentation, or added, under the holder's old signature.

`sd_hash` covers just what was shown (RFC 9901, 7.3, step 5.g).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import ASKED, bound, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_a_claim_taken_away() -> None:
    less = bound(("name",), ("householdSize",))
    fewer = less._replace(disclosures=less.disclosures[:1])
    assert judged(lambda: judge(fewer, ASKED)) == EXPECT


def test_a_claim_added() -> None:
    more = shown(("name",), ("householdSize",))
    grown = more._replace(key_binding=bound(("name",)).key_binding)
    assert judged(lambda: judge(grown, ASKED)) == EXPECT


def test_claims_in_another_order() -> None:
    found = bound(("name",), ("householdSize",))
    turned = found._replace(disclosures=found.disclosures[::-1])
    assert judged(lambda: judge(turned, ASKED)) == EXPECT
