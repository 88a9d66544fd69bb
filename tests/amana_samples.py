"""Good inputs to the parsers of `amana`, all of them fixed, and ways to spoil them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from amana.challenge import build_challenge, build_station_certificate, digest
from amana.credential import StatusEntry, build_credential
from amana.errors import AmanaError
from amana.jcs import canonical
from amana.jwk import public_jwk
from amana.keys import SecretKey
from amana.presentation import build_presentation
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.sealed import Cost, seal_key_file
from amana.status import build_status_list
from tests.deterministic import randomness

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
CHEAP = Cost(memory=8192, passes=1)
ISSUER = "did:web:aid.example"
KEY_ID = f"{ISSUER}#key-1"
LIST_URL = "https://aid.example/status/1"
PASSPHRASE = b"correct horse battery staple"

Object = dict[str, Any]


@cache
def key(label: str) -> SecretKey:
    return SecretKey.generate(randomness(label))


def refused(call: Callable[[], object], *, error: type[AmanaError] = AmanaError) -> Reason:
    """The reason with which `call` is refused, by exactly that kind of error."""
    with pytest.raises(error) as caught:
        call()
    assert error is AmanaError or type(caught.value) is error
    return caught.value.reason


def unsigned(**changes: Any) -> Object:
    """A purpose credential as its schema wants it; a change to None leaves the member out."""
    document = build_credential(
        "PurposeCredential",
        issuer=ISSUER,
        subject={
            "id": key("holder").public.did,
            "purpose": "food",
            "entitlement": "household",
            "householdSize": 5,
            "children": 2,
            "selfStated": ["householdSize", "children"],
        },
        valid_from=date(2026, 11, 22),
        valid_until=date(2027, 3, 9),
        status=StatusEntry(list_url=LIST_URL, index=48_611),
    )
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def foreign(**changes: Any) -> Object:
    """A credential of a kind that is not ours, with every member that the data model checks."""
    document: Object = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://other.example/v1"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "OtherCredential"],
        "issuer": {"id": "https://other.example/issuer", "name": "Other"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:0", "alumniOf": "a school"},
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def complete() -> Object:
    """A credential with every member that VC Data Model 2.0 knows, for `ISSUER` to issue."""
    typed: Object = {"type": ["A", "B"], "id": "urn:uuid:1"}
    text: Object = {"@value": "A card", "@language": "en-GB", "@direction": "ltr"}
    return foreign(
        issuer={"id": ISSUER, "name": [text, {"@value": "Carte", "@language": "fr"}]},
        name=text,
        description="A card for food",
        validUntil="2030-01-01T00:00:00.5+01:00",
        credentialSubject=[{"id": "urn:uuid:2", "a": 1}, {"b": [True]}],
        credentialStatus=[typed],
        credentialSchema={"type": "JsonSchema", "id": "https://a.example/s"},
        termsOfUse=[typed, {"type": "C"}],
        evidence=typed,
        refreshService=typed,
        relatedResource=[
            {
                "id": "https://a.example/f",
                "digestSRI": "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
                "digestMultibase": ["uEiCfhtCBiEx9ZZov6qDFWtAVo79PGysLgizRXWwVsPAKCA"],
                "mediaType": "text/plain;charset=utf-8",
            }
        ],
        proof={"type": "Ed25519Signature2020"},
    )


def enveloped_presentation() -> Object:
    """A presentation of one credential in an envelope, and one without a proof; itself unsigned."""
    envelope: Object = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AAAA",
        "type": "EnvelopedVerifiableCredential",
    }
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:3",
        "type": ["VerifiablePresentation"],
        "holder": {"id": "did:web:holder.example"},
        "termsOfUse": {"type": "A"},
        "verifiableCredential": [envelope, foreign()],
    }


def credential(**changes: Any) -> Object:
    return eddsa_jcs.sign(unsigned(**changes), key=key("issuer"), verification_method=KEY_ID)


def certificate(**changes: Any) -> Object:
    given: Object = {
        "station": key("station").public,
        "organisation": ISSUER,
        "key": key("issuer"),
        "key_id": KEY_ID,
        "acts": ["food-line", "health-visit"],
        "purposes": ["food"],
        "valid_from": NOW - timedelta(days=3),
        "randomness": randomness("serial"),
    }
    return build_station_certificate(**{**given, **changes})


def challenge(certified: Object | None = None, **changes: Any) -> Object:
    given: Object = {
        "key": key("station"),
        "act": "food-line",
        "purpose": "food",
        "claims": ["householdSize", "children"],
        "expires": NOW + timedelta(minutes=3),
        "randomness": randomness("nonce"),
    }
    return build_challenge(certified or certificate(), **{**given, **changes})


def presentation(*credentials: Object) -> Object:
    return build_presentation(
        list(credentials) or [credential()],
        key=key("holder"),
        challenge=digest(challenge()),
        domain=ISSUER,
    )


def status_list(indices: tuple[int, ...] = (7, 48_611), **changes: Any) -> Object:
    given: Object = {
        "url": LIST_URL,
        "issuer": ISSUER,
        "key": key("issuer"),
        "verification_method": KEY_ID,
        "valid_from": NOW,
    }
    return build_status_list(indices, **{**given, **changes})


@cache
def key_file() -> bytes:
    return seal_key_file(key("issuer"), PASSPHRASE, randomness=randomness("file"), cost=CHEAP)


def did_document(**changes: Any) -> Object:
    document: Object = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": ISSUER,
        "verificationMethod": [
            {
                "id": KEY_ID,
                "type": "Multikey",
                "controller": ISSUER,
                "publicKeyMultibase": key("issuer").public.multikey,
            }
        ],
        "assertionMethod": [KEY_ID],
        "authentication": [
            {
                "id": "#key-2",
                "type": "Multikey",
                "controller": ISSUER,
                "publicKeyMultibase": key("other").public.multikey,
            }
        ],
    }
    document.update(changes)
    return document


def did_document_of_many_kinds() -> Object:
    p256 = "zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
    methods: list[Object] = [
        {"id": "#a", "type": "Multikey", "publicKeyMultibase": p256},
        {"id": "#b", "type": "JsonWebKey", "publicKeyJwk": public_jwk(key("issuer").public)},
        {
            "id": f"{ISSUER}#c",
            "type": "Ed25519VerificationKey2020",
            "publicKeyMultibase": key("other").public.multikey,
            "expires": "2027-01-01T00:00:00Z",
            "revoked": "2026-12-01T00:00:00+01:00",
        },
        {"id": "#d", "type": "Other"},
    ]
    service = {"id": "#files", "type": "relativeRef", "serviceEndpoint": "https://aid.example"}
    return did_document(
        controller=ISSUER,
        alsoKnownAs=["https://aid.example"],
        verificationMethod=[{**method, "controller": ISSUER} for method in methods],
        assertionMethod=["#a", "#b", f"{ISSUER}#c", "#d", "#missing"],
        authentication=["#a", {**methods[0], "id": "#e", "controller": ISSUER}],
        service=[service],
    )


_TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b"\\", b":", b",", b"null", b"true", b"-0", b"1e400", b"NaN",
    b"\\ud800", b"\xed\xa0\x80", b"\x00", b"\xef\xbb\xbf", b"\xff", b"9007199254740993", b" ",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", b'"id":1,', b"1.5", b"z", b"u", b"z6Mk", b"111111", b"{}",
    b"2026-02-30T00:00:00Z", b'"', b'{"a":1,"a":1}', b"=", b"==", b"did:key:", b"#",
)  # fmt: skip


def mutate(random: Random, data: bytes) -> bytes:
    """One seeded spoiling: bytes changed, cut out, doubled, or replaced by what parsers trip on."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        at = random.randrange(len(changed) + 1)
        kind = random.randrange(6)
        if kind == 0 and changed:
            changed[at % len(changed)] = random.randrange(256)
        elif kind == 1:
            changed[at:at] = random.choice(_TOKENS)
        elif kind == 2:
            del changed[at : at + random.choice((1, 2, 8, len(changed) // 2))]
        elif kind == 3:
            changed[at : at + random.randrange(9)] = random.choice(_TOKENS)
        elif kind == 4:
            start = random.randrange(len(changed) + 1)
            changed[at:at] = changed[start : start + random.randrange(64)]
        else:
            del changed[at:]
    return bytes(changed)


def spoiled(random: Random, samples: list[bytes]) -> bytes:
    """Mostly a mutation of a good input; sometimes bytes that mean nothing."""
    if random.random() < 0.1:
        return random.randbytes(random.randrange(200))
    return mutate(random, random.choice(samples))


def written(document: Object) -> bytes:
    return canonical(document)
