"""Our schemas, asked through either validator: both must say the same."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import schemas
from amana import schema
from amana.credential import check_credential
from amana.errors import InputError
from amana.reasons import Reason
from amana.schema import KINDS, check_schema, conforms
from tests.amana_samples import Object, certificate, credential, key, refused, unsigned

HOLDER = key("holder").public.did
SUBJECT: Object = unsigned()["credentialSubject"]


def with_claims(**claims: Any) -> Object:
    return unsigned(credentialSubject={**SUBJECT, **claims})


GOOD: list[Object] = [
    unsigned(),
    credential(),
    with_claims(birthDate="1998"),
    *[with_claims(birthDate=t) for t in ("1998-21", "199X", "19XX", "1998~", "1998-24?")],
    with_claims(ageBand="60+", gender="notStated", countryOfOrigin="notStated"),
    with_claims(specificNeeds=["DS-PM", "SC"], language="zh-Hant", name="ነጋሽ"),
    with_claims(pregnantOrNursing=True, disability=False, headedByChild=True, older=0),
    unsigned(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
    unsigned(credentialSubject={
        "id": HOLDER, "purpose": "food", "entitlement": "basket", "reference": "ABCDEFGH23",
    }),
]  # fmt: skip
BAD: list[Object] = [
    {},
    unsigned(name="card"),
    unsigned(issuer="https://a.example"),
    unsigned(issuer="did:web:a.example\n"),
    unsigned(issuer={"id": "did:web:a.example"}),
    unsigned(validFrom="2026-11-22T00:00:00Z"),
    unsigned(validFrom="2026-11-01T00:00:00Z\n"),
    unsigned(validUntil="2027-13-01T00:00:00Z"),
    unsigned(validUntil=None),
    unsigned(termsOfUse=None),
    unsigned(termsOfUse={"type": "FunctionalIdentityNotice"}),
    unsigned(credentialStatus=None),
    unsigned(credentialStatus={**unsigned()["credentialStatus"], "statusListIndex": "05"}),
    unsigned(credentialStatus={**unsigned()["credentialStatus"], "statusListIndex": "5\n"}),
    unsigned(credentialStatus={**unsigned()["credentialStatus"], "id": "urn:x"}),
    unsigned(credentialStatus=[unsigned()["credentialStatus"]]),
    unsigned(proof={**credential()["proof"], "created": "2026-11-22T12:00:00Z"}),
    unsigned(proof=[credential()["proof"]]),
    unsigned(type=["PurposeCredential", "VerifiableCredential"]),
    unsigned(**{"@context": list(reversed(unsigned()["@context"]))}),
    unsigned(credentialSubject=[SUBJECT]),
    unsigned(credentialSubject={"id": HOLDER}),
    with_claims(id="did:web:a.example"),
    with_claims(migrant=True),
    with_claims(location="12.5,41.9"),
    with_claims(householdSize=0),
    with_claims(householdSize=10_000),
    with_claims(householdSize=True),
    with_claims(householdSize="5"),
    with_claims(householdSize=5.5),
    with_claims(children=-1),
    with_claims(purpose="food\n"),
    with_claims(purpose="Food"),
    with_claims(entitlement=""),
    *[with_claims(birthDate=t) for t in ("1998-13", "1998-02", "1998-02-28", "1998-02-28?")],
    with_claims(birthDate="98"),
    with_claims(birthDate="1998\n"),
    with_claims(ageBand="18-60"),
    with_claims(gender="f"),
    with_claims(countryOfOrigin="et"),
    with_claims(name=""),
    with_claims(name="x" * 121),
    with_claims(specificNeeds=[]),
    with_claims(specificNeeds=["DS-PM", "DS-PM"]),
    with_claims(specificNeeds="DS-PM"),
    with_claims(selfStated=[]),
    with_claims(selfStated=[1]),
    with_claims(pregnantOrNursing=1),
    with_claims(reference="short"),
]

Conforms = Callable[[Object], "bool | None"]


def compiled(kind: str) -> Conforms:
    conforms.cache_clear()
    return conforms(kind)


@pytest.fixture(params=["as installed", "jsonschema"])
def valid(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conforms]:
    if request.param == "jsonschema":
        monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    yield compiled("PurposeCredential")
    conforms.cache_clear()


@pytest.mark.parametrize("document", GOOD, ids=range(len(GOOD)))
def test_what_conforms(valid: Conforms, document: Object) -> None:
    """C25, C26, C28: age bands, seasons and decades, and "not stated" everywhere."""
    assert valid(document) is True


@pytest.mark.parametrize("document", BAD, ids=range(len(BAD)))
def test_what_does_not(valid: Conforms, document: Object) -> None:
    """C19, C67, C68: no mark of a migrant, no place, no fine date; and no near misses."""
    assert valid(document) is False


def test_every_claim_is_optional(valid: Conforms) -> None:
    """C30: a purpose switches on what it needs, and nothing is needed by itself."""
    for name in ("householdSize", "children", "selfStated"):
        subject = {k: v for k, v in SUBJECT.items() if k != name}
        assert valid(unsigned(credentialSubject=subject)) is True


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_schema_that_refuses_another_kind(kind: str) -> None:
    assert conforms(kind)({}) is False
    document = certificate() if kind == "StationCertificate" else unsigned()
    document = {**document, "type": ["VerifiableCredential", kind]}
    wrong = {**document, "type": ["VerifiableCredential", "Other"]}
    assert conforms(kind)(wrong) is False


def test_what_our_schemas_admit_needs_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """check_credential trusts them for the data model's rules; here both are asked."""
    monkeypatch.setattr("amana.credential.conforms", lambda kind: lambda document: None)
    for document in (*GOOD, certificate()):
        assert check_credential(document).types == tuple(document["type"])


def test_check_schema() -> None:
    check_schema("PurposeCredential", unsigned())
    found = refused(lambda: check_schema("PurposeCredential", {}), error=InputError)
    assert found is Reason.SCHEMA_VIOLATION
    assert refused(lambda: check_schema("Other", {}), error=InputError) is Reason.SCHEMA_UNKNOWN
    assert refused(lambda: check_schema("../common", {})) is Reason.SCHEMA_UNKNOWN


def test_without_any_validator_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    try:
        assert compiled("PurposeCredential")(unsigned()) is None
        found = refused(lambda: check_schema("PurposeCredential", {}), error=InputError)
        assert found is Reason.MISSING_LIBRARY
    finally:
        conforms.cache_clear()


def every_pattern(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (v for k, v in value.items() if k == "pattern" and isinstance(v, str))
        for member in value.values():
            yield from every_pattern(member)
    elif isinstance(value, list):
        for member in value:
            yield from every_pattern(member)


@pytest.mark.parametrize("name", ["common", *sorted(KINDS)])
def test_schemas_are_well_formed_and_their_patterns_mean_the_whole_text(name: str) -> None:
    from jsonschema import Draft202012Validator

    document = json.loads(schemas.read(f"json/{name}.json"))
    Draft202012Validator.check_schema(document)
    assert document["$id"] == f"{schemas.BASE}/schemas/{name}.json"
    for pattern in every_pattern(document):
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        re.compile(pattern)


def test_schemas_are_read_once() -> None:
    assert conforms("PersonProfile") is conforms("PersonProfile")
    assert schema.KINDS == KINDS
