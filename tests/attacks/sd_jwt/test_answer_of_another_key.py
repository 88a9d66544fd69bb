"""A thief signs the answer with a key of his own.

The issuer named the holder's key in `cnf` (RFC 9901, 7.3, step 5.b).
"""

from __future__ import annotations

import json

from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from tests.amana_samples import NOW
from tests.sd_jwt_samples import ASKED, THIEF, hashed, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_answer_of_another_key() -> None:
    stolen = shown(("name",))
    said = {
        "nonce": ASKED.nonce,
        "aud": ASKED.audience,
        "iat": int(NOW.timestamp()),
        "sd_hash": hashed(stolen.text),
    }
    answer = sign_jws(json.dumps(said).encode(), key=THIEF, header={"typ": "kb+jwt"})
    assert judged(lambda: judge(stolen._replace(key_binding=answer), ASKED)) == EXPECT
