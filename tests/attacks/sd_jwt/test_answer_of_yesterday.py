"""An answer that the holder signed long ago is shown now.

Its time is part of it (RFC 9901, 7.3, step 5.e); a clock may be wrong, so nothing is proved false.
"""

from __future__ import annotations

from datetime import timedelta

from amana.proofs.sd_jwt import bind
from amana.reasons import Outcome, Reason
from tests.amana_samples import NOW
from tests.sd_jwt_samples import ASKED, HOLDER, judge, judged, shown

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_EXPIRED)


def test_answer_of_yesterday() -> None:
    old = bind(shown(("name",)), key=HOLDER, binding=ASKED, now=NOW - timedelta(days=1))
    assert judged(lambda: judge(old, ASKED)) == EXPECT
