"""DID documents: keys of every kind that is judged here, and what makes a document a bad one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from amana.did.document import DidDocument, parse_document
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey, public_jwk
from amana.limits import Limits
from amana.multibase import encode_base58
from amana.p256 import P256PublicKey
from amana.reasons import Reason
from tests.amana_samples import ISSUER, KEY_ID, NOW, Object, did_document, key, refused, written

ED25519 = key("issuer").public
# SP 800-186, section 3.2.1.3: the base point of P-256
P256 = P256PublicKey(
    bytes.fromhex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
)
Kind = Object


def method(kind: str = "Multikey", **members: Any) -> Kind:
    given = {"id": "#key-1", "type": kind, "controller": ISSUER, **members}
    return {name: value for name, value in given.items() if value is not None}


MULTIKEY = method(publicKeyMultibase=ED25519.multikey)
SERVICE = {"id": "#files", "type": "relativeRef", "serviceEndpoint": "https://aid.example"}


def parse(*methods: Any, **members: Any) -> DidDocument:
    given: Object = {"assertionMethod": ["#key-1"], **members}
    return parse_document(
        written({"id": ISSUER, "verificationMethod": list(methods), **given}), did=ISSUER
    )


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (MULTIKEY, ED25519),
        (method(publicKeyMultibase=P256.multikey), P256),
        (method("JsonWebKey", publicKeyJwk=public_jwk(ED25519)), ED25519),
        (method("JsonWebKey", publicKeyJwk=public_jwk(P256)), P256),
        (method("Ed25519VerificationKey2020", publicKeyMultibase=ED25519.multikey), ED25519),
    ],
)
def test_kinds_of_keys(found: Kind, expected: VerifyingKey) -> None:
    assert parse(found).assertion_method == {KEY_ID: expected}


@pytest.mark.parametrize(
    "found",
    [
        method(publicKeyMultibase="z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"),
        method("JsonWebKey", publicKeyJwk={"kty": "EC", "crv": "secp256k1", "x": "", "y": ""}),
        method("EcdsaSecp256k1VerificationKey2019", publicKeyHex="02"),
        method(id="did:web:other.example#key-1", publicKeyMultibase=ED25519.multikey),
        method(controller="did:web:other.example", publicKeyMultibase=ED25519.multikey),
    ],
)
def test_other_kinds_and_others_keys_are_passed_over(found: Kind) -> None:
    assert parse(found).assertion_method == {}


def test_a_parsed_document_is_read_as_well() -> None:
    assert parse_document(did_document(), did=ISSUER) == parse_document(
        written(did_document()), did=ISSUER
    )


def test_one_method_may_stand_in_two_relationships() -> None:
    found = parse(MULTIKEY, authentication=[KEY_ID])
    assert found.assertion_method == found.authentication == {KEY_ID: ED25519}


def test_an_embedded_method_is_good_for_its_relationship_alone() -> None:
    embedded = {**MULTIKEY, "id": "#key-2"}
    found = parse(MULTIKEY, assertionMethod=[embedded], authentication=["#key-2", "#key-1"])
    assert found.assertion_method == {f"{ISSUER}#key-2": ED25519}
    assert found.authentication == {KEY_ID: ED25519}


def test_claims_about_itself_are_given_out() -> None:
    found = parse(controller=ISSUER, alsoKnownAs=["https://aid.example"])
    assert found.controller == (ISSUER,)
    assert found.also_known_as == ("https://aid.example",)
    assert parse(controller=["did:web:a", "did:web:b"]).controller == ("did:web:a", "did:web:b")
    assert parse().controller == parse().also_known_as == ()


def test_services_do_no_harm() -> None:
    assert parse(MULTIKEY, service=[SERVICE]).assertion_method == {KEY_ID: ED25519}


@pytest.mark.parametrize(
    ("methods", "members", "reason"),
    [
        ([method(type=None)], {}, Reason.BAD_DID),
        ([method(controller=None)], {}, Reason.BAD_DID),
        ([method(controller=[ISSUER])], {}, Reason.BAD_DID),
        ([method(id="#")], {}, Reason.BAD_DID),
        ([method(id="#a b")], {}, Reason.BAD_DID),
        ([method(id="#a#b")], {}, Reason.BAD_DID),
        ([method(id="#\u202ea")], {}, Reason.BAD_DID),
        ([{**MULTIKEY, "secretKeyMultibase": "z3u2"}], {}, Reason.BAD_DID),
        ([{**MULTIKEY, "publicKeyJwk": public_jwk(P256)}], {}, Reason.BAD_DID),
        ([MULTIKEY, {**MULTIKEY, "id": KEY_ID}], {}, Reason.BAD_DID),
        ([MULTIKEY], {"authentication": [MULTIKEY]}, Reason.BAD_DID),
        ([method()], {}, Reason.BAD_DID),
        ([method("JsonWebKey")], {}, Reason.BAD_KEY),
        ([method("JsonWebKey", publicKeyJwk={**public_jwk(P256), "d": "AA"})], {}, Reason.BAD_KEY),
        (
            [method("Ed25519VerificationKey2020", publicKeyMultibase=P256.multikey)],
            {},
            Reason.BAD_MULTIBASE,
        ),
        (
            [method(publicKeyMultibase=encode_base58(b"\xed\x01\x01" + bytes(31)))],
            {},
            Reason.BAD_KEY,
        ),
        ([{**MULTIKEY, "expires": "2026-13-01T00:00:00Z"}], {}, Reason.BAD_DATE),
        ([{**MULTIKEY, "revoked": True}], {}, Reason.BAD_DATE),
        ([{**MULTIKEY, "id": f"#key-{n}"} for n in range(65)], {}, Reason.TOO_LARGE),
        ([], {"controller": 5}, Reason.BAD_DID),
        ([], {"controller": ["aid.example"]}, Reason.BAD_DID),
        ([], {"controller": [5]}, Reason.BAD_DID),
        ([], {"alsoKnownAs": "https://aid.example"}, Reason.BAD_DID),
        ([], {"service": {}}, Reason.BAD_DID),
        ([], {"service": ["x"]}, Reason.BAD_DID),
        ([], {"service": [{"id": "#a", "type": "b"}]}, Reason.BAD_DID),
        ([], {"service": [{"id": 5, "type": "b", "serviceEndpoint": "c"}]}, Reason.BAD_DID),
        ([], {"service": [{"id": "#a", "serviceEndpoint": "c"}]}, Reason.BAD_DID),
        ([], {"service": [SERVICE, {**SERVICE, "id": f"{ISSUER}#files"}]}, Reason.BAD_DID),
    ],
)  # fmt: skip
def test_documents_that_are_refused(methods: list[Kind], members: Object, reason: Reason) -> None:
    assert refused(lambda: parse(*methods, **members), error=InputError) is reason


def test_bounds_are_the_callers() -> None:
    document = did_document()
    few = Limits(did_methods=1)
    assert refused(lambda: parse_document(document, did=ISSUER, limits=few)) is Reason.TOO_LARGE
    assert refused(lambda: parse_document([], did=ISSUER)) is Reason.BAD_DID  # type: ignore[arg-type]


# --- which key may be used


def test_the_earlier_of_two_ends_counts() -> None:
    dates = {"expires": "2027-01-01T00:00:00Z", "revoked": "2026-12-01T00:00:00Z"}
    found = parse({**MULTIKEY, **dates})
    assert found.ends == {KEY_ID: datetime(2026, 12, 1, tzinfo=UTC)}
    assert found.key(KEY_ID, purpose="assertionMethod", now=NOW) == ED25519
    for now in (datetime(2026, 12, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)):
        assert (
            refused(
                lambda now=now: found.key(KEY_ID, purpose="assertionMethod", now=now),  # type: ignore[misc]
                error=VerificationError,
            )
            is Reason.KEY_ENDED
        )


def test_a_key_whose_end_is_not_judged_here_has_none() -> None:
    found = method("Other", expires="2026-12-01T00:00:00Z")
    assert parse(found).ends == {}


@pytest.mark.parametrize(
    ("wanted", "purpose", "reason"),
    [
        (KEY_ID, "authentication", Reason.WRONG_RELATIONSHIP),
        (KEY_ID, "keyAgreement", Reason.WRONG_RELATIONSHIP),
        (f"{ISSUER}#key-2", "assertionMethod", Reason.WRONG_RELATIONSHIP),
        (f"{ISSUER}#key-9", "assertionMethod", Reason.KEY_UNKNOWN),
        (f"{ISSUER}", "assertionMethod", Reason.KEY_NOT_OF_ISSUER),
        (f"{ISSUER}.evil.example#key-1", "assertionMethod", Reason.KEY_NOT_OF_ISSUER),
        ("#key-1", "assertionMethod", Reason.KEY_NOT_OF_ISSUER),
    ],
)
def test_methods_that_may_not_be_used(wanted: str, purpose: str, reason: Reason) -> None:
    found = parse_document(did_document(), did=ISSUER)
    call = lambda: found.key(wanted, purpose=purpose, now=NOW)  # noqa: E731
    assert refused(call, error=VerificationError) is reason
