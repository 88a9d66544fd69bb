"""An answer to somebody else is shown where nothing was asked: whose presentation is it?

It is judged as what it is, an answer to a question that is not ours (RFC 9901, 7.3, step 1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import bound, judge, judged

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_UNKNOWN)


def test_answer_nobody_asked_for() -> None:
    assert judged(lambda: judge(bound(("name",)))) == EXPECT
