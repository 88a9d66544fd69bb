"""Templates: the same bytes as by the rules, and when they decline."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any, NamedTuple

import pytest

from amana import _shapes
from amana._shape_compiler import compiled
from amana._shapes import Shapes, Template, read, write
from amana.errors import InputError
from amana.jcs import canonical
from amana.rdf import by_the_rules
from tests.amana_samples import unsigned
from tests.rdf_documents import EXAMPLES, NESTED, OPTIONS, PRESENTATION, V2, Object, variant


class Counting:
    """The way by the rules, and how often it was taken."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, document: Object) -> bytes:
        self.times += 1
        return by_the_rules(document)


class Made(NamedTuple):
    """A template, and for how many pieces it was made: others are never held against it."""

    size: int
    template: Template


def cut(document: Object) -> list[bytes] | None:
    text = write(document)
    return None if text is None else read(text)


def pieces_of(document: Object) -> list[bytes]:
    pieces = cut(document)
    assert pieces is not None
    return pieces


def template(document: Object) -> Template | None:
    return compiled(document, pieces_of(document), by_the_rules(document), by_the_rules)


def filled(made: Made, document: Object) -> bytes | None:
    """What a template makes of a document; None where it is of another shape, or declines."""
    pieces = cut(document)
    if pieces is None or len(pieces) != made.size:
        return None
    values = made.template.fits(pieces)
    return None if values is None else made.template.filled(values)


def holding(value: Any, *contexts: Any, **more: Any) -> Object:
    return {
        "@context": [V2, EXAMPLES, *contexts],
        "type": "VerifiableCredential",
        "issuer": "did:a:issuer",
        "credentialSubject": {"id": "did:a:subject", "x": value},
        **more,
    }


def made(document: Object) -> Made:
    found = template(document)
    assert found is not None
    return Made(len(pieces_of(document)), found)


@pytest.mark.parametrize("document", [unsigned(), NESTED, PRESENTATION, OPTIONS, holding(["y", 1])])
def test_the_second_time_makes_a_template_and_the_third_uses_it(document: Object) -> None:
    counting = Counting()
    shapes = Shapes(counting, compiled)
    random = Random(7)
    assert shapes.form(document) == by_the_rules(document)
    assert (len(shapes), counting.times) == (0, 1)
    shapes.form(document)
    assert len(shapes) == 1
    spent = counting.times
    for _ in range(9):
        other = variant(random, document, hostile=0)
        assert shapes.form(other) == by_the_rules(other)
    assert shapes.form(document) == by_the_rules(document)
    assert counting.times < spent + 9


def test_the_order_of_members_is_no_shape() -> None:
    document = unsigned()
    assert filled(made(document), dict(reversed(document.items()))) == by_the_rules(document)


SHAPE = holding(["y", "z"], name="n")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("issuer",), "relative"),
        (("issuer",), "_:c14n0"),
        (("issuer",), "name:x"),
        (("issuer",), "did:a:b\n<did:x:y"),
        (("issuer",), "did:a:b> <did:x:y"),
        (("issuer",), "https://a.example/ü"),
        (("issuer",), "https://a.example/%41"),
        (("issuer",), "tag:a.example,2026:b"),
        (("name",), 'a"b'),
        (("name",), "a\\b"),
        (("name",), "a\nb"),
        (("name",), "a\x7fb"),
        (("name",), "a\ufffeb"),
        (("name",), "a\uffffb"),
        (("name",), "\ud800"),
        (("name",), "x" * 20_000),
        (("name",), b"x"),
        (("credentialSubject", "x"), ["y", "y"]),
        (("credentialSubject", "x"), ["y"]),
        (("credentialSubject", "x"), ["y", 1]),
        (("credentialSubject", "x"), ["y", None]),
        (("credentialSubject", "x"), ["y", 1.5]),
        (("credentialSubject", "x"), "y"),
        (("type",), "VerifiablePresentation"),
        (("@context",), [V2, EXAMPLES, EXAMPLES]),
    ],
)
def test_values_that_a_template_declines(path: tuple[str, ...], value: Any) -> None:
    """The rules then say what is right; a template never guesses."""
    changed = copy.deepcopy(SHAPE)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    found = made(SHAPE)
    assert filled(found, SHAPE) == by_the_rules(SHAPE)
    assert filled(found, changed) is None


@pytest.mark.parametrize("value", ["", "%b", "é 😀", "\u2028", "@id", "name", "did:a:b", "\x80"])
def test_texts_that_mean_nothing_more(value: str) -> None:
    changed = {**SHAPE, "name": value}
    assert filled(made(SHAPE), changed) == by_the_rules(changed)


def test_numbers_and_truth_values() -> None:
    document = holding([1, 2], y=True)
    found = made(document)
    for numbers, so in (([3, 4], False), ([-1, 0], True), ([10**14, 7], False)):
        other = holding(numbers, y=so)
        assert filled(found, other) == by_the_rules(other)
    for values in ([1, 1], [1, True], [10**15, 7], [1e22, 2], [1, 2.0], [1, float("nan")]):
        assert filled(found, holding(values, y=True)) is None
    assert filled(found, holding([1, 2], y=1)) is None


def test_ids_that_become_one() -> None:
    document = holding("y", issuer={"id": "did:a:issuer", "name": "n"})
    found = made(document)
    document["issuer"]["id"] = "did:a:subject"
    assert filled(found, document) is None


def test_blank_nodes_of_which_much_is_said_alike() -> None:
    """The order of what is hashed for each then depends on what is filled in."""
    document = holding([{"y": ["1", "2"]}, {"y": ["3", "4"]}])
    found = made(document)
    for values in (["1", "2", "3", "4"], ["4", "3", "2", "1"], ["a", " ", "", "b"]):
        document["credentialSubject"]["x"] = [{"y": values[:2]}, {"y": values[2:]}]
        assert filled(found, document) == by_the_rules(document)


def test_blank_nodes_that_look_alike() -> None:
    document = holding([{"y": "1"}, {"y": "2"}])
    found = made(document)
    document["credentialSubject"]["x"].reverse()
    assert filled(found, document) == by_the_rules(document)
    document["credentialSubject"]["x"][0]["y"] = "1"
    assert filled(found, document) is None


def test_names_of_many_blank_nodes_sort_as_texts() -> None:
    document = holding([{"y": f"{number}"} for number in range(14)])
    assert filled(made(document), document) == by_the_rules(document)


@pytest.mark.parametrize(
    "document",
    [
        holding({"@list": ["a", "b"]}),
        holding({"@type": "@json", "@value": {"a": "b"}}),
        holding("urn:amana:slot:3"),
        holding("700000000000001"),
        holding(["y", "y"]),
        holding([{"y": "1"}, {"y": "1"}]),
        holding("y", {"did": "https://a.example/#"}),
        holding("y", {"a:b": {"@id": "https://a.example/ab"}}),
        holding("y", {"urn": {"@id": "https://a.example/urn"}}),
        holding("y", {"@version": 1.1, "z": "https://a.example/z"}),
        holding("y", {"@protected": True, "z": "https://a.example/z"}),
        holding({"tongue": "en", "@value": "x"}, {"tongue": "@language"}),
        holding(
            True, {"x": {"@id": "did:a:x", "@type": "http://www.w3.org/2001/XMLSchema#integer"}}
        ),
        holding("y", issuer="https://a.example/%41"),
        holding([str(number) for number in range(300)]),
        holding({"id": "did:a:z", "y": {"@graph": {"@id": "name:x", "y": "z"}}}),
    ],
)
def test_documents_without_a_template(document: Object) -> None:
    try:
        form = by_the_rules(document)
    except InputError:
        form = b""  # refused where it stands; then there is nothing to be compared
    assert compiled(document, pieces_of(document), form, by_the_rules) is None


def test_words_that_are_looked_up_belong_to_the_shape() -> None:
    """`proofPurpose` names a term; another purpose is another shape."""
    found = made(OPTIONS)
    other = {**OPTIONS, "proofPurpose": "authentication"}
    assert filled(found, OPTIONS) == by_the_rules(OPTIONS)
    assert filled(found, other) is None
    assert filled(made(other), other) == by_the_rules(other)


def test_types_behind_another_name_belong_to_the_shape() -> None:
    kind = {"kind": "@type", "T": {"@id": "did:a:t", "@context": {"y": "did:a:other"}}}
    document = holding({"kind": "T", "y": "z"}, kind)
    found = made(document)
    other = holding({"kind": "did:a:t", "y": "z"}, kind)
    assert filled(found, other) is None
    assert filled(found, holding({"kind": "T", "y": "w"}, kind)) is not None


def test_a_template_that_does_not_reproduce_its_document_is_none() -> None:
    document = holding("y")
    assert compiled(document, pieces_of(document), b"other", by_the_rules) is None


def test_marks_that_never_settle() -> None:
    """Rules that keep looking values up leave no template."""
    document = holding(["a", "b", "c", "d", "e", "f"])
    rounds = iter(range(99))

    def unsettled(marked: Object) -> bytes:
        keep = next(rounds)
        shown = marked["credentialSubject"]["x"][keep:]
        return b"".join(b'<did:a:s> <did:a:p> "%b" .\n' % text.encode() for text in shown)

    assert compiled(document, pieces_of(document), by_the_rules(document), unsettled) is None


@pytest.mark.parametrize(
    "form",
    [
        b"no statement\n",
        b'<did:a:s> <urn:amana:slot:1> "x" .\n',
        b'<did:a:s> <did:a:p> "a urn:amana:slot:1" .\n',
    ],
)
def test_marks_that_became_part_of_a_term(form: bytes) -> None:
    document = holding("y")
    found = compiled(document, pieces_of(document), by_the_rules(document), lambda marked: form)
    assert found is None


def shaped(number: int) -> Object:
    return holding("y", **{f"name{number // 2}": ["z"] * (1 + number % 2)})


def test_strangers_fill_no_memory() -> None:
    counting = Counting()
    shapes = Shapes(counting, compiled, most=6, alike=2, seen=2)
    usual = unsigned()
    for _ in range(3):
        shapes.form(usual)
    for number in range(12):
        shapes.form(shaped(number))
        assert len(shapes) <= 6
        spent = counting.times
        assert shapes.form(usual) == by_the_rules(usual)
        assert counting.times == spent, "what is in use stays"


def test_the_oldest_goes_where_all_are_in_use() -> None:
    shapes = Shapes(by_the_rules, compiled, most=2, alike=9)
    documents = [holding("y"), holding(["y", "z"]), holding([["y"], "z"])]
    for document in documents:
        for _ in range(4):
            shapes.form(document)
    assert len(shapes) == 2
    for document in documents:
        assert shapes.form(document) == by_the_rules(document)


def test_templates_of_one_outline_are_few() -> None:
    shapes = Shapes(by_the_rules, compiled, alike=2)
    for number in range(10):
        document = shaped(2 * number)
        for _ in range(3):
            assert shapes.form(document) == by_the_rules(document)
    assert len(shapes) <= 2


def test_what_never_compiles_is_tried_ever_more_rarely() -> None:
    tried = []

    def never(*given: Any) -> None:
        tried.append(given)

    shapes = Shapes(lambda document: b"", never)
    for _ in range(200):
        shapes.form({"a": "b"})
    assert len(tried) == 8  # at 2, 4, 8 … 128 and at 192
    assert len(shapes) == 0


def test_errors_are_those_of_the_rules() -> None:
    shapes = Shapes(by_the_rules, compiled)
    for value, reason in (("relative", "relative-iri"), ("\ud800", "lone-surrogate")):
        for _ in range(3):
            with pytest.raises(InputError) as caught:
                shapes.form(holding("y", issuer=value))
            assert caught.value.reason == reason


def test_without_the_faster_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_shapes, "_write", _shapes._written_plainly)
    document = unsigned()
    found = made(document)
    random = Random(3)
    for _ in range(9):
        other = variant(random, document)
        assert filled(found, other) in (None, by_the_rules(other))
    assert filled(found, document) == by_the_rules(document)
    assert cut({"a": float("inf")}) is None
    assert cut({"a": "\ud800"}) is None
    assert cut({"a": b"x"}) is None


def test_a_text_that_is_at_hand() -> None:
    """It spares writing the document again; in another order it is never learnt from."""
    document = unsigned()
    shapes = Shapes(by_the_rules, compiled)
    turned = json.dumps(dict(reversed(document.items())), separators=(",", ":")).encode()
    for text in (turned, turned, turned, turned):
        assert shapes.form(document, text) == by_the_rules(document)
    assert len(shapes) == 0
    for _ in range(6):
        assert shapes.form(document, canonical(document)) == by_the_rules(document)
    assert len(shapes) == 1
