"""Whatever JSON-LD would drop or leave relative is refused (JSON-LD 1.1 API, sections 5 and 8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

import schemas
from amana.errors import InputError
from amana.limits import Limits
from amana.reasons import Reason
from amana.terms import check_terms
from tests import amana_samples as samples

V2 = schemas.VC_CONTEXT
CONTEXT: Any = {
    "id": "@id",
    "type": "@type",
    "kind": {"@id": "@type"},
    "value": "@value",
    "none": "@none",
    "graph": "@graph",
    "ignored": None,
    "blank": "_:b",
    "ex": "https://e.example/#",
    "T": "urn:t:T",
    "J": "@json",
    "text": "urn:p:text",
    "link": {"@id": "urn:p:link", "@type": "@id"},
    "word": {"@id": "urn:p:word", "@type": "@vocab"},
    "date": {"@id": "urn:p:date", "@type": "urn:t:date"},
    "raw": {"@id": "urn:p:raw", "@type": "@json"},
    "set": {"@id": "urn:p:set", "@container": "@set"},
    "list": {"@id": "urn:p:list", "@container": "@list"},
    "named": {"@id": "urn:p:named", "@container": "@graph"},
    "rawGraph": {"@id": "urn:p:rawGraph", "@container": "@graph", "@type": "@json"},
    "by": {"@id": "urn:p:by", "@container": "@language"},
    "index": {"@id": "urn:p:index", "@container": "@index"},
    "ids": {"@id": "urn:p:ids", "@container": ["@graph", "@id"]},
    "back": {"@reverse": "urn:p:back"},
    "inner": {"@id": "urn:p:inner", "@context": {"only": "urn:p:only", "V": "urn:t:V"}},
    "alone": {"@id": "urn:p:alone", "@context": None},
    "again": {
        "@id": "urn:p:again",
        "@context": {"again": {"@id": "urn:p:again", "@context": {"x": "urn:p:x"}}},
    },
    "U": {"@id": "urn:t:U", "@context": {"own": "urn:p:own", "mine": "@value", "deep": {
        "@id": "urn:p:deep", "@context": {"only": "urn:p:only"}}}},
    "W": {"@id": "urn:t:W", "@context": {"kind": "urn:p:kind"}},
    "X": {"@id": "urn:t:X", "@context": {"sort": "@type"}},
    "Y": {"@id": "urn:t:Y", "@context": {"J": "urn:t:Y"}},
    "Z": {"@id": "urn:t:Z", "@context": {"@propagate": True, "far": "urn:p:far"}},
}  # fmt: skip


def judged(document: Any, context: Any = CONTEXT) -> Reason | None:
    try:
        check_terms({"@context": context, **document})
    except InputError as error:
        return error.reason
    return None


GOOD: list[Any] = [
    {"text": "x"},
    {"text": ["x", True, 0, -5, 1.5, 1e300, ["y"]]},
    {"urn:any:thing": ["x"], "ex:a": "x", "https://a.example/": {"id": "urn:x"}},
    {"id": "urn:x", "type": "T"},
    {"id": "_:b0", "type": ["T", "urn:t:other", "ex:t"]},
    {"link": ["urn:x", "did:key:z6Mk#a", {"id": "urn:y"}, {"text": "x"}, {}, 5]},
    {"word": ["T", "ex:a", "urn:x"]},
    {"date": ["2026-01-01", {"@value": "x", "@type": "urn:t:date"}]},
    {"text": {"@value": "x"}},
    {"text": {"value": "x", "@language": "en-GB"}},
    {"text": {"@value": "x", "@language": "en", "@direction": "rtl"}},
    {"text": {"@value": "x", "@direction": "ltr"}},
    {"text": {"@value": None, "@type": "@json"}},
    {"text": {"@value": {"a": [1.5, None]}, "@type": "J"}},
    {"raw": None},
    {"raw": {"anything": [None, {}, [], 1e300, {"@id": "rel"}]}},
    {"set": ["x"]},
    {"set": {"@set": ["x", {"text": "y"}]}},
    {"list": []},
    {"list": ["x", ["y", []], {"@list": ["z"]}]},
    {"text": {"@list": ["x", {"text": "y"}]}},
    {"text": {"@list": []}},
    {"named": {"text": "x"}},
    {"named": [{"text": "x"}, {"id": "urn:x", "type": "T"}]},
    {"named": []},
    {"graph": [{"text": "x"}, {"graph": {"text": "y"}}, {"@set": [{"text": "x"}]}]},
    {"id": "urn:g", "@graph": {"link": {"id": "urn:x"}}},
    {"by": {"en": "x", "de-AT": ["y", "z"], "none": "w", "@none": "v"}},
    {"by": "x"},
    {"index": ["x", "y"]},
    {"inner": {"only": "x", "text": "y", "type": "V"}},
    {"inner": [{"only": "x"}, {"inner": {"only": "x"}}]},
    {"alone": {"urn:p:p": "x"}},
    {"alone": {"@context": CONTEXT, "text": "x"}},
    {"type": "U", "own": "x", "deep": {"only": "x"}},
    {"type": "U", "own": [{"mine": "x"}, {"@id": "urn:x"}, {"text": "y"}, {"@value": "z"}]},
    {"type": "U", "own": {"@value": "z", "@language": "en", "@direction": "ltr"}},
    {"type": "U", "own": {"type": "U", "own": "x"}},
    {"type": ["Z", "T"], "text": {"far": "x"}},
    {"type": "T", "text": {"@context": {"more": "urn:p:more"}, "more": "x"}},
]


@pytest.mark.parametrize("document", GOOD, ids=json.dumps)
def test_what_comes_through(document: Any) -> None:
    """C93: a document that loses nothing is as good in RDF as in JSON."""
    assert judged(document) is None


def _each(*documents: Any) -> tuple[Any, ...]:
    return documents


BAD: list[tuple[Reason, Any]] = [
    *[(Reason.UNKNOWN_TERM, bad) for bad in _each(
        {"undefined": "x"},
        {"ignored": "x"},
        {"blank": "x"},
        {"_:b": "x"},
        {"": "x"},
        {"a b:c": "x"},
        {"urn:<x>": "x"},
        {"@foo": "x"},
        {"@import": "x"},
        {"@propagate": True},
        {"text": "x", "@vocab": "urn:x:"},
        {"text": "x", "none": "y"},
        {"text": {"@language": "en"}},
        {"text": {"text": "x", "@direction": "ltr"}},
        {"text": {"undefined": "x"}},
        {"text": ["x", {"text": {"undefined": "x"}}]},
        {"text": {"only": "x"}},
        {"inner": {"inner": {"text": {"own": "x"}}}},
        {"alone": {"text": "x"}},
        {"type": "Undefined"},
        {"type": ["T", "Undefined"]},
        {"type": "@id"},
        {"type": "@json", "text": "x"},
        {"type": "ignored"},
        {"type": 5},
        {"type": None},
        {"type": {"id": "urn:t:T"}},
        {"type": ["T", 5]},
        {"type": "U", "own": {"text": {"own": "x"}}},
        {"type": "U", "text": {"deep": {"only": "x"}}},
        {"@type": "U", "own": {"only": "x"}},
        {"type": "U", "text": {"@context": {}, "@id": "urn:x", "own": "x"}},
        {"inner": {"type": "V", "text": {"type": "V"}}, "text": {"type": "V"}},
    )],
    *[(Reason.RELATIVE_IRI, bad) for bad in _each(
        {"id": "rel", "text": "x"},
        {"id": "", "text": "x"},
        {"id": 5, "text": "x"},
        {"id": None, "text": "x"},
        {"id": ["urn:x"], "text": "x"},
        {"id": "@type", "text": "x"},
        {"id": "@foo", "text": "x"},
        {"id": "text", "text": "x"},
        {"id": "urn:a b", "text": "x"},
        {"id": "urn:a\n", "text": "x"},
        {"id": 'urn:a"', "text": "x"},
        {"id": "1:2", "text": "x"},
        {"id": "//host/path", "text": "x"},
        {"link": "rel"},
        {"link": "T"},
        {"link": ["urn:x", "rel"]},
        {"link": "@id"},
        {"link": {"id": "rel"}},
        {"word": "undefined"},
        {"word": "type"},
        {"word": "ignored"},
        {"set": {"@set": [{"link": "rel"}]}},
        {"list": [{"link": "rel"}]},
        {"text": {"@list": [{"@id": "rel"}]}},
    )],
    *[(Reason.BAD_TERM_VALUE, bad) for bad in _each(
        {},
        {"id": "urn:x"},
        {"text": None},
        {"text": []},
        {"text": [None]},
        {"text": ["x", []]},
        {"text": "x", "type": []},
        {"list": None},
        {"list": [None]},
        {"set": {"@set": []}},
        {"set": {"@set": None}},
        {"text": {"@list": None}},
        {"text": {"@list": [[None]]}},
        {"text": {"@value": None}},
        {"text": {"@value": []}},
        {"text": {"@value": ["x"]}},
        {"text": {"@value": {}}},
        {"text": {"@value": "x", "text": "y"}},
        {"text": {"@value": "x", "@id": "urn:x"}},
        {"text": {"@value": "x", "@index": "x"}},
        {"text": {"@value": "x", "@type": "undefined"}},
        {"text": {"@value": "x", "@type": "_:b"}},
        {"text": {"@value": "x", "@type": "@id"}},
        {"text": {"@value": "x", "@type": ["urn:t:T"]}},
        {"text": {"@value": "x", "@type": "T", "@language": "en"}},
        {"text": {"@value": "x", "@language": None}},
        {"text": {"@value": "x", "@language": "no language"}},
        {"text": {"@value": "x", "@language": ["en"]}},
        {"text": {"@value": 5, "@language": "en"}},
        {"text": {"@value": 5, "@direction": "ltr"}},
        {"text": {"@value": "x", "@direction": "up"}},
        {"text": {"@value": "x", "@direction": None}},
        {"text": {"@list": ["x"], "text": "y"}},
        {"text": {"@list": ["x"], "@index": "y"}},
        {"text": {"@set": ["x"], "@list": ["y"]}},
        {"@value": "x"},
        {"named": "x"},
        {"named": ["urn:x"]},
        {"named": {}},
        {"named": {"id": "urn:x"}},
        {"named": {"@value": "x"}},
        {"named": {"@list": [{"text": "x"}]}},
        {"named": [{"text": "x"}, {}]},
        {"rawGraph": {"a": 1}},
        {"graph": "x"},
        {"graph": 5},
        {"graph": None},
        {"graph": [{"id": "urn:x"}]},
        {"by": {}},
        {"by": {"en": None}},
        {"by": {"en": []}},
        {"by": {"en": ["x", None]}},
        {"by": {"en": 5}},
        {"by": {"no language": "x"}},
    )],
    *[(Reason.UNSUPPORTED_TERM, bad) for bad in _each(
        {"text": "x", "@index": "y"},
        {"text": "x", "@reverse": {"text": {"id": "urn:x"}}},
        {"text": "x", "@included": [{"text": "y"}]},
        {"text": "x", "@nest": {"text": "y"}},
        {"back": {"id": "urn:x"}},
        {"index": {"a": "x"}},
        {"ids": {"urn:x": {"text": "x"}}},
        {"id": "urn:x", "@id": "urn:y", "text": "x"},
        {"type": "T", "@type": "T"},
        {"type": "T", "kind": "U"},
        {"kind": "W", "text": "x"},
        {"type": "X", "sort": "T"},
        {"type": "X", "sort": ["T"]},
        {"text": {"value": "x", "@value": "y"}},
            {"@list": ["x"]},
            {"@set": ["x"]},
        {"list": [{"@set": ["x"]}]},
        {"text": {"@set": ["x"], "@context": {}}},
        {"text": {"@list": ["x"], "@context": {}}},
        {"again": {"x": "y"}},
        {"type": "U", "own": {"mine": "x", "@language": "en", "@direction": "ltr"}},
        {"type": "U", "own": {"mine": "x", "@context": {}}},
    )],
    *[(Reason.INTEGER_RANGE, bad) for bad in _each(
        {"text": 2**53},
        {"text": {"@value": -(2**53)}},
        {"raw": [{"a": 2**53}]},
    )],
    *[(Reason.NOT_A_NUMBER, bad) for bad in _each(
        {"text": 0.1 + 0.2},
        {"text": -0.0},
        {"text": {"@value": float("inf")}},
        {"text": float("nan")},
    )],
]  # fmt: skip


@pytest.mark.parametrize(("reason", "document"), BAD, ids=repr)
def test_what_is_refused(reason: Reason, document: Any) -> None:
    """C93: nothing that a reader sees is outside of what a proof over RDF covers."""
    assert judged(document) is reason


def test_what_a_vocabulary_makes_of_a_name() -> None:
    assert judged({"anything": "x", "type": "Any"}, {"@vocab": "urn:v:", "type": "@type"}) is None
    assert judged({"a name": "x"}, {"@vocab": "urn:v:"}) is Reason.UNKNOWN_TERM


def test_the_type_of_a_value_object_is_read_in_one_way() -> None:
    own = {**CONTEXT, "J": {"@id": "urn:t:J", "@context": {"J": "urn:t:Y"}}}
    assert judged({"text": {"@value": "x", "@type": "J"}}, own) is Reason.UNSUPPORTED_TERM


@pytest.mark.parametrize("value", [{"a": {}}, {"a": []}, {"raw": {}}, {"raw": []}])
def test_depth_is_bounded(value: Any) -> None:
    for depth in (40, 10_000):
        (name, start), = value.items()  # fmt: skip
        deep = start
        for _ in range(depth):
            deep = [deep] if isinstance(start, list) else {name: deep}
        document = {"raw": deep} if name == "raw" else deep
        if isinstance(document, list):
            document = {"a": document}
        found = judged(document, {"a": "urn:p:a", "raw": {"@id": "urn:p:r", "@type": "@json"}})
        assert found is Reason.TOO_DEEP


def test_depth_has_a_limit_that_can_be_set() -> None:
    document = {"@context": {"a": "urn:p:a"}, "a": {"a": {"a": "x"}}}
    check_terms(document, limits=Limits(json_depth=2))
    with pytest.raises(InputError):
        check_terms(document, limits=Limits(json_depth=1))


OURS = [
    samples.unsigned,
    samples.credential,
    samples.certificate,
    samples.presentation,
    samples.status_list,
]


@pytest.mark.parametrize("made", OURS)
def test_our_own_documents_lose_nothing(made: Any) -> None:
    """C93: what we sign can be signed and checked as linked data too."""
    check_terms(made())


@pytest.mark.parametrize("kind", ["PurposeCredential", "PersonProfile", "HouseholdProfile",
                                  "StationCertificate"])  # fmt: skip
def test_every_member_that_our_schemas_know_is_a_term(kind: str) -> None:
    """C93: whatever a schema of ours admits comes through."""
    schema = json.loads(schemas.read(f"json/{kind}.json"))
    subject = schema["properties"]["credentialSubject"]["properties"]
    document = samples.credential()
    document["type"] = ["VerifiableCredential", kind]
    document["credentialSubject"] = {
        name: "urn:uuid:x" if name == "id" else "x" for name in subject
    }
    document["id"] = "urn:uuid:00000000-0000-0000-0000-000000000000"
    assert set(schema["properties"]) <= {*document, "credentialStatus"}
    check_terms(document)
    document["credentialSubject"]["claimThatNobodyDefined"] = "x"
    assert judged(document, document["@context"]) is Reason.UNKNOWN_TERM


def test_nothing_of_the_document_is_changed_or_named() -> None:
    document = {**samples.credential(), "undefined": "a secret"}
    before = json.dumps(document)
    with pytest.raises(InputError) as error:
        check_terms(document)
    assert "a secret" not in str(error.value)
    assert json.dumps(document) == before
    for value in ("a-secret", {"id": "a-secret"}, {"@value": "a-secret", "@type": "a-secret"}):
        with pytest.raises(InputError) as error:
            check_terms({"@context": CONTEXT, "link": value})
        assert "a-secret" not in str(error.value)


@pytest.mark.parametrize(
    "members",
    [
        {"a": ["x"] * 10_000},
        {"a": [["x"] * 6_000, ["y"] * 6_000]},
        {"a": [{"a": "x"}] * 5_000},
        {f"ex:{n}": "x" for n in range(10_000)},
    ],
)
def test_members_and_items_are_bounded(members: Any) -> None:
    context = {"a": "urn:p:a", "ex": "https://e.example/#"}
    assert judged(members, context) is Reason.TOO_LARGE
    with pytest.raises(InputError):
        check_terms({"@context": context, "a": ["x"] * 9}, limits=Limits(linked_values=10))
    check_terms({"@context": context, "a": ["x"] * 8}, limits=Limits(linked_values=10))


def test_each_use_of_a_scoped_context_counts() -> None:
    """Processors work through such a context for every value; 90 µs of one, for 16 bytes."""
    inner = {f"t{number}": f"urn:t:{number}" for number in range(16)}
    context = {"a": {"@id": "urn:p:a", "@context": inner}, "b": "urn:p:b"}
    some = Limits(linked_values=40)
    check_terms({"@context": context, "b": ["x"] * 30}, limits=some)
    check_terms({"@context": context, "a": ["x"] * 4}, limits=some)
    with pytest.raises(InputError) as caught:
        check_terms({"@context": context, "a": ["x"] * 8}, limits=some)
    assert caught.value.reason is Reason.TOO_LARGE
