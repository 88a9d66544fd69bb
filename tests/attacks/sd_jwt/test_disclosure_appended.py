"""A disclosure of the holder's own making is appended to a genuine credential.

Nothing signed refers to it (RFC 9901, 7.1, step 5).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import disclosure, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


def test_disclosure_appended() -> None:
    made_up = disclosure("salt", "entitlement", "everything")
    assert judged(lambda: judge(shown(("name",)).text + made_up + "~")) == EXPECT


def test_disclosure_exchanged() -> None:
    found = shown(("name",))
    made_up = disclosure(found.parts[0][0], "name", "Somebody else")
    assert judged(lambda: judge(found._replace(disclosures=[made_up]))) == EXPECT
