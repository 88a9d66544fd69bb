"""Tokens of ours at the reference implementation in Python, and theirs here (C93).

Its verifier expects ES256 of holders; where ours signed with EdDSA it is told so.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from amana.errors import AmanaError
from amana.jwk import VerifyingKey, public_jwk, read_public_jwk
from amana.proofs import sd_jwt
from amana.reasons import Reason
from benchmarks.peers.sd_jwt_peer import secret_jwk
from tests.amana_samples import NOW, refused
from tests.sd_jwt_samples import (
    ASKED,
    CLAIMS,
    HOLDER,
    ISSUER,
    THIEF,
    TYPE,
    bound,
    disclosure,
    issued,
    judge,
    read,
    rewritten,
    shown,
)

CNF = {"cnf": {"jwk": public_jwk(HOLDER.public)}}
PATHS = [(), (("name",),), (("address", "camp"), ("languages", 1)), (("address",), ("name",))]
REFUSALS = (ValueError, JWException)
P256_ISSUER = JWK.generate(kty="EC", crv="P-256")
P256_HOLDER = JWK.generate(kty="EC", crv="P-256")


def jwk_of(key: VerifyingKey) -> JWK:
    return JWK.from_json(json.dumps(public_jwk(key)))


def key_of(jwk: JWK) -> VerifyingKey:
    return read_public_jwk(jwk.export_public(as_dict=True))


def there(text: str, asked: sd_jwt.Binding | None = None, *, alg: str = "EdDSA") -> dict[str, Any]:
    """What the reference finds in it. Raises: its own errors."""
    verifier = SDJWTVerifier(text, lambda _issuer, _header: jwk_of(ISSUER.public))
    if asked is not None:
        verifier._verify_key_binding_jwt(asked.audience, asked.nonce, sign_alg=alg)
    claims: dict[str, Any] = verifier.get_verified_payload()
    return claims


@pytest.mark.parametrize("paths", PATHS)
def test_ours_verifies_there(paths: Any) -> None:
    """Interoperability, towards others (C93)."""
    found = shown(*paths, decoys=2)
    assert there(found.text) == judge(found).claims
    assert there(issued()) == {**CLAIMS, **CNF}


def test_our_answer_verifies_there() -> None:
    assert there(bound(("name",)).text, ASKED)["name"] == "Amal"


def tampered() -> dict[str, sd_jwt.SdJwt]:
    """One edit each, none of which may pass anywhere."""
    found = bound(("name",), ("householdSize",))
    jwt = rewritten(found.jwt, lambda payload: {**payload, "exp": 2_000_000_000})
    return {
        "payload": found._replace(jwt=jwt),
        "disclosure taken away": found._replace(disclosures=found.disclosures[:1]),
        "disclosure added": found._replace(
            disclosures=[*found.disclosures, disclosure("salt", "entitlement", "everything")]
        ),
        "answer of another": found._replace(key_binding=bound(("name",)).key_binding),
    }


@pytest.mark.parametrize("edit", tampered())
def test_ours_tampered_is_refused_there_and_here(edit: str) -> None:
    text = tampered()[edit].text
    with pytest.raises(REFUSALS):
        there(text, ASKED)
    reasons = {Reason.BAD_SIGNATURE, Reason.BAD_DISCLOSURE}
    assert refused(lambda: judge(text, ASKED)) in reasons


@pytest.mark.parametrize(
    "asked", [ASKED._replace(nonce="other"), ASKED._replace(audience="https://other.example")]
)
def test_an_answer_to_another_question_is_refused_there(asked: sd_jwt.Binding) -> None:
    with pytest.raises(REFUSALS):
        there(bound(("name",)).text, asked)


MARKED: dict[Any, Any] = {
    **{name: CLAIMS[name] for name in ("iss", "vct", "exp")},
    SDObj("name"): "Amal",
    SDObj("householdSize"): 5,
    SDObj("address"): {SDObj("camp"): "Kule", "zone": {"block": "C", SDObj("shelter"): 12}},
    "languages": [SDObj("ar"), SDObj("din"), SDObj("nus")],
}


def theirs(*, issuer: JWK | None = None, holder: JWK | None = None, alg: str = "EdDSA") -> str:
    made: str = SDJWTIssuer(
        MARKED,
        issuer or JWK.from_json(json.dumps(secret_jwk(ISSUER))),
        holder or JWK.from_json(json.dumps(secret_jwk(HOLDER))),
        sign_alg=alg,
        add_decoy_claims=True,
        extra_header_parameters={"typ": TYPE},
    ).sd_jwt_issuance
    return made


def test_theirs_verifies_here() -> None:
    """Interoperability, from others (C93)."""
    assert judge(theirs()).claims == {**CLAIMS, **CNF}
    assert refused(lambda: judge(theirs(), key=THIEF.public)) is Reason.BAD_SIGNATURE


def test_theirs_with_p256_verifies_here() -> None:
    text = theirs(issuer=P256_ISSUER, holder=P256_HOLDER, alg="ES256")
    claims = judge(text, key=key_of(P256_ISSUER)).claims
    assert claims == {**CLAIMS, "cnf": {"jwk": P256_HOLDER.export_public(as_dict=True)}}
    assert refused(lambda: judge(text, key=key_of(P256_HOLDER))) is Reason.BAD_SIGNATURE


def answered(text: str, *, key: JWK, alg: str, asked: sd_jwt.Binding = ASKED) -> str:
    holder = SDJWTHolder(text)
    show = {"name": True, "address": {"camp": True}, "languages": [False, True, False]}
    holder.create_presentation(show, asked.nonce, asked.audience, key, sign_alg=alg)
    made: str = holder.sd_jwt_presentation
    return made


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_their_answer_verifies_here(alg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sd_jwt.holder.time", NOW.timestamp)
    secret = JWK.from_json(json.dumps(secret_jwk(HOLDER))) if alg == "EdDSA" else P256_HOLDER
    text = answered(theirs(holder=secret), key=secret, alg=alg)
    said = judge(text, ASKED)
    assert said.holder == key_of(secret)
    assert said.claims["languages"] == ["din"]
    assert said.claims["address"] == {"camp": "Kule", "zone": {"block": "C"}}
    assert "householdSize" not in said.claims
    assert there(text, ASKED, alg=alg) == said.claims
    other = ASKED._replace(nonce="other")
    assert refused(lambda: judge(text, other)) is Reason.WRONG_CHALLENGE
    elsewhere = ASKED._replace(audience="https://other.example")
    assert refused(lambda: judge(text, elsewhere)) is Reason.WRONG_DOMAIN
    forged = answered(theirs(holder=secret), key=P256_ISSUER, alg="ES256")
    assert refused(lambda: judge(forged, ASKED)) in {
        Reason.BAD_SIGNATURE,
        Reason.ALGORITHM_FORBIDDEN,
    }


def test_theirs_tampered_is_refused_here() -> None:
    found = read(theirs())
    edits = [
        found._replace(jwt=rewritten(found.jwt, lambda payload: {**payload, "exp": 2_000_000_000})),
        found._replace(disclosures=[*found.disclosures, disclosure("salt", "a", 1)]),
        found._replace(disclosures=[*found.disclosures, found.disclosures[0]]),
    ]
    for edit in edits:
        with pytest.raises(AmanaError) as caught:
            judge(edit)
        assert caught.value.reason in {Reason.BAD_SIGNATURE, Reason.BAD_DISCLOSURE}


def test_theirs_is_shown_and_bound_here() -> None:
    part = sd_jwt.present(read(theirs()), disclose=[("address", "camp"), ("languages", 2)])
    answer = sd_jwt.bind(part, key=HOLDER, binding=ASKED, now=NOW)
    assert judge(answer, ASKED).claims == there(answer.text, ASKED)
