"""The holder's signature is cut off, and what is left is shown by whoever overheard it.

Whether one is needed is the verifier's to say, not the presentation's (RFC 9901, 7.3, step 1).
"""

from __future__ import annotations

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import ASKED, bound, judge, judged

EXPECT = (Outcome.REJECTED, Reason.PROOF_MISSING)


def test_answer_stripped() -> None:
    overheard = bound(("name",))._replace(key_binding=None)
    assert judged(lambda: judge(overheard, ASKED)) == EXPECT
