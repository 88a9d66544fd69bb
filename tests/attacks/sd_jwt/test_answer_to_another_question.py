"""An answer is played back to a later question of the same verifier.

`nonce` is signed by the holder, and is fresh each time (RFC 9901, 7.3, step 5.f).
"""

from __future__ import annotations

from amana.proofs.sd_jwt import Binding
from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import ASKED, bound, judge, judged

EXPECT = (Outcome.REJECTED, Reason.WRONG_CHALLENGE)


def test_answer_to_another_question() -> None:
    earlier = Binding(nonce="an earlier one", audience=ASKED.audience)
    assert judged(lambda: judge(bound(("name",), asked=earlier), ASKED)) == EXPECT
