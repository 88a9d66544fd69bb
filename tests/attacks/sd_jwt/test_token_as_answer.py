"""The issuer's own token, or another JWT of the holder, is put where the answer should be.

An answer is of type kb+jwt (RFC 9901, 7.3, step 5.d; RFC 8725, 3.11).
"""

from __future__ import annotations

from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import ASKED, HOLDER, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_JWT)


def test_token_as_answer() -> None:
    found = shown(("name",))
    assert judged(lambda: judge(found._replace(key_binding=found.jwt), ASKED)) == EXPECT


def test_another_jwt_as_answer() -> None:
    login = sign_jws(b'{"nonce":"a"}', key=HOLDER, header={"typ": "JWT"})
    assert judged(lambda: judge(shown(("name",))._replace(key_binding=login), ASKED)) == EXPECT
