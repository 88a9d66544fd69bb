"""Statements from JSON-LD, and what pyoxigraph would leave out of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from amana._dataset import read_statements
from amana._rdfc import Statement
from amana.errors import InputError
from amana.limits import Limits
from amana.reasons import Reason
from tests.amana_samples import refused

P = "https://a.example/p"


def read(value: Any) -> list[Statement]:
    return read_statements(json.dumps({"@id": "did:a:s", P: value}).encode())


@pytest.mark.parametrize(
    "value",
    [
        {"@id": "relative"},
        {"@id": "http://a b"},
        {"@id": "http://a/<>"},
        {"@id": "http://a/%zz"},
        {"@id": "_:a b"},
        {"@value": "x", "@language": "not a language"},
        {"@value": "x", "@language": "ar", "@direction": "rtl"},
        {"@value": {"@context": 1}, "@type": "@json"},
        {"@value": "x", "@type": "relative"},
        {"@value": []},
        {"@id": 5},
    ],
)
def test_what_would_be_left_out(value: Any) -> None:
    assert refused(lambda: read(value), error=InputError) is Reason.BAD_LINKED_DATA


def test_bytes_that_are_no_json() -> None:
    for data in (b"", b"{", b"\xff", b'{"@id":"a:b","a:c":"\\ud800"}'):
        assert refused(lambda data=data: read_statements(data)) is Reason.BAD_LINKED_DATA  # type: ignore[misc]


def test_doubles() -> None:
    for value in (1.5, 1e22, {"@value": "5", "@type": "http://www.w3.org/2001/XMLSchema#double"}):
        assert refused(lambda value=value: read(value)) is Reason.FLOAT_FORBIDDEN  # type: ignore[misc]


def test_too_many_statements() -> None:
    few = Limits(rdf_quads=3)
    data = json.dumps({"@id": "did:a:s", P: ["a", "b", "c", "d"]}).encode()
    assert refused(lambda: read_statements(data, limits=few)) is Reason.DATASET_TOO_COMPLEX
    assert len(read_statements(data, limits=Limits(rdf_quads=4))) == 4


def test_terms_are_written_as_canonical_n_quads() -> None:
    """As the library's own writer does, which is the canonical one."""
    for code in [*range(0x300), 0x2028, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF]:
        value = f"a{chr(code)}b"
        quads = [Quad(NamedNode("did:a:s"), NamedNode(P), Literal(value))]
        (statement,) = read(value)
        written = f"{statement[0]} {statement[1]} {statement[2]} .\n"
        assert serialize(quads, format=RdfFormat.N_QUADS) == written.encode()


def test_graphs() -> None:
    inside = {"@graph": [{"@id": "did:a:o", P: "x"}], "@id": "did:a:g"}
    assert set(read(inside)) == {
        ("<did:a:s>", f"<{P}>", "<did:a:g>", ""),
        ("<did:a:o>", f"<{P}>", '"x"', "<did:a:g>"),
    }
