"""Credentials and presentations enveloped in JOSE (VC-JOSE-COSE 1.0; C93)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

import schemas
from amana.did.key import verification_method
from amana.errors import AmanaError, InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.limits import LIMITS, Limits
from amana.proofs import vc_jwt
from amana.reasons import Outcome, Reason
from amana.strict_json import loads
from tests.amana_samples import NOW, key, refused
from tests.jose_samples import (
    HOLDER,
    HOLDER_METHOD,
    ISSUER,
    METHOD,
    P256Key,
    credential,
    issued,
    key_of,
    presentation,
    presented,
    raw_token,
    token,
)

EVIL = key("evil").public.did
SECONDS = int(NOW.timestamp())
WEB = "https://example.issuer/vc"


def verify(text: Any, **options: Any) -> Any:
    return vc_jwt.verify(text, key_of=key_of, **options)


def verify_presentation(text: Any, **options: Any) -> Any:
    named = {"audience": "did:web:shop.example", **options}
    return vc_jwt.verify_presentation(text, key_of=key_of, **named)


def presentation_token(payload: Any, **header: Any) -> str:
    named = {"typ": "vp+jwt", "kid": HOLDER_METHOD, "sign": key("holder").sign, **header}
    return token(payload, **named)


def test_a_credential_goes_and_comes_back() -> None:
    text = issued()
    assert verify(text) == credential()
    found = vc_jwt.read(text)
    assert found.jws.header == {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": METHOD}
    assert loads(found.jws.payload) == credential()
    assert (found.signer, found.verification_method, found.claims) == (ISSUER, METHOD, {})
    assert "58172aac" not in repr(found)


def test_a_presentation_goes_and_comes_back() -> None:
    text = presented(issued=NOW, expires=NOW + timedelta(minutes=5))
    found = verify_presentation(text, nonce="n-1", now=NOW)
    assert found == presentation(issued())
    assert verify(vc_jwt.unwrap(found["verifiableCredential"][0])) == credential()
    read = vc_jwt.read_presentation(text)
    assert read.jws.header["typ"] == "vp+jwt"
    assert read.jws.header["cty"] == "vp"
    assert read.claims == {
        "nonce": "n-1",
        "aud": "did:web:shop.example",
        "iat": SECONDS,
        "exp": SECONDS + 300,
    }
    assert read.signer == HOLDER


def test_the_purpose_of_the_key_is_asked_for() -> None:
    asked = []

    def remember(method: str, purpose: str) -> VerifyingKey:
        asked.append((method, purpose))
        return key_of(method, purpose)

    vc_jwt.verify(issued(), key_of=remember)
    vc_jwt.verify_presentation(presented(), key_of=remember, audience="did:web:shop.example")
    assert asked == [(METHOD, "assertionMethod"), (HOLDER_METHOD, "authentication")]


def test_what_others_sign_with_p256_is_judged() -> None:
    theirs = P256Key("theirs")
    method = verification_method(theirs.public.did)
    document = credential(issuer={"id": theirs.public.did, "name": "Theirs"}, score=1.5)
    text = vc_jwt.issue(document, key=theirs, verification_method=method)
    assert verify(text) == document
    forged = token(document, kid=method, alg="ES256", sign=P256Key("evil").sign)
    assert refused(lambda: verify(forged), error=VerificationError) is Reason.BAD_SIGNATURE


def test_claims_are_no_members_of_the_document() -> None:
    claims = {"iss": ISSUER, "sub": HOLDER, "jti": credential()["id"], "iat": "2010", "cnf": {}}
    text = token({**credential(), **claims, "aud": ["x", "us"], "unknown": 1})
    assert verify(text, audience="us") == {**credential(), "unknown": 1}
    assert vc_jwt.read(text).claims == {**claims, "aud": ["x", "us"]}


@pytest.mark.parametrize(
    ("document", "claims"),
    [
        (credential(id=None), {"jti": "urn:x"}),
        (credential(credentialSubject={}), {"sub": "urn:x"}),
        (credential(credentialSubject="odd"), {"sub": "urn:x"}),
        (credential(credentialSubject=None), {"sub": "urn:x"}),
        (credential(credentialSubject=[{"id": "urn:y"}, {"id": "urn:x"}, {}]), {"sub": "urn:x"}),
        (credential(), {"nbf": SECONDS - 1, "exp": SECONDS + 0.5}),
        (credential(issuer={"id": ISSUER}), {"iss": ISSUER}),
    ],
)
def test_claims_that_say_nothing_else(document: Any, claims: dict[str, Any]) -> None:
    assert verify(token({**document, **claims}), now=NOW) == document


@pytest.mark.parametrize(
    "claims",
    [
        {"vc": credential()}, {"vp": None}, {"iss": 5}, {"iss": None}, {"sub": None}, {"jti": 5},
        {"nonce": 5}, {"exp": "2027"}, {"exp": None}, {"exp": True}, {"nbf": "1"}, {"nbf": []},
        {"aud": 5}, {"aud": [5]}, {"aud": None}, {"jti": "urn:other"}, {"sub": "urn:other"},
    ],
)  # fmt: skip
def test_bad_claims(claims: dict[str, Any]) -> None:
    text = token({**credential(), **claims})
    assert refused(lambda: verify(text, audience="us"), error=InputError) is Reason.BAD_JWT


@pytest.mark.parametrize(
    "header",
    [{"iss": EVIL}, {"sub": "urn:other"}, {"aud": "urn:other"}, {"cty": "vp"}, {"cty": 5},
     {"cty": "json"}, {"kid": 5}, {"kid": ""}, {"kid": None}, {"kid": METHOD + "x" * 3000},
     {"kid": METHOD + "#x"}, {"kid": "../../key"}, {"kid": f"{ISSUER}#a' OR '1'='1"},
     {"kid": METHOD + "\n"}, {"kid": f"{ISSUER}#"}, {"kid": f"#{ISSUER}"}, {"kid": " " + METHOD}],
)  # fmt: skip
def test_bad_headers(header: dict[str, Any]) -> None:
    claims = {"iss": ISSUER, "sub": HOLDER, "aud": "us"}
    text = token({**credential(), **claims}, **header)
    assert refused(lambda: verify(text, audience="us"), error=InputError) is Reason.BAD_JWT


def test_claims_may_be_repeated_in_the_header() -> None:
    """RFC 7519, section 5.3: then they count, and they must agree."""
    text = token(credential(), iss=ISSUER, sub=HOLDER, cty="application/VC")
    assert verify(text) == credential()
    assert vc_jwt.read(text).claims == {"iss": ISSUER, "sub": HOLDER}


@pytest.mark.parametrize(
    ("header", "document"),
    [
        ({"kid": verification_method(EVIL)}, credential()),
        ({}, credential(issuer=EVIL)),
        ({}, credential(iss=EVIL)),
        ({"iss": EVIL}, credential()),
        ({"kid": "did:web:other.example#key-1"}, credential()),
        ({"kid": f"{ISSUER}/path#key-1"}, credential()),
        ({"kid": f"{ISSUER}?x=1#key-1"}, credential()),
    ],
)
def test_a_key_of_somebody_else(header: dict[str, Any], document: Any) -> None:
    text = token(document, **header)
    found = refused(lambda: verify(text), error=VerificationError)
    assert found is Reason.KEY_NOT_OF_ISSUER
    answer = presentation_token(presentation(issued(), holder=EVIL, aud="x"))
    assert refused(lambda: verify_presentation(answer)) is Reason.WRONG_HOLDER


@pytest.mark.parametrize("kid", ["key-1", "#key-1", "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU"])
def test_a_bare_name_is_a_key_of_iss(kid: str) -> None:
    """W3C's own test suite names keys so; where `iss` is absent, `kid` must be a URL."""
    found = vc_jwt.read(token(credential(issuer=WEB, iss=WEB), kid=kid))
    assert found.verification_method == f"{WEB}#{kid.removeprefix('#')}"
    text = token(credential(issuer=WEB), kid=kid)
    assert refused(lambda: vc_jwt.read(text), error=InputError) is Reason.BAD_JWT
    text = token(credential(issuer=f"{WEB}#x", iss=f"{WEB}#x"), kid=kid)
    assert refused(lambda: vc_jwt.read(text), error=InputError) is Reason.BAD_JWT


@pytest.mark.parametrize("kid", [None, f"{WEB}/keys/1", "urn:ietf:params:oauth:jwk-thumbprint:x"])
def test_a_key_that_is_only_unknown(kid: str | None) -> None:
    found = refused(lambda: vc_jwt.read(token(credential(issuer=WEB), kid=kid)), error=InputError)
    assert found is Reason.KEY_UNKNOWN
    assert found.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("issuer", [None, "", 5, [ISSUER], {}, {"id": None}, {"id": ""}, {"id": 5}])
def test_no_issuer(issuer: Any) -> None:
    for text in (token(credential(issuer=issuer)), token({**credential(), "issuer": issuer})):
        assert refused(partial(verify, text)) is Reason.BAD_CREDENTIAL
    call = partial(
        vc_jwt.issue, credential(issuer=issuer), key=key("issuer"), verification_method=METHOD
    )
    assert refused(call, error=InputError) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize("holder", ["", 5, [HOLDER], {}, {"id": None}])
def test_no_holder(holder: Any) -> None:
    text = presentation_token(presentation(issued(), holder=holder))
    assert refused(lambda: verify_presentation(text)) is Reason.BAD_PRESENTATION


def test_whoever_signs_is_the_holder_that_is_not_named() -> None:
    for claims in ({}, {"iss": HOLDER}):
        document = presentation(issued(), holder=None)
        text = presentation_token({**document, **claims, "aud": "did:web:shop.example"})
        assert verify_presentation(text) == document
        assert vc_jwt.read_presentation(text).signer == HOLDER
    text = presentation_token({**presentation(issued(), holder=None), "iss": EVIL})
    assert refused(lambda: verify_presentation(text)) is Reason.WRONG_HOLDER
    text = presentation_token(presentation(issued(), holder=None), kid=None)
    assert refused(lambda: verify_presentation(text)) is Reason.BAD_JWT


@pytest.mark.parametrize(
    ("nonce", "audience", "reason"),
    [
        ("n-2", "did:web:shop.example", Reason.WRONG_CHALLENGE),
        ("", "did:web:shop.example", Reason.WRONG_CHALLENGE),
        ("n-1", "did:web:other.example", Reason.WRONG_DOMAIN),
        ("n-1", "", Reason.WRONG_DOMAIN),
        ("n-1", None, Reason.WRONG_DOMAIN),
    ],
)
def test_an_answer_to_another_question(nonce: str, audience: str | None, reason: Reason) -> None:
    call = partial(verify_presentation, presented(), nonce=nonce, audience=audience)
    assert refused(call, error=VerificationError) is reason


def test_an_answer_that_binds_itself_to_nothing() -> None:
    text = presentation_token(presentation(issued()))
    for wanted, reason in (
        ({"audience": "us"}, Reason.WRONG_DOMAIN),
        ({"audience": None, "nonce": "n-1"}, Reason.WRONG_CHALLENGE),
    ):
        call = partial(verify_presentation, text, **wanted)
        assert refused(call, error=VerificationError) is reason
    assert verify_presentation(text, audience=None) == presentation(issued())


def test_a_credential_may_name_no_audience() -> None:
    assert verify(issued(), audience="us") == credential()
    text = token(credential(aud="them"))
    for audience in ("us", None):
        call = partial(verify, text, audience=audience)
        assert refused(call, error=VerificationError) is Reason.WRONG_DOMAIN


LEEWAY = LIMITS.jwt_leeway_seconds


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": SECONDS - LEEWAY + 1, "nbf": SECONDS + LEEWAY}, None),
        ({"exp": SECONDS - LEEWAY}, Reason.EXPIRED),
        ({"nbf": SECONDS + LEEWAY + 1}, Reason.NOT_YET_VALID),
        ({"exp": 0}, Reason.EXPIRED),
        ({"exp": -1.5}, Reason.EXPIRED),
        ({"nbf": 1e300}, Reason.NOT_YET_VALID),
    ],
)
def test_how_long_a_signature_is_good(claims: dict[str, Any], reason: Reason | None) -> None:
    """Whether it is, is only asked where there is a clock."""
    text = token({**credential(), **claims})
    assert verify(text) == credential()
    assert _outcome(text, NOW) is reason


def _outcome(text: str, now: datetime) -> Reason | None:
    try:
        verify(text, now=now)
    except AmanaError as error:
        return error.reason
    return None


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", Reason.NOT_JSON),
        ("[]", Reason.BAD_JWT),
        ('"text"', Reason.BAD_JWT),
        ('{"issuer":"a:b","issuer":"c:d"}', Reason.DUPLICATE_KEY),
        ('{"exp":NaN}', Reason.NOT_A_NUMBER),
        ('{"exp":1e999}', Reason.NOT_A_NUMBER),
        ('{"exp":99999999999999999999}', Reason.INTEGER_RANGE),
    ],
)
def test_payloads_are_read_strictly(payload: str, reason: Reason) -> None:
    text = raw_token('{"alg":"EdDSA","typ":"vc+jwt"}', payload)
    assert refused(lambda: vc_jwt.read(text), error=InputError) is reason


def test_limits_are_heeded() -> None:
    few = Limits(json_bytes=100)
    assert refused(lambda: vc_jwt.read(issued(), limits=few)) is Reason.TOO_LARGE
    assert refused(lambda: vc_jwt.read_presentation(presented(), limits=few)) is Reason.TOO_LARGE


def test_one_kind_is_not_the_other() -> None:
    assert refused(lambda: verify(presented()), error=InputError) is Reason.BAD_JWT
    assert refused(lambda: verify_presentation(issued()), error=InputError) is Reason.BAD_JWT


@pytest.mark.parametrize(
    "method",
    [verification_method(EVIL), ISSUER, ISSUER + "x#1", "", f"{ISSUER}x#{ISSUER}", "did:web:x#1"],
)
def test_nobody_signs_with_anothers_key(method: str) -> None:
    call = partial(vc_jwt.issue, credential(), key=key("issuer"), verification_method=method)
    assert refused(call, error=InputError) is Reason.KEY_NOT_OF_ISSUER
    call = partial(
        vc_jwt.present,
        presentation(issued()),
        key=key("holder"),
        verification_method=method,
        nonce="n",
        audience="a",
    )
    assert refused(call, error=InputError) is Reason.WRONG_HOLDER


def test_the_older_form_is_not_written() -> None:
    for name in ("vc", "vp"):
        document = credential(**{name: {}})
        call = partial(vc_jwt.issue, document, key=key("issuer"), verification_method=METHOD)
        assert refused(call, error=InputError) is Reason.BAD_JWT


def test_a_holder_that_is_not_named_presents_too() -> None:
    document = presentation(issued(), holder=None)
    text = vc_jwt.present(
        document, key=key("holder"), verification_method=HOLDER_METHOD, nonce="n", audience="a"
    )
    assert verify_presentation(text, audience="a", nonce="n") == document


def test_an_answer_to_nobody_is_written_only_if_asked_for() -> None:
    text = vc_jwt.present(
        presentation(issued()), key=key("holder"), verification_method=HOLDER_METHOD
    )
    assert vc_jwt.read_presentation(text).claims == {}
    assert verify_presentation(text, audience=None) == presentation(issued())
    assert refused(partial(verify_presentation, text)) is Reason.WRONG_DOMAIN


def test_wrapping() -> None:
    envelope = vc_jwt.wrap(issued())
    assert envelope == {
        "@context": schemas.VC_CONTEXT,
        "id": f"data:application/vc+jwt,{issued()}",
        "type": "EnvelopedVerifiableCredential",
    }
    assert vc_jwt.unwrap(envelope) == issued()
    assert vc_jwt.unwrap({**envelope, "type": [envelope["type"]]}) == issued()
    answer = presented()
    assert vc_jwt.wrap(answer)["type"] == "EnvelopedVerifiablePresentation"
    assert vc_jwt.unwrap(vc_jwt.wrap(answer)) == answer
    assert refused(lambda: vc_jwt.wrap(token({}, typ="kb+jwt"))) is Reason.BAD_JWT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "VerifiableCredential"}, Reason.BAD_CREDENTIAL),
        ({"type": "EnvelopedVerifiablePresentation"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "data:application/vc+cose;base64,AAAA"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "data:application/vc+jwt;base64,AAAA"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "data:application/vp+jwt,AAAA"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "data:text/vc+jwt,AAAA"}, Reason.UNKNOWN_CRYPTOSUITE),
        ({"id": "https://a.example/token"}, Reason.BAD_CREDENTIAL),
        ({"id": None}, Reason.BAD_CREDENTIAL),
        ({"@context": "https://a.example"}, Reason.BAD_CREDENTIAL),
    ],
)
def test_no_envelope(changes: dict[str, Any], reason: Reason) -> None:
    envelope = {**vc_jwt.wrap(issued()), **changes}
    assert refused(lambda: vc_jwt.unwrap(envelope), error=InputError) is reason
    assert refused(lambda: vc_jwt.unwrap(None), error=InputError) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize(
    "inside",
    [[credential()], credential(), ["text"], [5], [{"type": "EnvelopedVerifiableCredential"}]],
)
def test_credentials_in_a_presentation_are_enveloped(inside: Any) -> None:
    """Section 3.1.2: nothing that nobody secures may travel along."""
    document = presentation(verifiableCredential=inside)
    text = presentation_token(document)
    bad = (Reason.BAD_PRESENTATION, Reason.BAD_CREDENTIAL)
    assert refused(lambda: verify_presentation(text), error=InputError) in bad
    call = partial(
        vc_jwt.present,
        document,
        key=key("holder"),
        verification_method=HOLDER_METHOD,
        nonce="n",
        audience="a",
    )
    assert refused(call, error=InputError) in bad


def test_a_presentation_in_a_presentation_is_no_credential() -> None:
    document = presentation(verifiableCredential=[vc_jwt.wrap(presented())])
    text = presentation_token(document)
    found = refused(lambda: verify_presentation(text), error=InputError)
    assert found is Reason.BAD_PRESENTATION
