"""The cases of the SD-JWT reference implementation: issued, presented, verified (C93).

Each folder holds one case. Where a key binding belongs to it, its time is taken from the binding,
as nobody wrote down when the case was made.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from amana.jwk import read_public_jwk
from amana.proofs import sd_jwt
from amana.proofs._disclosures import by_digest, hash_of, reveal
from amana.proofs.jose import NO_TYPE
from amana.reasons import Reason
from tests.amana_samples import refused
from tests.conftest import NOW, _vectors

ISSUER = read_public_jwk(
    {
        "kty": "EC",
        "crv": "P-256",
        "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
        "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
    }
)
TYPES = frozenset({"example+sd-jwt", NO_TYPE})
ASKED = sd_jwt.Binding("1234567890", "https://example.com/verifier")
FOLDER = _vectors() / "sd-jwt"
CASES = sorted(path.name for path in FOLDER.iterdir()) if FOLDER.is_dir() else []


@pytest.fixture(params=CASES or ["none"])
def case(request: pytest.FixtureRequest, vectors: Path) -> Path:
    """One case's folder; skips where there are no vectors at all."""
    assert CASES, f"{vectors} has no cases of SD-JWT"
    return FOLDER / str(request.param)


def _read(case: Path, name: str) -> sd_jwt.SdJwt:
    (path,) = case.glob(f"{name}.*")
    return sd_jwt.read(path.read_text("utf-8").strip(), types=TYPES)


def _json(case: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((case / f"{name}.json").read_text("utf-8"))
    return found


def _asked(case: Path) -> tuple[sd_jwt.Binding | None, datetime]:
    if not (case / "kb_jwt_payload.json").is_file():
        return None, NOW
    return ASKED, datetime.fromtimestamp(_json(case, "kb_jwt_payload")["iat"], UTC)


def test_a_presentation_says_what_it_should(case: Path) -> None:
    """Interoperability, from others (C93)."""
    binding, now = _asked(case)
    found = _read(case, "sd_jwt_presentation")
    verified = sd_jwt.verify(found, key=ISSUER, binding=binding, now=now)
    assert verified.claims == _json(case, "verified_contents")
    assert (verified.holder is None) == (binding is None)


def test_what_was_issued_says_all(case: Path) -> None:
    found = _read(case, "sd_jwt_issuance")
    assert found.payload == _json(case, "sd_jwt_payload")
    verified = sd_jwt.verify(found, key=ISSUER, binding=None, now=NOW)
    added = {"iss", "iat", "exp", "cnf"} - _json(case, "user_claims").keys()
    said = {name: value for name, value in verified.claims.items() if name not in added}
    assert said == _json(case, "user_claims")


def test_a_holder_here_shows_the_same(case: Path) -> None:
    issued, shown = _read(case, "sd_jwt_issuance"), _read(case, "sd_jwt_presentation")
    opened = by_digest(issued.disclosures, issued.parts, hash_of(issued.payload))
    _, places = reveal(issued.payload, opened)
    paths = [
        place
        for text, place in zip(
            issued.disclosures, (places[digest] for digest in opened), strict=True
        )
        if text in shown.disclosures
    ]
    again = sd_jwt.present(issued, disclose=paths)
    assert set(again.disclosures) == set(shown.disclosures)


def test_a_changed_presentation_is_refused(case: Path) -> None:
    binding, now = _asked(case)
    found = _read(case, "sd_jwt_presentation")

    def judged(changed: sd_jwt.SdJwt) -> Reason:
        text = changed.text
        return refused(
            lambda: sd_jwt.verify(
                sd_jwt.read(text, types=TYPES), key=ISSUER, binding=binding, now=now
            )
        )

    flipped = found.jwt[:-5] + ("A" if found.jwt[-5] != "A" else "B") + found.jwt[-4:]
    assert judged(found._replace(jwt=flipped)) is Reason.BAD_SIGNATURE
    stranger = "WyJzYWx0IiwibmFtZSIsMV0"
    added = found._replace(disclosures=[*found.disclosures, stranger])
    assert judged(added) is Reason.BAD_DISCLOSURE
    if binding is not None:
        assert judged(found._replace(key_binding=None)) is Reason.PROOF_MISSING
        fewer = found._replace(disclosures=found.disclosures[:-1])
        assert judged(fewer) is Reason.BAD_SIGNATURE
