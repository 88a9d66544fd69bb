"""did:web: where a document would lie, and which keys its bytes name."""

from __future__ import annotations

from typing import Any

import pytest

from amana.did.web import document_url, parse_document
from amana.errors import InputError
from amana.reasons import Reason
from tests.amana_samples import ISSUER, KEY_ID, Object, did_document, key, refused, written


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:aid.example", "https://aid.example/.well-known/did.json"),
        ("did:web:aid.example:a:b", "https://aid.example/a/b/did.json"),
        ("did:web:aid.example%3A8443", "https://aid.example:8443/.well-known/did.json"),
        ("did:web:a:issuers:r%C3%A9lief", "https://a/issuers/r%C3%A9lief/did.json"),
        ("did:web:xn--bcher-kva.example:.a", "https://xn--bcher-kva.example/.a/did.json"),
        ("did:web:localhost:a..b", "https://localhost/a..b/did.json"),
    ],
)
def test_where_a_document_would_lie(did: str, url: str) -> None:
    assert document_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "", "did:web:", "did:web", "did:key:z6Mk", "did:web:Aid.example", "did:web:-a.example",
        "did:web:a-.example", "did:web:a..example", "did:web:aid.example:",
        "did:web:aid.example::a",
        "did:web:aid.example:..", "did:web:aid.example:%2E%2E", "did:web:aid.example:a%2Fb",
        "did:web:aid.example:%2e", "did:web:aid.example/a", "did:web:aid.example#a",
        "did:web:aid.example\n", "did:web:user@aid.example", "did:web:aid.example%3A123456",
        "did:web:é.example", "did:web:a.example:é", "did:web:a.example:.",
        "did:web:a.example:" + "a" * 500, "did:web:a.example%3A0", "did:web:a.example%3A65536",
        "did:web:a.example%3a443", "did:web:127.0.0.1", "did:web:a.0x7f", "did:web:1",
        "did:web:a.example:%C3", "did:web:a.example:b%3Fc", "did:web:a.example:b%23c",
        "did:web:a.example:b%0D%0Ac", "did:web:a.example:b%5Cc", "did:web:a.example:b%252Fc",
        "did:web:" + "a" * 64, "did:web:" + ".".join(["a" * 60] * 5), "did:web:a%2Eexample",
    ],
)  # fmt: skip
def test_no_did_web(did: str) -> None:
    assert refused(lambda: document_url(did), error=InputError) is Reason.BAD_DID


def parse(document: Any, did: str = ISSUER) -> Any:
    return parse_document(written(document), did=did)


def method(**changes: Any) -> Object:
    found: Object = did_document()["verificationMethod"][0]
    return {**found, **changes}


def test_keys_by_relationship_and_id() -> None:
    found = parse(did_document())
    assert found.id == ISSUER
    assert found.assertion_method == {KEY_ID: key("issuer").public}
    assert found.authentication == {f"{ISSUER}#key-2": key("other").public}


def test_relative_ids_are_made_absolute() -> None:
    document = did_document(verificationMethod=[method(id="#key-1")], assertionMethod=["#key-1"])
    assert parse(document).assertion_method == {KEY_ID: key("issuer").public}


@pytest.mark.parametrize(
    "document",
    [
        did_document(assertionMethod=[f"{ISSUER}#key-9"]),
        did_document(assertionMethod=[]),
        {"id": ISSUER},
        did_document(verificationMethod=[method(type="JsonWebKey2020")]),
        did_document(verificationMethod=[method(controller="did:web:other.example")]),
        did_document(
            verificationMethod=[method(id="did:web:other.example#key-1")],
            assertionMethod=["did:web:other.example#key-1"],
        ),
        did_document(assertionMethod=[method(id="#key-7", controller="did:web:other.example")]),
        did_document(assertionMethod=[method(id="#key-7", type="Other")]),
        did_document(verificationMethod=[method(publicKeyMultibase="z6LS")]),
    ],
)
def test_absence_is_not_permission(document: Object) -> None:
    """Foreign keys, foreign controllers and other key types are passed over."""
    assert parse(document).assertion_method == {}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], Reason.BAD_DID),
        ({}, Reason.BAD_DID),
        (did_document(id="did:web:other.example"), Reason.BAD_DID),
        (did_document(id=5), Reason.BAD_DID),
        (did_document(verificationMethod={}), Reason.BAD_DID),
        (did_document(verificationMethod=[KEY_ID]), Reason.BAD_DID),
        (did_document(verificationMethod=[None]), Reason.BAD_DID),
        (did_document(verificationMethod=[method(id=None)]), Reason.BAD_DID),
        (did_document(verificationMethod=[method(id=["a"])]), Reason.BAD_DID),
        (did_document(assertionMethod=KEY_ID), Reason.BAD_DID),
        (did_document(assertionMethod=[5]), Reason.BAD_DID),
        (did_document(authentication="x"), Reason.BAD_DID),
        (did_document(verificationMethod=[method(publicKeyMultibase=None)]), Reason.BAD_DID),
        (
            did_document(verificationMethod=[method(publicKeyMultibase="z6Mk")]),
            Reason.BAD_MULTIBASE,
        ),
        (did_document(verificationMethod=[method(), method()]), Reason.BAD_DID),
        (did_document(verificationMethod=[method(), method(id="#key-1")]), Reason.BAD_DID),
        (did_document(assertionMethod=[KEY_ID, method()]), Reason.BAD_DID),
        (did_document(assertionMethod=[method(id="#key-2")]), Reason.BAD_DID),
    ],
)  # fmt: skip
def test_documents_that_are_refused(document: Any, reason: Reason) -> None:
    """Among them two keys under one id, of which every reader might take another."""
    assert refused(lambda: parse(document), error=InputError) is reason


def test_bytes_that_are_no_json() -> None:
    assert refused(lambda: parse_document(b'{"id":1,"id":1}', did=ISSUER)) is Reason.DUPLICATE_KEY
