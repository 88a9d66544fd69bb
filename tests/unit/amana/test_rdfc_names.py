"""Names for blank nodes (RDFC-1.0, section 4), and graphs that are made to keep us busy."""

from __future__ import annotations

import time
from hashlib import sha256
from random import Random

import pytest

from amana._rdfc import Statement, canonical_form
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from tests.amana_samples import refused

P, Q = "<did:a:p>", "<did:a:q>"


def link(one: object, other: object, *, by: str = P, graph: object = None) -> Statement:
    return f"_:n{one}", by, f"_:n{other}", "" if graph is None else f"_:n{graph}"


def clique(size: int) -> list[Statement]:
    return [link(one, other) for one in range(size) for other in range(size) if one != other]


def stars(hubs: int, leaves: int) -> list[Statement]:
    return [link(f"h{hub}", f"l{hub}x{leaf}") for hub in range(hubs) for leaf in range(leaves)]


def ring(size: int) -> list[Statement]:
    return [link(one, (one + 1) % size) for one in range(size)]


def shelf(books: int, *, graphs: int = 1, pages: int = 1) -> list[Statement]:
    """Two nodes that look alike, said much of in graphs of their own."""
    return [
        link(f"b{book}x{twin}", f"b{book}x{twin}", by=f"<did:a:p{page}>", graph=f"g{graph}x{twin}")
        for twin in range(2)
        for graph in range(graphs)
        for book in range(books)
        for page in range(pages)
    ]


def form(statements: list[Statement]) -> list[str]:
    return canonical_form(statements).decode().splitlines()


def why(statements: list[Statement], limits: Limits = LIMITS) -> Reason:
    return refused(lambda: canonical_form(statements, limits=limits), error=InputError)


def test_one_node_and_none() -> None:
    assert canonical_form([]) == b""
    assert form([link("x", "x")]) == [f"_:c14n0 {P} _:c14n0 ."]
    literal: Statement = ("<did:a:s>", P, '"_:x"', "")
    assert form([literal, literal]) == [f'<did:a:s> {P} "_:x" .']


def test_nodes_that_differ_by_what_is_said_of_them() -> None:
    """Section 4.6: the hashes of these lines decide."""
    told: list[Statement] = [("_:x", P, '"1"', ""), ("_:y", P, '"2"', ""), ("_:x", Q, "_:y", "")]
    of_x = sha256(f'_:a {P} "1" .\n_:a {Q} _:z .\n'.encode()).hexdigest()
    of_y = sha256(f'_:a {P} "2" .\n_:z {Q} _:a .\n'.encode()).hexdigest()
    x, y = ("_:c14n0", "_:c14n1") if of_x < of_y else ("_:c14n1", "_:c14n0")
    assert form(told) == sorted([f'{x} {P} "1" .', f"{x} {Q} {y} .", f'{y} {P} "2" .'])


def trees() -> list[Statement]:
    """Two hubs, whose branches differ only behind the next node; hubs are looked at first."""
    hub, middle, end = "<did:a:hub8>", "<did:a:mid8>", "<did:a:end8>"
    return [
        *[link(h, f"{h}l{i}", by=hub) for h in "ab" for i in range(2)],
        *[link(f"{h}l{i}", f"{h}m{i}", by=middle) for h in "ab" for i in range(2)],
        *[
            link(f"{h}m{i}", f"{h}n{i}{j}", by=end)
            for h in "ab"
            for i in range(2)
            for j in range(1 + i)
        ],
    ]


SHAPES = {
    "trees": trees(),
    "ring": ring(5),
    "two rings": [*ring(3), *[link(f"o{a}", f"o{b}") for a, b in ((0, 1), (1, 2), (2, 0))]],
    "clique": clique(4),
    "stars": stars(2, 3),
    "chain": [*ring(4)[:-1], link(3, "end"), link("other", 0, by=Q)],
    "shelf": shelf(1, pages=4),
    "mixed": [*ring(4), link(0, 2, by=Q), link(1, 3, by=Q, graph=0)],
}


@pytest.mark.parametrize("name", SHAPES)
def test_labels_and_order_say_nothing(name: str) -> None:
    """Section 3: equal but for their labels, equal in form."""
    statements = SHAPES[name]
    random = Random(5)
    labels = sorted({term for found in statements for term in found if term.startswith("_:")})
    expected = form(statements)
    assert len(expected) == len(statements)
    for _ in range(20):
        others = dict(zip(labels, random.sample(labels, len(labels)), strict=True))
        changed = [tuple(others.get(term, term) for term in found) for found in statements]
        random.shuffle(changed)
        assert form(changed) == expected  # type: ignore[arg-type]


def test_graphs_that_differ_have_other_forms() -> None:
    forms = {tuple(form(statements)) for statements in SHAPES.values()}
    assert len(forms) == len(SHAPES)


def test_a_neighbour_counts_as_often_as_it_is_met() -> None:
    """Section 4.8.3, step 3.1.2: the form is rdf-canonize's and pyld's; pyoxigraph 0.5 has another.

    Node 0 stands twice in what is said of others: as a subject or object, and as a graph.
    """
    by = "<did:a:p0>"
    told = [
        link(0, 1, by=by),
        link("1x", "2x", by=by, graph="0x"),
        link(2, "1x", by=by, graph=0),
        link(1, 2, by=by, graph=0),
    ]
    assert form(told) == [
        "_:c14n0 <did:a:p0> _:c14n5 _:c14n3 .",
        "_:c14n3 <did:a:p0> _:c14n0 .",
        "_:c14n4 <did:a:p0> _:c14n2 _:c14n1 .",
        "_:c14n5 <did:a:p0> _:c14n4 _:c14n3 .",
    ]


def test_nodes_that_the_algorithm_takes_for_the_same() -> None:
    """Their names would depend on which of them a program met first."""
    told = [
        link(4, 3, graph=2),
        link(0, 2, graph=3),
        ("_:n0", P, '"x"', ""),
    ]
    assert why(told) is Reason.BAD_LINKED_DATA
    assert why(told[::-1]) is Reason.BAD_LINKED_DATA


POISON = {
    "clique of 7": clique(7),
    "clique of 12": clique(12),
    "stars with 8 leaves": stars(2, 8),
    "long ring": ring(120),
    "one list of many": [
        link(hub, leaf, by=P, graph=graph)
        for hub in ("a", "b")
        for leaf in range(2)
        for graph in range(40)
    ],
}


@pytest.mark.parametrize("name", POISON)
def test_poison(name: str) -> None:
    """RDFC-1.0, section 7.1."""
    began = time.process_time()
    assert why(POISON[name]) is Reason.DATASET_TOO_COMPLEX
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    "statements",
    [
        clique(4),
        stars(2, 4),
        ring(12),
        shelf(1, pages=9),
        [("<did:a:s>", P, f"_:n{number}", "") for number in range(200)],
        [link("hub", number) for number in range(200)],
        [(f"_:n{number}", P, f'"{number}"', "") for number in range(200)],
    ],
    ids=["clique", "stars", "ring", "shelf", "alike", "around one", "told apart"],
)
def test_what_is_quick_is_let_through(statements: list[Statement]) -> None:
    assert len(form(statements)) == len(statements)


def test_bounds() -> None:
    statements = [link("hub", number) for number in range(LIMITS.rdf_blank_nodes)]
    assert why(statements) is Reason.DATASET_TOO_COMPLEX
    assert why(statements[:9], Limits(rdf_blank_nodes=9)) is Reason.DATASET_TOO_COMPLEX
    assert why(ring(9), Limits(rdf_steps=20)) is Reason.DATASET_TOO_COMPLEX
    assert why(ring(9), Limits(rdf_depth=5)) is Reason.DATASET_TOO_COMPLEX
