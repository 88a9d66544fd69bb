"""The rules of VC Data Model 2.0 that a document keeps or breaks by itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from amana.credential import check_credential
from amana.data_model import check_dates, check_typed, check_unsigned
from amana.errors import InputError
from amana.language import is_language
from amana.limits import Limits
from amana.reasons import Reason
from tests.amana_samples import Object, foreign, refused

SHA256 = "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
MULTIHASH = "uEiCfhtCBiEx9ZZov6qDFWtAVo79PGysLgizRXWwVsPAKCA"
RESOURCE: Object = {"id": "https://a.example/1", "digestSRI": SHA256}
TYPED = ["credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService"]


def wrong(**changes: Any) -> Reason:
    return refused(partial(check_credential, {**foreign(), **changes}), error=InputError)


LANGUAGE_VALUES: list[Any] = [
    "A card",
    "",
    {"@value": "A card"},
    {"@value": "A card", "@language": "en"},
    {"@value": "بطاقة", "@language": "ar-SY", "@direction": "rtl"},
    {"@value": "A card", "@direction": "ltr"},
    [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}],
]
NO_LANGUAGE_VALUES: list[Any] = [
    None,
    5,
    True,
    [],
    ["A card"],
    [[{"@value": "A card"}]],
    {},
    {"@language": "en"},
    {"@value": None},
    {"@value": 5, "@language": "en"},
    {"@value": ["A card"]},
    {"@value": "A card", "url": "https://a.example"},
    {"@value": "A card", "@type": "urn:a"},
    {"value": "A card", "language": "en"},
    {"@value": "A card", "@language": None},
    {"@value": "A card", "@language": "english language"},
    {"@value": "A card", "@language": ["en"]},
    {"@value": "A card", "@direction": "up"},
    {"@value": "A card", "@direction": None},
    {"@value": "A card", "@direction": ["ltr"]},
    [{"@value": "A card"}, None],
]


@pytest.mark.parametrize("member", ["name", "description"])
def test_texts_for_people(member: str) -> None:
    """Sections 4.6 and 11.1, on the credential and on its issuer (C93)."""
    for value in LANGUAGE_VALUES:
        check_credential(foreign(**{member: value}))
        check_credential(foreign(issuer={"id": "https://a.example", member: value}))
    for value in NO_LANGUAGE_VALUES:
        assert wrong(**{member: value}) is Reason.BAD_CREDENTIAL
        assert wrong(issuer={"id": "https://a.example", member: value}) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize(
    "tag",
    [
        "en", "de-CH", "zh-Hant", "sr-Latn-RS", "es-419", "sl-rozaj-biske", "de-1996",
        "zh-cmn-Hans-CN", "de-DE-u-co-phonebk", "x-whatever", "en-x-US", "i-klingon",
        "EN-gb-OED", "qaa-Qaaa-QM-x-southern", "en-a-bbb-x-a-ccc", "art-lojban", "abcdefgh",
    ],
)  # fmt: skip
def test_language_tags(tag: str) -> None:
    assert is_language(tag)


@pytest.mark.parametrize(
    "tag",
    [
        "", "e", "en_GB", "en-", "-en", "en--GB", "abcdefghi", "a-DE", "de-419-DE", "en-x",
        "en-a", "i-unknown", "en-GB\n", "en GB", "٣٤", "en-x-" + "a" * 9, "ar-a-aaa-b-bbb-" * 40,
    ],
)  # fmt: skip
def test_no_language_tags(tag: str) -> None:
    assert not is_language(tag)


@pytest.mark.parametrize("member", TYPED)
def test_typed_objects(member: str) -> None:
    """Section 4.5: each says what it is; one or several, and never none."""
    good: Object = {"type": "A", "id": "urn:a"}
    for value in (good, [good], [good, {**good, "type": ["A", "B"]}]):
        check_credential(foreign(**{member: value}))
    bad: list[Any] = [
        None, [], {}, "text", 5, ["text"], [good, None], [[good]], {"id": "urn:a"},
        {**good, "type": None}, {**good, "type": []}, {**good, "type": ""}, {**good, "type": 2},
        {**good, "type": ["A", ""]}, {**good, "type": {"a": 1}}, {**good, "type": ["A"] * 17},
        {**good, "id": "a"}, {**good, "id": None}, {**good, "id": ["urn:a", "urn:b"]},
        {**good, "id": "//not-a-url/1"}, {**good, "id": "https ://not-a-url/1"},
        {**good, "id": {"id": "urn:a"}},
    ]  # fmt: skip
    for value in bad:
        assert wrong(**{member: value}) is Reason.BAD_CREDENTIAL


def test_only_a_schema_needs_an_id() -> None:
    """Section 4.11; for the others, an id is what they may have."""
    for member in TYPED:
        document = foreign(**{member: {"type": "A"}})
        if member in ("credentialSchema", "refreshService"):
            assert refused(partial(check_credential, document)) is Reason.BAD_CREDENTIAL
        else:
            check_credential(document)
    # A refresh service needs something to refresh with (section 5.4), which need not be an id.
    check_credential(foreign(refreshService={"type": "A", "url": "https://a.example"}))


def test_a_typed_object_is_refused_for_the_reason_of_its_caller() -> None:
    call = partial(check_typed, [], "termsOfUse", Reason.BAD_PRESENTATION)
    assert refused(call) is Reason.BAD_PRESENTATION
    call = partial(check_typed, {"type": ["A", "B"]}, "a", Reason.BAD_DID, limits=Limits(types=1))
    assert refused(call) is Reason.BAD_DID


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example", "http://a.example:80/b?c#d", "urn:uuid:1", "did:key:z6Mk", "tag:a",
        "HTTPS://A.EXAMPLE", "data:application/vc+jwt,ey", "urn:é", "mailto:a@a.example",
        "https://[::1]/a",
    ],
)  # fmt: skip
def test_urls(url: str) -> None:
    """Section 4.4: an id is one URL."""
    assert check_credential(foreign(id=url)).document["id"] == url


@pytest.mark.parametrize(
    "url",
    [
        None, 5, "", [], {}, ["urn:a"], "a", "a/b", "/a", "//a.example/b", ":a", "urn:", "1:a",
        "https:", "https:a", "https:/a", "https://", "https:///a", "HTTP://?a", "https://#a",
        "https ://a.example", " urn:a", "urn:a ", "urn:a b", "urn:a\n", "urn:a\x00", "urn:a\x7f",
        "urn:<a>", 'urn:"a"', "urn:{a}", "urn:a|b", "urn:a\\b", "urn:a^b", "urn:`a`",
        "urn:\u2028a", "é:a", "_:b0 c",
    ],
)  # fmt: skip
def test_no_urls(url: Any) -> None:
    for change in (
        {"id": url},
        {"issuer": url},
        {"issuer": {"id": url}},
        {"credentialSubject": {"id": url}},
        {"relatedResource": {**RESOURCE, "id": url}},
    ):
        assert wrong(**change) is Reason.BAD_CREDENTIAL


def test_a_credential_is_no_envelope_besides() -> None:
    types = ["VerifiableCredential", "EnvelopedVerifiableCredential"]
    assert wrong(type=types) is Reason.BAD_CREDENTIAL


def test_an_issuer_of_no_kind() -> None:
    for issuer in (None, 5, True, [], ["https://a.example"], {}, {"name": "A"}):
        assert wrong(issuer=issuer) is Reason.BAD_CREDENTIAL


def test_proofs_have_types() -> None:
    """Section 4.12; `null` is left to those who read proofs, and who call it missing."""
    good: list[Any] = [{"type": "Ed25519Signature2020"}, [{"type": "A"}, {"type": "B"}], None]
    for proof in good:
        check_credential({**foreign(), "proof": proof})
    bad: list[Any] = [[], {}, "signed", [None], {"created": "2026-11-22T12:00:00Z"}, {"type": []}]
    for proof in bad:
        assert wrong(proof=proof) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize(
    "resource",
    [
        RESOURCE,
        [RESOURCE],
        [RESOURCE, {**RESOURCE, "id": "https://a.example/2"}],
        {"id": "urn:a", "digestMultibase": MULTIHASH},
        {**RESOURCE, "digestMultibase": [MULTIHASH]},
        {**RESOURCE, "mediaType": "application/ld+json"},
        {**RESOURCE, "mediaType": 'text/html; charset="utf-8"'},
    ],
)
def test_related_resources(resource: Any) -> None:
    """Section 5.3."""
    check_credential(foreign(relatedResource=resource))


@pytest.mark.parametrize(
    "resource",
    [
        None,
        [],
        {},
        "https://a.example/1",
        ["https://a.example/1"],
        [RESOURCE, None],
        [RESOURCE, RESOURCE],
        [RESOURCE, {"id": RESOURCE["id"], "digestMultibase": MULTIHASH}],
        {"digestSRI": SHA256},
        {"id": "https://a.example/1"},
        {"id": "https://a.example/1", "mediaType": "text/plain"},
        {**RESOURCE, "digestSRI": None},
        {**RESOURCE, "digestMultibase": None},
        {**RESOURCE, "mediaType": None},
        {**RESOURCE, "mediaType": 5},
        {**RESOURCE, "mediaType": "json"},
        {**RESOURCE, "mediaType": "text/plain\n"},
        {**RESOURCE, "mediaType": "text/pl ain"},
    ],
)
def test_no_related_resources(resource: Any) -> None:
    assert wrong(relatedResource=resource) is Reason.BAD_CREDENTIAL


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z"),
        ("2023-02-26T01:21:23Z", "2023-02-25T19:21:29-06:00"),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.2Z"),
    ],
)
def test_dates_in_order(valid_from: str, valid_until: str) -> None:
    """Section 4.9, in whatever offset they are written."""
    found = check_dates({"validFrom": valid_from, "validUntil": valid_until})
    assert None not in found
    assert check_dates({}) == (None, None)


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:01"),
        ("2026-01-01T00:00:00.2Z", "2026-01-01T00:00:00.1Z"),
    ],
)
def test_dates_out_of_order(valid_from: str, valid_until: str) -> None:
    document = {"validFrom": valid_from, "validUntil": valid_until}
    assert refused(partial(check_dates, document)) is Reason.BAD_CREDENTIAL


ISSUER = "did:web:a.example"


def unsigned(**changes: Any) -> Object:
    return {**foreign(issuer=None), **changes}


def test_who_issues_is_filled_in() -> None:
    document = unsigned()
    assert check_unsigned(document, issuer=ISSUER) == {**document, "issuer": ISSUER}
    assert "issuer" not in document
    document = unsigned(issuer={"name": "Aid"})
    found = check_unsigned(document, issuer=ISSUER)
    assert found["issuer"] == {"name": "Aid", "id": ISSUER}
    assert document["issuer"] == {"name": "Aid"}
    for issuer in (ISSUER, {"id": ISSUER, "name": "Aid"}):
        document = unsigned(issuer=issuer, proof={"type": "Ed25519Signature2020"})
        assert check_unsigned(document, issuer=ISSUER) == document


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"issuer": "did:web:b.example"}, Reason.KEY_NOT_OF_ISSUER),
        ({"issuer": {"id": "did:web:b.example"}}, Reason.KEY_NOT_OF_ISSUER),
        ({"issuer": None}, Reason.BAD_CREDENTIAL),
        ({"issuer": {"id": None}}, Reason.BAD_CREDENTIAL),
        ({"issuer": "nobody"}, Reason.BAD_CREDENTIAL),
        ({"proof": None}, Reason.BAD_CREDENTIAL),
        ({"proof": []}, Reason.BAD_CREDENTIAL),
        ({"credentialSubject": {}}, Reason.BAD_CREDENTIAL),
        ({"validFrom": "soon"}, Reason.BAD_DATE),
        ({"validUntil": "2025-01-01T00:00:00Z"}, Reason.BAD_CREDENTIAL),
        ({"type": ["VerifiableCredential"] * 17}, Reason.BAD_CREDENTIAL),
    ],
)
def test_what_is_not_issued(change: Object, reason: Reason) -> None:
    call = partial(check_unsigned, unsigned(**change), issuer=ISSUER)
    assert refused(call, error=InputError) is reason


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_what_is_issued_is_an_object(value: Any) -> None:
    call = partial(check_unsigned, value, issuer=ISSUER)
    assert refused(call, error=InputError) is Reason.BAD_CREDENTIAL
