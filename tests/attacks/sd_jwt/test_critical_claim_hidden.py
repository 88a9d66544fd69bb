"""An issuer lets the holder hide the end, the type, the status or the holder's key itself.

Whoever may hide one of these may outlive the credential, or pass for another (RFC 9901, 9.7;
SD-JWT VC, 3.2.2.2).
"""

from __future__ import annotations

from typing import Any

import pytest

from amana.reasons import Outcome, Reason
from tests.sd_jwt_samples import CLAIMS, VCT, disclosure, hashed, judge_vc, judged, made

EXPECT = (Outcome.REJECTED, Reason.BAD_DISCLOSURE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("exp", 1_900_000_000),
        ("nbf", 1),
        ("cnf", {"jwk": {}}),
        ("aud", ["https://verifier.example"]),
        ("status", {}),
        ("vct#integrity", "sha256-AAAA"),
    ],
)
def test_critical_claim_hidden(name: str, value: Any) -> None:
    text = disclosure("salt", name, value)
    rest = {claim: held for claim, held in CLAIMS.items() if claim != name}
    assert judged(lambda: judge_vc(made({**rest, "_sd": [hashed(text)]}, text))) == EXPECT


def test_a_part_of_the_key_hidden() -> None:
    text = disclosure("salt", "jwk", {})
    payload = {**CLAIMS, "cnf": {"_sd": [hashed(text)]}}
    assert judged(lambda: judge_vc(made(payload, text))) == EXPECT


def test_a_hidden_type_is_none() -> None:
    text = disclosure("salt", "vct", VCT)
    rest = {claim: held for claim, held in CLAIMS.items() if claim != "vct"}
    payload = {**rest, "_sd": [hashed(text)]}
    found = judged(lambda: judge_vc(made(payload, text)))
    assert found == (Outcome.REJECTED, Reason.BAD_SD_JWT)
