"""The thief's answer carries the thief's key in its header, for a verifier that takes it.

No header brings a key (RFC 8725, 3.1; RFC 9901, 7.3, step 5.b).
"""

from __future__ import annotations

import json

from amana.jwk import public_jwk
from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from tests.amana_samples import NOW
from tests.sd_jwt_samples import ASKED, THIEF, hashed, judge, judged, shown

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_answer_brings_its_own_key() -> None:
    stolen = shown(("name",))
    said = {
        "nonce": ASKED.nonce,
        "aud": ASKED.audience,
        "iat": int(NOW.timestamp()),
        "sd_hash": hashed(stolen.text),
    }
    header = {"typ": "kb+jwt", "jwk": public_jwk(THIEF.public)}
    answer = sign_jws(json.dumps(said).encode(), key=THIEF, header=header)
    assert judged(lambda: judge(stolen._replace(key_binding=answer), ASKED)) == EXPECT
