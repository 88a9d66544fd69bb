"""JSON-LD context processing: what is refused, and what is read rightly (sections 4.1 and 4.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

import schemas
from amana.contexts import context as context_at
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Outcome, Reason
from amana.terms import check_terms

V2 = schemas.VC_CONTEXT
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"


def judged(context: Any, members: Any = None, limits: Limits = LIMITS) -> Reason | None:
    document = {"@context": context, **(members or {"urn:p:p": "x"})}
    try:
        check_terms(document, limits=limits)
    except InputError as error:
        return error.reason
    return None


def test_the_reasons_have_outcomes() -> None:
    for reason in (
        Reason.UNKNOWN_TERM, Reason.PROTECTED_TERM, Reason.BAD_CONTEXT, Reason.RELATIVE_IRI,
        Reason.BAD_TERM_VALUE,
    ):  # fmt: skip
        assert reason.outcome is Outcome.REJECTED
    assert Reason.UNSUPPORTED_TERM.outcome is Outcome.UNDECIDED


GOOD: list[Any] = [
    {},
    [],
    None,
    [None, {}],
    {"@version": 1.1, "@base": None, "@vocab": None, "@language": None, "@direction": None},
    {"@vocab": "https://a.example/", "@language": "de-AT", "@direction": "rtl"},
    {"@propagate": False},
    {"@protected": True, "a": "urn:x:a"},
    {"a": None},
    {"a": {"@id": None, "@protected": True}},
    {"a": {"@id": "urn:x:a", "@type": "@none"}},
    {"a": {"@id": "urn:x:a", "@type": "@id", "@container": "@type"}},
    {"a": {"@id": "urn:x:a", "@container": ["@type"]}},
    {"a": {"@id": "urn:x:a", "@container": ["@graph", "@index", "@set"], "@index": "urn:x:i"}},
    {"a": {"@id": "urn:x:a", "@container": "@list", "@language": "en", "@direction": "ltr"}},
    {"a": {"@reverse": "urn:x:a", "@container": "@set"}},
    {"a": {"@id": "urn:x:a", "@nest": "@nest"}, "b": {"@id": "urn:x:b", "@nest": "n"}},
    {"ex": "https://e.example/#", "ex:a": {"@type": "ex:t"}, "b": {"@id": "ex:b"}},
    {"ex": "https://e.example/#", "ex:a": "https://e.example/#a"},
    {"ex": "https://e.example/#", "ex:a": "ex:a"},
    {"ex": {"@id": "https://e.example/x", "@prefix": True}, "ex:a": {}},
    {"ex": {"@id": "https://e.example/x", "@prefix": False}},
    {"@vocab": "urn:v:", "a": {}, "b/c": {}, "d": {"@id": "d", "@type": "@vocab"}},
    {"@type": {"@container": "@set", "@protected": True}},
    {"type": {"@id": "@type", "@container": "@set"}, "id": "@id", "i": {"@id": "@id"}},
    {"http": "urn:x:http"},
    {"urn:x:a": {"@type": "@id"}},
    {"a": {"@id": "b"}, "b": "urn:x:b"},
    {"a": {"@id": "urn:x:a", "@context": [V2, {"b": "urn:x:b"}, None]}},
    "https://w3id.org/security/multikey/v1",
    ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    [V2, DATA_INTEGRITY, schemas.CONTEXT],  # the same definitions twice are no redefinition
    ["https://www.w3.org/2018/credentials/v1", {"@version": 1.1}],
]


@pytest.mark.parametrize("context", GOOD, ids=json.dumps)
def test_good_contexts(context: Any) -> None:
    """C93: what conforms is read, whoever wrote it."""
    assert judged(context) is None
    assert judged(context) is None  # from the cache


@pytest.mark.parametrize("url", schemas.BUNDLED)
def test_what_is_bundled_is_valid_with_all_its_scoped_contexts(url: str) -> None:
    """By URL they are taken to be; as a context of the document's own, everything is checked."""
    assert judged(context_at(url)) is None
    assert judged([schemas.VC_CONTEXT, url]) in (None, Reason.PROTECTED_TERM)


BAD: list[Any] = [
    5,
    [["urn:a"]],
    [True],
    {"@version": 1.0},
    {"@version": 1},
    {"@version": True},
    {"@vocab": 5},
    {"@language": 5},
    {"@language": "not a language"},
    {"@direction": "up"},
    {"@direction": []},
    {"@propagate": None},
    {"@propagate": 1},
    {"@protected": "true"},
    {"": "urn:x:a"},
    {"@foo": "urn:x:a"},
    {"@id": "urn:x:a"},
    {"@type": "urn:x:a"},
    {"@type": {}},
    {"@type": {"@container": "@list"}},
    {"@type": {"@id": "urn:x:a"}},
    {"@context": {}},
    {"a": 5},
    {"a": ["urn:x:a"]},
    {"a": {"@foo": 1, "@id": "urn:x:a"}},
    {"a": "rel"},
    {"a": ""},
    {"a": {}},
    {"a": "@foo"},
    {"a": {"@id": 5}},
    {"a": {"@id": False}},
    {"a": "@context"},
    {"a": "@preserve"},
    {"a": {"@id": "b"}, "b": {"@id": "a"}},
    {"a": "a:b"},
    {"a:b": "urn:x:c"},
    {"a/b": "urn:x:c"},
    {"a": None, "a:b": {"@id": "urn:x:c"}},
    {"a": {"@reverse": "urn:x:a", "@id": "urn:x:b"}},
    {"a": {"@reverse": "urn:x:a", "@nest": "@nest"}},
    {"a": {"@reverse": "rel"}},
    {"a": {"@reverse": 5}},
    {"a": {"@reverse": "@id"}},
    {"a": {"@reverse": "urn:x:a", "@container": "@list"}},
    {"a": {"@id": "urn:x:a", "@type": 5}},
    {"a": {"@id": "urn:x:a", "@type": "rel"}},
    {"a": {"@id": "urn:x:a", "@type": "_:b"}},
    {"a": {"@id": "urn:x:a", "@type": "@list"}},
    {"a": {"@id": "urn:x:a", "@container": None}},
    {"a": {"@id": "urn:x:a", "@container": []}},
    {"a": {"@id": "urn:x:a", "@container": "@foo"}},
    {"a": {"@id": "urn:x:a", "@container": ["@list", "@set"]}},
    {"a": {"@id": "urn:x:a", "@container": ["@graph", "@language"]}},
    {"a": {"@id": "urn:x:a", "@container": ["@graph", "@id", "@index"]}},
    {"a": {"@id": "urn:x:a", "@container": ["@index", "@language"]}},
    {"a": {"@id": "urn:x:a", "@container": "@type", "@type": "urn:x:t"}},
    {"a": {"@id": "urn:x:a", "@index": "urn:x:i"}},
    {"a": {"@id": "urn:x:a", "@container": "@index", "@index": "@id"}},
    {"a": {"@id": "urn:x:a", "@container": "@index", "@index": 5}},
    {"a": {"@id": "urn:x:a", "@nest": 5}},
    {"a": {"@id": "urn:x:a", "@nest": "@id"}},
    {"a": {"@id": "urn:x:a", "@language": 5}},
    {"a": {"@id": "urn:x:a", "@direction": "up"}},
    {"a": {"@id": "urn:x:a", "@prefix": 5}},
    {"ex": "https://e.example/#", "ex:a": {"@prefix": True}},
    {"did": "https://evil.example/#"},
    {"urn": {"@id": "https://evil.example/", "@prefix": True}},
    {"a": {"@id": "urn:x:a", "@context": {"b": "rel"}}},
    {"a": {"@id": "urn:x:a", "@context": 5}},
]


@pytest.mark.parametrize("context", BAD, ids=json.dumps)
def test_bad_contexts(context: Any) -> None:
    """C93: what is no context gives no meaning to anything."""
    assert judged(context) is Reason.BAD_CONTEXT


UNSUPPORTED: list[Any] = [
    {"@import": V2},
    {"@base": "https://a.example/"},
    {"@vocab": ""},
    {"@vocab": "rel"},
    {"@vocab": "@type"},
    {"ex": "https://e.example/#", "@vocab": "rel#"},
    [{"@propagate": False}],
    {"t": {"@id": "@type", "@context": {}}},
    {"t": {"@id": "@type", "@container": "@list"}},
    {"i": {"@id": "@id", "@container": "@set"}},
    {"@propagate": False, "t": {"@id": "@value", "@type": "@id"}},
]


@pytest.mark.parametrize("context", UNSUPPORTED, ids=json.dumps)
def test_contexts_that_are_not_read(context: Any) -> None:
    assert judged(context) is Reason.UNSUPPORTED_TERM


PROTECTED: list[Any] = [
    [V2, {"type": "urn:x:type"}],
    [V2, {"name": None}],
    [V2, {"name": "urn:x:name"}],
    [V2, {"VerifiableCredential": "https://www.w3.org/2018/credentials#VerifiableCredential"}],
    [V2, None],
    [{"a": {"@id": "urn:x:a", "@protected": True}}, {"a": {"@id": "urn:x:a", "@type": "@id"}}],
    [{"a": {"@id": "urn:x:a", "@protected": True}}, {"b": {"@id": "a"}, "a": "urn:x:b"}],
    [{"a": {"@id": None, "@protected": True}}, {"a": "urn:x:a"}],
    {"a": {"@id": "urn:x:a", "@context": [{"@protected": True, "b": "urn:x:b"}, {
        "c": {"@id": "b"}, "b": "urn:x:c"}]}},
]  # fmt: skip


@pytest.mark.parametrize("context", PROTECTED, ids=json.dumps)
def test_protected_terms_stay(context: Any) -> None:
    """C93: nobody gives another meaning to what a data model has fixed."""
    assert judged(context) is Reason.PROTECTED_TERM


def test_what_is_protected_may_be_said_again() -> None:
    same = {"@protected": True, "a": {"@id": "urn:x:a", "@container": ["@set"], "@language": "en"}}
    assert (
        judged([same, {"a": {"@id": "urn:x:a", "@container": "@set", "@language": "EN"}}]) is None
    )
    # …and stays protected then.
    again = {"a": {"@id": "urn:x:a", "@container": "@set", "@language": "en"}}
    assert judged([same, again, {"a": "urn:x:b"}]) is Reason.PROTECTED_TERM
    # A property's own context may do what no other may.
    inner = {"p": {"@id": "urn:x:p", "@context": {"@protected": True, "a": "urn:x:c"}}}
    assert judged([same, inner], {"p": {"a": "text"}}) is None
    assert judged([same, inner], {"p": {"a": "text", "@context": None}}) is Reason.PROTECTED_TERM
    nothing = {"p": {"@id": "urn:x:p", "@context": None}}
    assert judged([same, nothing], {"p": {"@context": {"a": "urn:x:b"}, "a": "text"}}) is None
    # A type's own context may not.
    typed = {"T": {"@id": "urn:x:T", "@context": {"a": "urn:x:c"}}}
    assert judged([same, typed], {"@type": "T"}) is Reason.PROTECTED_TERM
    typed["T"]["@context"] = None  # type: ignore[assignment]
    assert judged([same, typed], {"@type": "T"}) is Reason.PROTECTED_TERM
    assert judged(typed, {"@type": "T"}) is Reason.UNSUPPORTED_TERM


def test_contexts_that_are_not_bundled() -> None:
    for context in ("urn:x", [V2, "https://evil.example/v1"], "", "v2"):
        assert judged(context) is Reason.UNKNOWN_CONTEXT
    assert judged({"a": {"@id": "urn:x:a", "@context": "urn:x"}}) is Reason.UNKNOWN_CONTEXT


def test_bounds_on_contexts() -> None:
    """Bad input of any size and depth has an end, and a name."""
    deep: Any = {"a": "urn:x:a"}
    for _ in range(40):
        deep = {"a": {"@id": "urn:x:a", "@context": deep}}
    assert judged(deep) is Reason.TOO_DEEP
    for _ in range(10_000):
        deep = {"a": {"@id": "urn:x:a", "@context": deep}}
    assert judged(deep) is Reason.TOO_DEEP
    itself: dict[str, Any] = {"a": {"@id": "urn:x:a"}}
    itself["a"]["@context"] = itself
    assert judged(itself) is Reason.TOO_DEEP
    many = {f"t{number}": f"urn:x:{number}" for number in range(5_000)}
    assert judged(many) is Reason.TOO_LARGE
    assert judged([{}] * 17) is Reason.TOO_LARGE
    assert judged(["https://a.example/" + "x" * 9_000]) is Reason.UNKNOWN_CONTEXT
    chain = {f"t{number}": f"t{number + 1}" for number in range(1_000)}
    assert judged({**chain, "t1000": "urn:x:end"}) is Reason.TOO_DEEP
    short = {name: chain[name] for name in list(chain)[:20]}
    assert judged({**short, "t20": "urn:x:end"}) is None
    large = {f"t{number}": f"urn:x:{number}" for number in range(1_000)}
    members = {f"urn:m:{number}": {"@context": {"b": f"urn:b:{number}"}, "b": "x"}
               for number in range(1_000)}  # fmt: skip
    assert judged(large, members) is Reason.TOO_LARGE
    few = dict(list(members.items())[:5])
    assert judged(large, few) is None
    assert judged(large, few, Limits(context_terms=500)) is Reason.TOO_LARGE


def test_error_texts_name_terms_within_reason() -> None:
    with pytest.raises(InputError) as error:
        check_terms({"@context": {}, "secret\n" + "x" * 10_000: "a value that nobody may see"})
    assert "\n" not in error.value.detail
    assert "secret?" in error.value.detail
    assert len(error.value.detail) < 100
