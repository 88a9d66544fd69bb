"""JWS in compact form; the tokens are those of RFC 7515 A.3 and RFC 8037 A.4 (C93)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.jwk import read_public_jwk
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.multibase import from_base64url, to_base64url
from amana.proofs.jose import NO_TYPE, media_type, read_jws, sign_jws, verify_jws
from amana.reasons import Outcome, Reason
from amana.strict_json import loads
from tests.amana_samples import key, refused
from tests.jose_samples import (
    CREDENTIAL_TYPES,
    ED25519,
    ED25519_SECRET,
    P256,
    P256Key,
    raw_token,
    token,
)

UNTYPED = frozenset({NO_TYPE})
EDDSA = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
ES256 = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5dj"
    "xLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def read(text: Any) -> Any:
    return read_jws(text, types=CREDENTIAL_TYPES)


def test_the_tokens_of_the_rfcs() -> None:
    first, second = read_jws(EDDSA, types=UNTYPED), read_jws(ES256, types=UNTYPED)
    assert first.payload == b"Example of Ed25519 signing"
    assert loads(second.payload)["iss"] == "joe"
    verify_jws(first, key=read_public_jwk(ED25519))
    verify_jws(second, key=read_public_jwk(P256))


def test_the_signature_of_the_rfc_is_made_again() -> None:
    """Ed25519 is deterministic, and the header of RFC 8037 A.4 is in RFC 8785 form."""
    secret = SecretKey(from_base64url(ED25519_SECRET))
    assert sign_jws(b"Example of Ed25519 signing", key=secret, header={}) == EDDSA


def test_each_key_knows_only_its_own() -> None:
    for text, jwk in ((EDDSA, P256), (ES256, ED25519)):
        call = partial(verify_jws, read_jws(text, types=UNTYPED), key=read_public_jwk(jwk))
        assert refused(call, error=VerificationError) is Reason.ALGORITHM_FORBIDDEN


@pytest.mark.parametrize("text", [EDDSA, ES256], ids=["EdDSA", "ES256"])
def test_every_changed_character_is_noticed(text: str) -> None:
    jwk = read_public_jwk(ED25519 if text is EDDSA else P256)
    for place, character in enumerate(text):
        if character == ".":
            continue
        changed = text[:place] + ("A" if character != "A" else "B") + text[place + 1 :]
        with pytest.raises((InputError, VerificationError)):
            verify_jws(read_jws(changed, types=UNTYPED), key=jwk)


def test_what_is_signed_is_read() -> None:
    for signer, algorithm in ((key("issuer"), "EdDSA"), (P256Key("theirs"), "ES256")):
        text = sign_jws(b"{}", key=signer, header={"typ": "vc+jwt", "kid": "é", "alg": "none"})
        jws = read(text)
        verify_jws(jws, key=signer.public)
        assert jws.header == {"typ": "vc+jwt", "kid": "é", "alg": algorithm}
        assert jws.payload == b"{}"
        assert "é" not in repr(jws)


def test_the_fully_specified_name_is_read_too() -> None:
    """RFC 9864 calls it Ed25519."""
    verify_jws(read(token({}, alg="Ed25519")), key=key("issuer").public)


@pytest.mark.parametrize("text", [None, 5, b"a.b.c", ["a.b.c"]])
def test_no_text(text: Any) -> None:
    assert refused(lambda: read(text), error=InputError) is Reason.BAD_JWT


GOOD = token({})


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "...", "a.b", GOOD + ".", GOOD + ".AA", "." + GOOD, GOOD + "=", GOOD + " ",
        " " + GOOD, GOOD + "\n", GOOD + "\u0661", GOOD + "\ud800", GOOD.replace(".", ".=", 1),
        GOOD.replace(".", "..", 1), GOOD[:-1] + "+", GOOD + "/", '{"payload":""}',
        raw_token("[]", "{}"), raw_token('"a"', "{}"), raw_token("null", "{}"),
    ],
)  # fmt: skip
def test_no_jws(text: str) -> None:
    assert refused(lambda: read(text), error=InputError) is Reason.BAD_JWT


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", Reason.NOT_JSON),
        (" ", Reason.NOT_JSON),
        ("{", Reason.NOT_JSON),
        ('{"alg":"EdDSA","alg":"EdDSA","typ":"vc+jwt"}', Reason.DUPLICATE_KEY),
        ('{"alg":"EdDSA","typ":"vc+jwt","kid":"\\ud800"}', Reason.LONE_SURROGATE),
        ('{"alg":"EdDSA","typ":"vc+jwt","x":NaN}', Reason.NOT_A_NUMBER),
        ('{"alg":"EdDSA","typ":"vc+jwt","x":1.5}', Reason.FLOAT_FORBIDDEN),
        ('{"x":' + "[" * 40 + "]" * 40 + "}", Reason.TOO_DEEP),
    ],
)
def test_headers_are_read_strictly(header: str, reason: Reason) -> None:
    assert refused(lambda: read(raw_token(header, "{}")), error=InputError) is reason


def test_a_long_token_is_not_even_split() -> None:
    few = replace(LIMITS, jws_chars=len(GOOD) - 1)
    call = partial(read_jws, GOOD, types=CREDENTIAL_TYPES, limits=few)
    assert refused(call, error=InputError) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "algorithm",
    [None, "", "none", "None", "NONE", "HS256", "HS512", "eddsa", "EDDSA", "es256", "EdDSA ",
     "ed25519", 5, True, ["EdDSA"], {"a": 1}, "A256KW"],
)  # fmt: skip
def test_forbidden_algorithms(algorithm: Any) -> None:
    found = refused(lambda: read(token({}, alg=algorithm)), error=InputError)
    assert found is Reason.ALGORITHM_FORBIDDEN
    assert found.outcome is Outcome.REJECTED


@pytest.mark.parametrize("algorithm", ["ES384", "ES512", "RS256", "PS256", "ES256K", "ML-DSA-44"])
def test_algorithms_that_are_only_not_judged(algorithm: str) -> None:
    """A true signature of another kind is no falsity."""
    found = refused(lambda: read(token({}, alg=algorithm)), error=InputError)
    assert found is Reason.UNKNOWN_CRYPTOSUITE
    assert found.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    "more",
    [{"crit": ["b64"], "b64": False}, {"crit": []}, {"crit": ["exp"], "exp": 1}, {"b64": True},
     {"b64": False}, {"crit": "b64"}],
)  # fmt: skip
def test_extensions_are_refused(more: dict[str, Any]) -> None:
    assert refused(lambda: read(token({}, **more)), error=InputError) is Reason.BAD_JWT


@pytest.mark.parametrize("name", ["vc+jwt", "VC+JWT", "application/vc+jwt", "Application/Vc+Jwt"])
def test_types_that_will_do(name: str) -> None:
    assert read(token({}, typ=name)).header["typ"] == name


@pytest.mark.parametrize(
    "name",
    ["", "JWT", "vp+jwt", "vc+sd-jwt", "kb+jwt", "vc+jwt ", "application/", "text/vc+jwt",
     "application/application/vc+jwt", 5, ["vc+jwt"], None],
)  # fmt: skip
def test_other_types_are_refused(name: Any) -> None:
    assert refused(lambda: read(token({}, typ=name)), error=InputError) is Reason.BAD_JWT
    empty = token({}, typ="")
    assert refused(lambda: read_jws(empty, types=UNTYPED)) is Reason.BAD_JWT


def test_a_letter_that_only_becomes_ours_is_another() -> None:
    """The sign for kelvin is a `k` in lower case."""
    call = partial(read_jws, token({}, typ="\u212ab+jwt"), types=frozenset({"kb+jwt"}))
    assert refused(call, error=InputError) is Reason.BAD_JWT
    assert media_type("\u212ab+jwt") is None


def test_keys_in_a_header_change_nothing() -> None:
    """`jwk`, `jku`, `x5c` and `x5u` are no part of the answer, whatever stands there."""
    theirs = P256Key("theirs")
    for more in (
        {"jwk": ED25519},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/chain"},
        {"x5c": [to_base64url(b"certificate")]},
        {"jwk": 5},
        {"jku": None},
    ):
        verify_jws(read(token({}, **more)), key=key("issuer").public)
        forged = read(token({}, sign=key("evil").sign, **more))
        call = partial(verify_jws, forged, key=key("issuer").public)
        assert refused(call, error=VerificationError) is Reason.BAD_SIGNATURE
        call = partial(verify_jws, forged, key=theirs.public)
        assert refused(call, error=VerificationError) is Reason.ALGORITHM_FORBIDDEN
