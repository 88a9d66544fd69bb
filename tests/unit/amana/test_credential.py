"""The VC Data Model 2.0: what is built, what is refused, and what the view says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest

import schemas
from amana.credential import CONTEXTS, StatusEntry, build_credential, check_credential
from amana.errors import InputError
from amana.limits import Limits
from amana.reasons import Reason
from amana.schema import conforms
from tests.amana_samples import ISSUER, LIST_URL, Object, foreign, key, refused, unsigned

STATUS: Object = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "5",
    "statusListCredential": LIST_URL,
}


def test_what_is_built_holds_the_notice_and_coarse_dates() -> None:
    """C81: the notice stands on every credential. C68: dates are cut to the month."""
    document = unsigned()
    assert document["@context"] == list(CONTEXTS)
    assert document["type"] == ["VerifiableCredential", "PurposeCredential"]
    assert document["termsOfUse"] == {"type": "FunctionalIdentityNotice", "id": schemas.NOTICE}
    assert document["validFrom"] == "2026-11-01T00:00:00Z"
    assert document["validUntil"] == "2027-03-01T00:00:00Z"
    assert document["credentialStatus"] == {**STATUS, "statusListIndex": "48611"}
    assert conforms("PurposeCredential")(document) is True


def test_a_credential_without_a_status_has_no_such_member() -> None:
    subject = {"id": key("holder").public.did}
    document = build_credential(
        "PersonProfile",
        issuer=ISSUER,
        subject=subject,
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
    )
    assert "credentialStatus" not in document
    assert document["credentialSubject"] == subject
    assert document["credentialSubject"] is not subject


def test_the_view_of_our_own_credential() -> None:
    document = unsigned()
    view = check_credential(document)
    assert view.document is document
    assert view.types == ("VerifiableCredential", "PurposeCredential")
    assert view.kind == "PurposeCredential"
    assert view.conforms is True
    assert view.issuer == ISSUER
    assert view.holder == key("holder").public.did
    assert view.valid_from == datetime(2026, 11, 1, tzinfo=UTC)
    assert view.valid_until == datetime(2027, 3, 1, tzinfo=UTC)
    assert view.status == (StatusEntry(list_url=LIST_URL, index=48_611),)


def test_the_view_never_prints_the_person() -> None:
    assert key("holder").public.did not in repr(check_credential(unsigned()))


def test_the_view_of_a_credential_that_is_not_ours() -> None:
    view = check_credential(foreign())
    assert (view.kind, view.conforms) == ("OtherCredential", None)
    assert view.issuer == "https://other.example/issuer"
    assert view.status == ()
    assert view.valid_until is None
    assert check_credential(foreign(validFrom=None)).valid_from is None


def test_the_kind_of_a_credential_with_no_kind() -> None:
    assert check_credential(foreign(type="VerifiableCredential")).kind == "VerifiableCredential"
    assert check_credential(foreign(type=["A", "VerifiableCredential", "B"])).kind == "A"


def test_a_credential_of_our_kind_that_breaks_our_schema_is_told_so_later() -> None:
    for change in (
        {"name": "a card"},
        {"termsOfUse": None},
        {"credentialSubject": {"id": key("holder").public.did}},
        {"@context": ["https://www.w3.org/ns/credentials/v2"]},
    ):
        view = check_credential(unsigned(**change))
        assert (view.kind, view.conforms) == ("PurposeCredential", False)


def test_nobody_knows_without_a_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone has none: the data model's rules are then checked by hand."""
    monkeypatch.setattr("amana.credential.conforms", lambda kind: lambda document: None)
    view = check_credential(unsigned())
    assert (view.kind, view.conforms) == ("PurposeCredential", None)
    assert refused(lambda: check_credential(unsigned(issuer="nobody"))) is Reason.BAD_CREDENTIAL


def test_several_subjects_have_no_one_holder() -> None:
    view = check_credential(foreign(credentialSubject=[{"id": "urn:a"}, {"x": 1}]))
    assert len(view.subjects) == 2
    assert view.holder is None
    assert check_credential(foreign(credentialSubject={"x": 1})).holder is None


@pytest.mark.parametrize(
    "change",
    [
        {"id": "urn:uuid:1"},
        {"credentialStatus": STATUS},
        {"credentialStatus": [STATUS, {**STATUS, "statusPurpose": "suspension"}]},
        {"credentialStatus": {"type": "OtherStatus"}},
        {"credentialStatus": {**STATUS, "type": ["BitstringStatusListEntry"]}},
        {"credentialStatus": {**STATUS, "statusListIndex": "1" * 100}},
        {"credentialSchema": {"type": "JsonSchema", "id": "https://a.example/s"}},
        {"termsOfUse": [{"type": "A"}, {"type": ["B", "C"], "id": "urn:b"}]},
        {"evidence": {"type": "A"}},
        {"refreshService": {"type": "A", "id": "https://a.example"}},
        {"@context": ["https://www.w3.org/ns/credentials/v2", {"a": "https://a.example#"}]},
        {"validUntil": "2026-01-01T00:00:00Z"},
        {"validFrom": None, "validUntil": "2020-01-01T00:00:00Z"},
        {"issuer": "did:web:a.example"},
    ],
)
def test_what_the_data_model_allows(change: Object) -> None:
    assert check_credential(foreign(**change)).conforms is None


BAD: list[Object] = [
    {"@context": None},
    {"@context": []},
    {"@context": "https://www.w3.org/ns/credentials/v2"},
    {"@context": {"0": "https://www.w3.org/ns/credentials/v2"}},
    {"@context": ["https://other.example/v1", "https://www.w3.org/ns/credentials/v2"]},
    {"@context": ["https://www.w3.org/2018/credentials/v1"]},
    {"@context": ["https://www.w3.org/ns/credentials/v2", "not a url"]},
    {"@context": ["https://www.w3.org/ns/credentials/v2", 5]},
    {"@context": ["https://www.w3.org/ns/credentials/v2", None]},
    {"@context": ["https://www.w3.org/ns/credentials/v2"] * 17},
    {"type": None},
    {"type": []},
    {"type": "OtherCredential"},
    {"type": ["OtherCredential"]},
    {"type": ["VerifiableCredential", 5]},
    {"type": ["VerifiableCredential", ""]},
    {"type": ["VerifiableCredential", ["PurposeCredential"]]},
    {"type": {"a": "VerifiableCredential"}},
    {"type": ["VerifiableCredential"] * 17},
    {"id": "not a url"},
    {"id": 5},
    {"id": []},
    {"id": "urn:" + "a" * 2_048},
    {"issuer": None},
    {"issuer": ""},
    {"issuer": "nobody"},
    {"issuer": 5},
    {"issuer": []},
    {"issuer": {}},
    {"issuer": {"id": "nobody"}},
    {"issuer": ["did:web:a.example"]},
    {"credentialSubject": None},
    {"credentialSubject": []},
    {"credentialSubject": {}},
    {"credentialSubject": [{}]},
    {"credentialSubject": "did:key:z6Mk"},
    {"credentialSubject": [{"a": 1}, "b"]},
    {"credentialSubject": {"id": "nobody"}},
    {"credentialSubject": {"id": 5}},
    {"credentialStatus": []},
    {"credentialStatus": "revoked"},
    {"credentialStatus": {}},
    {"credentialStatus": {**STATUS, "type": ""}},
    {"credentialStatus": {**STATUS, "id": "nobody"}},
    {"credentialStatus": {**STATUS, "statusListIndex": 5}},
    {"credentialStatus": {**STATUS, "statusListIndex": ""}},
    {"credentialStatus": {**STATUS, "statusListIndex": "-1"}},
    {"credentialStatus": {**STATUS, "statusListIndex": "05"}},
    {"credentialStatus": {**STATUS, "statusListIndex": "5\n"}},
    {"credentialStatus": {**STATUS, "statusListIndex": "\u0665"}},
    {"credentialStatus": {**STATUS, "statusListIndex": "1" * 101}},
    {"credentialStatus": {"type": ["BitstringStatusListEntry"]}},
    {"credentialStatus": {**STATUS, "statusPurpose": ""}},
    {"credentialStatus": {**STATUS, "statusPurpose": ["revocation"]}},
    {"credentialStatus": {**STATUS, "statusListCredential": "nowhere"}},
    {"credentialStatus": {**STATUS, "statusListCredential": None}},
    {"credentialSchema": {"type": "JsonSchema"}},
    {"credentialSchema": {"id": "https://a.example/s"}},
    {"termsOfUse": {"id": "urn:a"}},
    {"termsOfUse": [{"type": "A"}, None]},
    {"termsOfUse": {"type": [5]}},
    {"evidence": [[]]},
    {"refreshService": {"type": "A", "id": "nowhere"}},
    {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2025-12-31T23:59:59Z"},
]


@pytest.mark.parametrize("change", BAD, ids=range(len(BAD)))
def test_what_the_data_model_refuses(change: Object) -> None:
    found = refused(lambda: check_credential(foreign(**change)), error=InputError)
    assert found is Reason.BAD_CREDENTIAL


def test_an_explicit_null_is_no_absence() -> None:
    for member in ("id", "credentialStatus", "termsOfUse", "validFrom"):
        document = {**foreign(), member: None}
        refused(partial(check_credential, document), error=InputError)


@pytest.mark.parametrize("member", ["validFrom", "validUntil"])
@pytest.mark.parametrize("value", [5, "2026-01-01", "soon", "", []])
def test_dates_that_are_none(member: str, value: Any) -> None:
    call: Callable[[], object] = lambda: check_credential(foreign(**{member: value}))  # noqa: E731
    assert refused(call, error=InputError) is Reason.BAD_DATE


@pytest.mark.parametrize("value", [None, [], "text", 5, True])
def test_a_credential_is_an_object(value: Any) -> None:
    assert refused(lambda: check_credential(value), error=InputError) is Reason.BAD_CREDENTIAL


def test_other_limits() -> None:
    document = foreign(type=["VerifiableCredential", "A", "B"])
    assert check_credential(document, limits=Limits(types=3)).types[1:] == ("A", "B")
    for limits in (Limits(types=2), Limits(contexts=1)):
        found = refused(partial(check_credential, document, limits=limits))
        assert found is Reason.BAD_CREDENTIAL
