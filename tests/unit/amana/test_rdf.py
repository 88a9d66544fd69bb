"""JSON-LD to canonical N-Quads: what comes out, and what is refused instead of being left out."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import Limits
from amana.rdf import by_the_rules, canonical_nquads
from amana.reasons import Reason
from tests.amana_samples import refused
from tests.rdf_documents import EXAMPLES, NESTED, PRESENTATION, V2, Object, documents

X = "https://www.w3.org/ns/credentials/examples#x"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def holding(value: Any, *contexts: Any, **more: Any) -> Object:
    return {
        "@context": [V2, EXAMPLES, *contexts],
        "type": "VerifiableCredential",
        "issuer": "did:a:issuer",
        "credentialSubject": {"id": "did:a:subject", "x": value},
        **more,
    }


def said(document: Object) -> list[str]:
    """The objects of `x`, as both ways write them."""
    form = by_the_rules(document)
    assert [canonical_nquads(document) for _ in range(3)] == [form] * 3
    found = form.decode().split("\n")
    return [line.split(" ", 2)[2].removesuffix(" .") for line in found if f"<{X}>" in line]


def why(document: Any, **more: Any) -> Reason:
    return refused(lambda: by_the_rules(document, **more), error=InputError)


def test_a_credential() -> None:
    """RDFC-1.0, section 5: sorted lines, blank nodes numbered."""
    credential = "https://www.w3.org/2018/credentials#VerifiableCredential"
    assert canonical_nquads(holding("y")).decode().splitlines() == [
        f'<did:a:subject> <{X}> "y" .',
        f"_:c14n0 <{RDF}type> <{credential}> .",
        "_:c14n0 <https://www.w3.org/2018/credentials#credentialSubject> <did:a:subject> .",
        "_:c14n0 <https://www.w3.org/2018/credentials#issuer> <did:a:issuer> .",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("", '""'),
        ("é 😀 \u2028 \x80 \ue000", '"é 😀 \u2028 \x80 \ue000"'),
        ('"\\', '"\\"\\\\"'),
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\x00\x07\x0b\x0e\x1f\x7f", '"\\u0000\\u0007\\u000B\\u000E\\u001F\\u007F"'),
        ("\ufffe\uffff\ufffd", '"\\uFFFE\\uFFFF\ufffd"'),
        ('" .\n<did:a:b> <did:a:c> "d', '"\\" .\\n<did:a:b> <did:a:c> \\"d"'),
        (5, f'"5"^^<{XSD}integer>'),
        (-(2**53) + 1, f'"-9007199254740991"^^<{XSD}integer>'),
        (True, f'"true"^^<{XSD}boolean>'),
        ({"@value": "x", "@language": "EN-us"}, '"x"@en-us'),
        ({"@value": "x", "@type": f"{XSD}string"}, '"x"'),
        ({"@value": "x", "@type": "https://a.example/t"}, '"x"^^<https://a.example/t>'),
        (
            {"@value": "x", "@language": "AR", "@direction": "rtl"},
            '"x"^^<https://www.w3.org/ns/i18n#ar_rtl>',
        ),
        ({"@value": "x", "@direction": "ltr"}, '"x"^^<https://www.w3.org/ns/i18n#_ltr>'),
        (
            {"@type": "@json", "@value": {"b": [1, True], "a": "é\n"}},
            rf'"{{\"a\":\"é\\n\",\"b\":[1,true]}}"^^<{RDF}JSON>',
        ),
    ],
)
def test_literals(value: Any, written: str) -> None:
    """Canonical N-Quads: what is escaped, and how; numbers; languages, directions and JSON."""
    assert said(holding(value)) == [written]


def test_a_dataset_is_a_set() -> None:
    assert said(holding(["a", "b", "a"])) == ['"a"', '"b"']
    twice = [{"id": "did:a:subject", "x": "y"}, {"id": "did:a:subject", "x": "y"}]
    assert canonical_nquads(holding(0, credentialSubject=twice)) == canonical_nquads(holding("y"))


def test_order_and_labels_say_nothing() -> None:
    first = holding({"id": "_:b0", "y": 1, "z": [{"id": "_:c14n7", "w": 2}, "v"]})
    other = holding({"z": ["v", {"w": 2}], "y": 1})
    turned = dict(reversed(other.items()))
    assert by_the_rules(first) == by_the_rules(other) == by_the_rules(turned)


def test_graphs() -> None:
    """A presentation's credentials and every proof are graphs of their own."""
    lines = by_the_rules(PRESENTATION).decode().splitlines()
    names = {line.split(" ")[-2] for line in lines if line.split(" ")[-2].startswith("_:")}
    assert len(names) >= 2


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (holding(1.5), Reason.FLOAT_FORBIDDEN),
        (holding([{"@type": "@json", "@value": [1.5]}]), Reason.FLOAT_FORBIDDEN),
        (holding(5, {"x": {"@id": X, "@type": f"{XSD}double"}}), Reason.FLOAT_FORBIDDEN),
        (holding(2**53), Reason.INTEGER_RANGE),
        (holding("\ud800"), Reason.LONE_SURROGATE),
        (holding(b"x"), Reason.NOT_JSON),
        (holding("y", "https://nobody.example/v1"), Reason.UNKNOWN_CONTEXT),
        ({"@context": [V2], "zzz": 1}, Reason.UNKNOWN_TERM),
        (holding("y", credentialSubject={"id": "abc", "x": 1}), Reason.RELATIVE_IRI),
        (holding("y", type=["VerifiableCredential", "a#b#c"]), Reason.BAD_LINKED_DATA),
        (holding("y", issuer="https://a.example/[x]"), Reason.BAD_LINKED_DATA),
        (holding("y", {"@direction": "rtl"}), Reason.BAD_LINKED_DATA),
        (holding({"@type": "@json", "@value": {"@context": V2}}), Reason.BAD_LINKED_DATA),
    ],
)
def test_what_is_refused(document: Any, reason: Reason) -> None:
    """Rather than signed in a form that another implementation would write differently."""
    assert why(document) is reason
    assert refused(lambda: canonical_nquads(document), error=InputError) is reason


def test_depth() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = {"x": deep}
    assert why(holding(deep)) is Reason.TOO_DEEP
    for _ in range(3_000):
        deep = [deep]
    assert why(holding(deep)) is Reason.TOO_DEEP


def test_size() -> None:
    """Bounds are the caller's to change."""
    assert why(NESTED, limits=Limits(rdf_quads=10)) is Reason.DATASET_TOO_COMPLEX
    assert why(NESTED, limits=Limits(rdf_blank_nodes=1)) is Reason.DATASET_TOO_COMPLEX
    assert by_the_rules(NESTED, limits=Limits(rdf_quads=40, rdf_blank_nodes=9))


def test_without_pyoxigraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    assert why(holding("y")) is Reason.MISSING_LIBRARY


def test_nothing_is_changed() -> None:
    for document in documents():
        before = repr(document)
        by_the_rules(document)
        canonical_nquads(document)
        assert repr(document) == before
