"""The answer that a holder gave to one verifier is shown to another.

`aud` is signed by the holder (RFC 9901, 7.3, step 5.f).
"""

from __future__ import annotations

from amana.proofs.sd_jwt import Binding
from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import ASKED, bound, judge, judged

EXPECT = (Outcome.REJECTED, Reason.WRONG_DOMAIN)


def test_answer_for_another_station() -> None:
    told = Binding(nonce=ASKED.nonce, audience="https://other.example")
    assert judged(lambda: judge(bound(("name",), asked=told), ASKED)) == EXPECT
