"""SD-JWT (RFC 9901): issued, shown in part, bound to a holder and a question, verified (C93)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import public_jwk, read_public_jwk
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.proofs import sd_jwt
from amana.proofs.jose import sign_jws
from amana.reasons import Reason
from tests.amana_samples import NOW, key, refused
from tests.deterministic import randomness
from tests.sd_jwt_samples import (
    ASKED,
    CLAIMS,
    HOLDER,
    ISSUER,
    METHOD,
    THIEF,
    TYPE,
    TYPES,
    bound,
    disclosure,
    hashed,
    issued,
    judge,
    made,
    read,
    shown,
)

CNF = {"cnf": {"jwk": public_jwk(HOLDER.public)}}
NAME = ("name",)


def input_refused(call: Any) -> Reason:
    return refused(call, error=InputError)


def denied(call: Any) -> Reason:
    return refused(call, error=VerificationError)


# --- Issue, show, verify -------------------------------------------------------------------------


def test_all_disclosures_give_all_claims() -> None:
    verified = judge(issued())
    assert verified.claims == {**CLAIMS, **CNF}
    assert verified.header == {"alg": "EdDSA", "typ": TYPE, "kid": METHOD}
    assert verified.holder is None
    assert len(verified.disclosed) == 8


def test_nothing_disclosed_leaves_what_is_open() -> None:
    verified = judge(shown())
    hidden = ("name", "householdSize", "address")
    left = {name: value for name, value in CLAIMS.items() if name not in hidden}
    assert verified.claims == {**left, **CNF, "languages": []}
    assert verified.disclosed == ()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (("name",), {"name": "Amal"}),
        (("address",), {"address": {"zone": {"block": "C"}}}),
        (("address", "camp"), {"address": {"camp": "Kule", "zone": {"block": "C"}}}),
        (("address", "zone", "shelter"), {"address": {"zone": {"block": "C", "shelter": 12}}}),
        (("languages", 1), {"languages": ["din"]}),
        (("languages", None), {"languages": ["ar", "din", "nus"]}),
        (("exp",), {"exp": CLAIMS["exp"]}),
    ],
)
def test_one_path_shows_itself_and_what_is_around_it(path: Any, found: dict[str, Any]) -> None:
    claims = judge(shown(path)).claims
    assert {name: claims[name] for name in found} == found
    assert ("name" in claims) == (path == ("name",))
    assert ("address" in claims) == (path[0] == "address")


def test_payload_header_and_disclosures_are_in_canonical_form() -> None:
    """So that they can be rebuilt from their values."""
    found = read(issued())
    header, payload, _ = (from_base64url(part) for part in found.jwt.split("."))
    assert header == canonical(found.jws.header)
    assert payload == canonical(found.payload)
    for text, parts in zip(found.disclosures, found.parts, strict=True):
        assert from_base64url(text) == canonical(parts)
        assert len(from_base64url(parts[0])) == 16
    assert found.payload["_sd"] == sorted(found.payload["_sd"])
    assert found.payload["_sd_alg"] == "sha-256"


def test_decoys_stand_among_the_digests_and_leave_no_trace() -> None:
    found = read(issued(decoys=3))
    assert len(found.payload["_sd"]) == 3 + 3
    assert found.payload["_sd"] == sorted(found.payload["_sd"])
    assert judge(found).claims == {**CLAIMS, **CNF}


def test_without_hidden_claims_there_is_no_sign_of_selective_disclosure() -> None:
    text = issued(hidden=(), holder=None)
    assert read(text).payload == CLAIMS
    assert text.count("~") == 1
    assert judge(text).claims == CLAIMS


def test_other_signers_and_hashes_are_verified_too() -> None:
    for name in ("sha-384", "sha-512"):
        texts = [disclosure("salt", "a", 1), disclosure("salt", "b", 2)]
        payload = {"_sd": [hashed(text, name) for text in texts], "_sd_alg": name}
        assert judge(made(payload, *texts)).claims == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("md5", Reason.ALGORITHM_FORBIDDEN),
        ("sha-256-32", Reason.ALGORITHM_FORBIDDEN),
        ("SHA-256", Reason.UNKNOWN_CRYPTOSUITE),
        ("sha3-256", Reason.UNKNOWN_CRYPTOSUITE),
        (5, Reason.BAD_SD_JWT),
        (None, Reason.BAD_SD_JWT),
    ],
)
def test_hash_names(name: Any, reason: Reason) -> None:
    assert input_refused(lambda: judge(made({"_sd_alg": name}))) is reason


def test_issuing_what_no_verifier_would_take_is_refused() -> None:
    def trial(claims: dict[str, Any], *hidden: Any, **more: Any) -> Reason:
        return input_refused(lambda: issued(claims, hidden=hidden, **more))

    assert trial({"a": 1}, ("b",)) is Reason.CLAIM_MISSING
    assert trial({"a": 1}, ()) is Reason.CLAIM_MISSING
    assert trial({"a": [1]}, ("a", "b")) is Reason.CLAIM_MISSING
    assert trial({"a": [1]}, ("a", 1)) is Reason.CLAIM_MISSING
    assert trial({"a": [1]}, ("a", -1)) is Reason.CLAIM_MISSING
    assert trial({"a": {"_sd": []}}) is Reason.BAD_SD_JWT
    assert trial({"a": [{"...": 1}]}) is Reason.BAD_SD_JWT
    assert trial({"_sd_alg": "sha-256"}) is Reason.BAD_SD_JWT
    assert trial({"cnf": {}}) is Reason.BAD_SD_JWT
    assert trial({"a": "\ud800"}) is Reason.LONE_SURROGATE
    for name in ("iss", "aud", "exp", "nbf", "cnf"):
        assert trial({name: 1}, (name,), holder=None) is Reason.BAD_DISCLOSURE
    deep: Any = 1
    for _ in range(LIMITS.json_depth + 1):
        deep = [deep]
    assert trial({"a": deep}) is Reason.TOO_DEEP
    many = [[number] for number in range(LIMITS.sd_jwt_disclosures + 1)]
    assert trial({"a": many}, ("a", None)) is Reason.TOO_MANY_DISCLOSURES


def test_single_audiences_may_be_hidden() -> None:
    text = issued({"aud": ["a", "b"]}, hidden=[("aud", 0)], holder=None)
    assert judge(text).claims == {"aud": ["a", "b"]}


def test_copies_of_a_batch_have_nothing_in_common() -> None:
    holders = [key(f"copy {number}").public for number in range(3)]

    def batch(keys: list[Any]) -> list[str]:
        return sd_jwt.issue_batch(
            CLAIMS,
            holders=keys,
            key=ISSUER,
            header={"typ": TYPE, "kid": METHOD},
            disclosable=iter([NAME, ("languages", None)]),
            randomness=randomness("batch"),
            decoys=1,
        )

    texts = batch(holders)
    found = [read(text) for text in texts]
    parts = [part for one in found for part in one.disclosures]
    digests = [digest for one in found for digest in one.payload["_sd"]]
    assert len(set(parts)) == len(parts) == 3 * 4
    assert len(set(digests)) == len(digests) == 3 * 2
    for one, holder in zip(found, holders, strict=True):
        assert judge(one).claims == {**CLAIMS, "cnf": {"jwk": public_jwk(holder)}}
    assert input_refused(lambda: batch([holders[0], holders[0]])) is Reason.BAD_HOLDER_KEYS


def test_nothing_personal_in_what_is_printed() -> None:
    found = read(issued())
    for value in (found, judge(found)):
        assert "Amal" not in repr(value)
        assert found.jwt not in repr(value)


def test_presenting_what_is_not_there_is_refused() -> None:
    assert input_refused(lambda: shown(("shoeSize",))) is Reason.CLAIM_MISSING
    again = bound(NAME)
    assert input_refused(lambda: sd_jwt.present(again, disclose=[NAME])) is Reason.BAD_SD_JWT


# --- The issuer's signature and dates ------------------------------------------------------------


def test_another_issuers_key_does_not_verify() -> None:
    assert denied(lambda: judge(issued(), key=THIEF.public)) is Reason.BAD_SIGNATURE
    other = read_public_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
            "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
        }
    )
    assert denied(lambda: judge(issued(), key=other)) is Reason.ALGORITHM_FORBIDDEN


def test_es256_is_verified() -> None:
    ec = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ec")
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    secret = ec.derive_private_key(7, ec.SECP256R1())
    numbers = secret.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256"}
    for name in ("x", "y"):
        jwk[name] = to_base64url(getattr(numbers, name).to_bytes(32, "big"))
    text = disclosure("salt", "a", 1)
    header = to_base64url(json.dumps({"alg": "ES256", "typ": TYPE}).encode())
    said = to_base64url(json.dumps({"_sd": [hashed(text)]}).encode())
    signed = secret.sign(f"{header}.{said}".encode(), ec.ECDSA(hashes.SHA256()))
    halves = b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(signed))
    token = f"{header}.{said}.{to_base64url(halves)}~{text}~"
    assert judge(token, key=read_public_jwk(jwk)).claims == {"a": 1}
    assert denied(lambda: judge(token)) is Reason.ALGORITHM_FORBIDDEN


@pytest.mark.parametrize("name", ["exp", "nbf"])
@pytest.mark.parametrize("value", [True, "1900000000", None, [1]])
def test_dates_that_are_none(name: str, value: Any) -> None:
    assert input_refused(lambda: judge(made({name: value}))) is Reason.BAD_DATE


def test_dates_with_a_little_leeway() -> None:
    now, leeway = NOW.timestamp(), LIMITS.jwt_leeway_seconds
    assert judge(made({"exp": now - leeway + 1, "nbf": now + leeway})).claims
    assert denied(lambda: judge(made({"exp": now - leeway}))) is Reason.EXPIRED
    assert denied(lambda: judge(made({"nbf": int(now) + leeway + 1}))) is Reason.NOT_YET_VALID
    assert judge(made({"iat": "long ago"})).claims == {"iat": "long ago"}


# --- Key binding ---------------------------------------------------------------------------------


def test_the_holder_answers_one_question() -> None:
    verified = judge(bound(NAME), ASKED)
    assert verified.holder == HOLDER.public
    assert verified.claims["name"] == "Amal"
    assert "address" not in verified.claims


def test_a_binding_is_in_canonical_form() -> None:
    binding = bound(NAME).key_binding
    assert binding is not None
    header, payload, _ = (from_base64url(part) for part in binding.split("."))
    assert header == b'{"alg":"EdDSA","typ":"kb+jwt"}'
    said = json.loads(payload)
    assert payload == canonical(said)
    assert said.keys() == {"aud", "iat", "nonce", "sd_hash"}


def test_only_the_named_holder_binds() -> None:
    def bind(found: sd_jwt.SdJwt) -> Reason:
        return refused(lambda: sd_jwt.bind(found, key=THIEF, binding=ASKED, now=NOW))

    assert bind(shown()) is Reason.WRONG_HOLDER
    assert bind(shown(holder=None)) is Reason.WRONG_HOLDER
    assert bind(read(made({"cnf": 1}))) is Reason.BAD_SD_JWT
    assert bind(read(made({"cnf": {"kid": "a"}}))) is Reason.KEY_KIND_UNKNOWN
    assert bind(read(made({"cnf": {"jwk": {}}}))) is Reason.BAD_KEY


def test_binding_again_takes_the_place_of_the_first() -> None:
    other = sd_jwt.Binding("another nonce", ASKED.audience)
    again = sd_jwt.bind(bound(NAME), key=HOLDER, binding=other, now=NOW)
    assert judge(again, other).holder == HOLDER.public


def answered(**changes: Any) -> str:
    """A presentation whose binding says something else, signed by the holder all the same."""
    found = shown(NAME)
    said: dict[str, Any] = {
        "nonce": ASKED.nonce,
        "aud": ASKED.audience,
        "iat": int(NOW.timestamp()),
        "sd_hash": hashed(found.text),
    }
    said.update(changes)
    said = {name: value for name, value in said.items() if value is not ...}
    header = {"typ": changes.pop("typ", "kb+jwt")}
    said.pop("typ", None)
    binding = sign_jws(json.dumps(said).encode(), key=HOLDER, header=header)
    return found._replace(key_binding=binding).text


def test_further_claims_of_a_binding_are_passed_over() -> None:
    assert judge(answered(extra=[1.5], iat=NOW.timestamp() + 0.5), ASKED).holder == HOLDER.public


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": "other"}, Reason.WRONG_CHALLENGE),
        ({"nonce": ...}, Reason.WRONG_CHALLENGE),
        ({"nonce": [ASKED.nonce]}, Reason.WRONG_CHALLENGE),
        ({"aud": "https://other.example"}, Reason.WRONG_DOMAIN),
        ({"aud": [ASKED.audience]}, Reason.WRONG_DOMAIN),
        ({"aud": ...}, Reason.WRONG_DOMAIN),
        ({"sd_hash": hashed(issued())}, Reason.BAD_SIGNATURE),
        ({"sd_hash": ...}, Reason.BAD_SIGNATURE),
        ({"iat": ...}, Reason.BAD_DATE),
        ({"iat": "now"}, Reason.BAD_DATE),
        ({"iat": True}, Reason.BAD_DATE),
        ({"typ": "jwt"}, Reason.BAD_JWT),
        ({"typ": TYPE}, Reason.BAD_JWT),
    ],
)
def test_a_binding_that_says_something_else(changes: dict[str, Any], reason: Reason) -> None:
    assert refused(lambda: judge(answered(**changes), ASKED)) is reason


def test_a_binding_is_good_for_a_while() -> None:
    late = NOW + timedelta(seconds=LIMITS.key_binding_seconds)
    found = bound(NAME)

    def at(moment: Any) -> Any:
        return sd_jwt.verify(found, key=ISSUER.public, binding=ASKED, now=moment)

    assert at(late).holder
    assert at(NOW - timedelta(seconds=LIMITS.key_binding_seconds)).holder
    assert denied(lambda: at(late + timedelta(seconds=1))) is Reason.CHALLENGE_EXPIRED
    early = NOW - timedelta(seconds=LIMITS.key_binding_seconds + 1)
    assert denied(lambda: at(early)) is Reason.NOT_YET_VALID


def test_a_binding_is_asked_for_or_it_is_not() -> None:
    """What comes in does not decide that (section 7.3, step 1)."""
    assert denied(lambda: judge(bound(NAME))) is Reason.CHALLENGE_UNKNOWN
    assert denied(lambda: judge(shown(NAME), ASKED)) is Reason.PROOF_MISSING


def test_a_binding_whose_payload_is_no_object() -> None:
    found = shown(NAME)
    binding = sign_jws(b"[]", key=HOLDER, header={"typ": "kb+jwt"})
    text = found._replace(key_binding=binding).text
    assert input_refused(lambda: judge(text, ASKED)) is Reason.BAD_JWT


# --- Form ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.BAD_SD_JWT),
        ("~", Reason.BAD_JWT),
        ("~~", Reason.BAD_SD_JWT),
        ("a.b.c", Reason.BAD_SD_JWT),
        ("a.b~", Reason.BAD_JWT),
        ("a.b.c.d~", Reason.BAD_JWT),
        ("a.b.c~", Reason.BAD_JWT),
        ("..~", Reason.NOT_JSON),
        ("é.AA.AA~", Reason.BAD_JWT),
        (b"AA.AA.AA~", Reason.BAD_SD_JWT),
        (None, Reason.BAD_SD_JWT),
    ],
)
def test_texts_that_are_no_sd_jwt(text: Any, reason: Reason) -> None:
    assert input_refused(lambda: read(text)) is reason


def test_parts_that_are_no_sd_jwt() -> None:
    jwt = read(issued()).jwt
    for part in ("!", "A", "AB", "AA==", "é", "\ud800", "A\nA", 'A"', 'AA","AA'):
        assert input_refused(lambda part=part: read(f"{jwt}~{part}~")) is Reason.BAD_DISCLOSURE
    assert input_refused(lambda: read(f"{jwt}~AA~")) is Reason.NOT_JSON
    assert input_refused(lambda: read(f"{jwt}~~")) is Reason.BAD_SD_JWT
    assert input_refused(lambda: read(jwt)) is Reason.BAD_SD_JWT
    assert input_refused(lambda: read(made([1]))) is Reason.BAD_SD_JWT
    assert input_refused(lambda: read(made({}, typ="jwt"))) is Reason.BAD_JWT
    assert input_refused(lambda: read(made({"a": "x" * LIMITS.json_bytes}))) is Reason.TOO_LARGE


def test_bounds() -> None:
    text = issued()
    few = Limits(sd_jwt_disclosures=8)
    assert sd_jwt.read(text, types=TYPES, limits=few).text == text
    fewer = Limits(sd_jwt_disclosures=7)
    for found in (text, text + "AA"):
        assert (
            input_refused(lambda found=found: sd_jwt.read(found, types=TYPES, limits=fewer))
            is Reason.TOO_MANY_DISCLOSURES
        )
    short = Limits(sd_jwt_chars=len(text) - 1)
    assert input_refused(lambda: sd_jwt.read(text, types=TYPES, limits=short)) is Reason.TOO_LARGE
