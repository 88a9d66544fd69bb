"""Public keys as JWK and Multikey; the values are those of RFC 7515 A.3 and RFC 8037 A.1 to A.3."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import pytest

from amana.errors import InputError
from amana.jcs import canonical
from amana.jwk import VerifyingKey, public_jwk, read_multikey, read_public_jwk
from amana.keys import PublicKey
from amana.multibase import encode_base58, from_base64url, to_base64url
from amana.p256 import P256PublicKey
from amana.reasons import Outcome, Reason
from tests.amana_samples import key, refused
from tests.jose_samples import ED25519, ED25519_SECRET, P256, P256Key

SECRETS = {
    "d": ED25519_SECRET,
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T",
    "p": "AA",
    "oth": [],
}


def test_the_keys_of_the_rfcs() -> None:
    first, second = read_public_jwk(ED25519), read_public_jwk(P256)
    assert first == PublicKey(from_base64url(ED25519["x"]))
    assert isinstance(second, P256PublicKey)
    assert second.coordinates == (from_base64url(P256["x"]), from_base64url(P256["y"]))
    assert (first.algorithm, second.algorithm) == ("EdDSA", "ES256")
    assert public_jwk(first) == ED25519
    assert public_jwk(second) == P256


def test_the_thumbprint_of_the_rfc() -> None:
    """RFC 8037, appendix A.3: what is written holds exactly the members that count."""
    digest = hashlib.sha256(canonical(public_jwk(read_public_jwk(ED25519)))).digest()
    assert to_base64url(digest) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("jwk", [ED25519, P256], ids=["Ed25519", "P-256"])
def test_members_that_say_nothing_new(jwk: dict[str, Any]) -> None:
    algorithm = "EdDSA" if jwk is ED25519 else "ES256"
    more = {"kid": "1", "use": "sig", "key_ops": ["verify"], "alg": algorithm, "x5u": "http://x"}
    assert read_public_jwk({**jwk, **more}) == read_public_jwk(jwk)
    assert read_public_jwk({**ED25519, "alg": "Ed25519"}) == read_public_jwk(ED25519)


@pytest.mark.parametrize("jwk", [ED25519, P256], ids=["Ed25519", "P-256"])
@pytest.mark.parametrize(
    "more",
    [
        *[{name: value} for name, value in SECRETS.items()],
        {"kty": None}, {"kty": ["OKP"]}, {"x": None}, {"x": 5}, {"x": ""}, {"x": "AA"},
        {"x": ED25519["x"] + "="}, {"x": ED25519["x"] + "AA"}, {"x": ED25519["x"][:-1] + "p"},
        {"x": " " + ED25519["x"][1:]}, {"use": "enc"}, {"use": None}, {"key_ops": ["sign"]},
        {"key_ops": []}, {"key_ops": "verify"}, {"key_ops": None}, {"alg": "HS256"},
        {"alg": "none"}, {"alg": None}, {"alg": ["EdDSA"]}, {"alg": {}},
    ],
)  # fmt: skip
def test_no_public_key(jwk: dict[str, Any], more: dict[str, Any]) -> None:
    found = refused(lambda: read_public_jwk({**jwk, **more}), error=InputError)
    assert found is Reason.BAD_KEY


@pytest.mark.parametrize(
    "jwk",
    [
        None, [], "", 5, {}, {**ED25519, "alg": "ES256"}, {**P256, "alg": "EdDSA"},
        {**P256, "y": None}, {**P256, "y": P256["x"]}, {**P256, "x": P256["y"]},
        {**P256, "x": to_base64url(bytes(32)), "y": to_base64url(bytes(32))},
        {**ED25519, "x": to_base64url(b"\1" + bytes(31))},
    ],
)  # fmt: skip
def test_no_key_at_all(jwk: Any) -> None:
    """Also a point off the curve, and one of small order."""
    assert refused(lambda: read_public_jwk(jwk), error=InputError) is Reason.BAD_KEY


@pytest.mark.parametrize(
    "jwk",
    [
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "X25519", "x": ED25519["x"]},
        {"kty": "OKP", "crv": "P-256", "x": P256["x"], "y": P256["y"]},
        {"kty": "EC", "crv": "Ed25519", "x": ED25519["x"]},
        {"kty": "EC"},
        {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"},
    ],
)
def test_a_kind_that_is_only_unknown(jwk: dict[str, Any]) -> None:
    found = refused(lambda: read_public_jwk(jwk), error=InputError)
    assert found is Reason.KEY_KIND_UNKNOWN
    assert found.outcome is Outcome.UNDECIDED


def test_a_key_of_nobody_has_no_jwk() -> None:
    found = refused(lambda: public_jwk(cast("VerifyingKey", object())), error=InputError)
    assert found is Reason.KEY_KIND_UNKNOWN


def test_multikeys_of_both_kinds() -> None:
    ours, theirs = key("issuer").public, P256Key("theirs").public
    assert read_multikey(ours.multikey) == ours
    assert read_multikey(theirs.multikey) == theirs


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, Reason.BAD_MULTIBASE),
        ("", Reason.BAD_MULTIBASE),
        ("z", Reason.BAD_MULTIBASE),
        ("uAAAA", Reason.BAD_MULTIBASE),
        ("z6Mk0", Reason.BAD_MULTIBASE),
        ("z6Mkon3 ", Reason.BAD_MULTIBASE),
        ("z6MkonZ", Reason.BAD_MULTIBASE),
        ("zDnonZ", Reason.BAD_MULTIBASE),
        (encode_base58(b"\xed\x01" + bytes(31)), Reason.BAD_KEY),
        (encode_base58(b"\x80\x24" + bytes(65)), Reason.BAD_KEY),
        (encode_base58(b"\xed\x01\x01" + bytes(31)), Reason.BAD_KEY),  # of small order
        (encode_base58(b"\x80\x24\x02" + b"\xff" * 32), Reason.BAD_KEY),
        (encode_base58(b"\xec\x01" + bytes(32)), Reason.KEY_KIND_UNKNOWN),  # x25519
        (encode_base58(b"\x81\x24" + b"\2" * 49), Reason.KEY_KIND_UNKNOWN),  # P-384
        (encode_base58(b"\xeb\x01" + b"\2" * 96), Reason.KEY_KIND_UNKNOWN),  # BLS12-381 G2
        ("z" + "2" * 400, Reason.KEY_KIND_UNKNOWN),
    ],
)
def test_no_multikey_of_ours(text: Any, reason: Reason) -> None:
    assert refused(lambda: read_multikey(text), error=InputError) is reason
