"""What pyoxigraph would leave out, and graphs that are made to keep us busy."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from amana._dataset import canonical_form, read_quads, refuse_poison
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from tests.amana_samples import refused

P = "https://a.example/p"


def read(value: Any) -> list[Quad]:
    return read_quads(json.dumps({"@id": "did:a:s", P: value}).encode())


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
        assert refused(lambda data=data: read_quads(data)) is Reason.BAD_LINKED_DATA  # type: ignore[misc]


def test_doubles() -> None:
    for value in (1.5, 1e22, {"@value": "5", "@type": "http://www.w3.org/2001/XMLSchema#double"}):
        assert refused(lambda value=value: read(value)) is Reason.FLOAT_FORBIDDEN  # type: ignore[misc]


def test_too_many_statements() -> None:
    few = Limits(rdf_quads=3)
    data = json.dumps({"@id": "did:a:s", P: ["a", "b", "c", "d"]}).encode()
    assert refused(lambda: read_quads(data, limits=few)) is Reason.DATASET_TOO_COMPLEX
    assert len(read_quads(data, limits=Limits(rdf_quads=4))) == 4


def node(name: object) -> BlankNode:
    return BlankNode(f"n{name}")


def link(one: object, other: object, *, by: str = P, graph: object = None) -> Quad:
    where = DefaultGraph() if graph is None else node(graph)
    return Quad(node(one), NamedNode(by), node(other), where)


def clique(size: int) -> list[Quad]:
    return [link(one, other) for one in range(size) for other in range(size) if one != other]


def stars(hubs: int, leaves: int) -> list[Quad]:
    return [link(f"h{hub}", f"l{hub}x{leaf}") for hub in range(hubs) for leaf in range(leaves)]


def ring(size: int) -> list[Quad]:
    return [link(one, (one + 1) % size) for one in range(size)]


def ladder(size: int) -> list[Quad]:
    """Neighbours in two graphs that look alike."""
    return [link(one, (one + 1) % size, graph=(one + 2) % size) for one in range(size)]


POISON = {
    "clique of 6": clique(6),
    "clique of 12": clique(12),
    "stars with 6 leaves": stars(2, 6),
    "many stars": stars(9, 3),
    "long ring": ring(40),
    "graphs": ladder(12),
}


@pytest.mark.parametrize("name", POISON)
def test_poison(name: str) -> None:
    """RDFC-1.0, section 7.1; found before the first permutation."""
    began = time.process_time()
    assert refused(lambda: refuse_poison(POISON[name])) is Reason.DATASET_TOO_COMPLEX
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    "quads",
    [
        clique(5),
        stars(2, 5),
        ring(12),
        ladder(4),
        [Quad(NamedNode("did:a:s"), NamedNode(P), node(number)) for number in range(200)],
        [link("hub", number) for number in range(200)],
        [link("hub", number) for number in range(9)] + [link(9, 9)],
        [Quad(node(one), NamedNode(P), Literal(str(one))) for one in range(200)],
    ],
    ids=["clique", "stars", "ring", "ladder", "alike", "around one", "itself", "told apart"],
)
def test_what_is_quick_is_let_through(quads: list[Quad]) -> None:
    began = time.process_time()
    refuse_poison(quads)
    assert canonical_form(quads).count(b"\n") == len(quads)
    assert time.process_time() - began < 0.1


def test_too_many_blank_nodes() -> None:
    quads = [link("hub", number) for number in range(LIMITS.rdf_blank_nodes)]
    assert refused(lambda: refuse_poison(quads)) is Reason.DATASET_TOO_COMPLEX
    refuse_poison(quads[:-1])


def test_labels_and_order_say_nothing() -> None:
    def form(names: Iterable[str]) -> bytes:
        a, b, c = names
        return canonical_form([link(a, b), link(b, c), link(c, a, by=f"{P}2")])

    assert form("xyz") == form("yzx") == form("zyx")
    assert canonical_form([]) == b""
