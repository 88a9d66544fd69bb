"""Templates and rules agree, on every value and on every change of structure (C93)."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amana._shape_compiler import compiled
from amana._shapes import Shapes
from amana.errors import InputError
from amana.rdf import by_the_rules
from tests.rdf_documents import STRINGS, Object, documents, mutated, variant

DOCUMENTS = documents()
SHAPES = Shapes(by_the_rules, compiled)
for _document in DOCUMENTS * 3:
    SHAPES.form(_document)

texts = st.one_of(st.sampled_from(STRINGS), st.text(max_size=12), st.from_regex(r"[a-z]{1,5}:\S*"))
seeds = st.integers(min_value=0, max_value=2**32).map(Random)


def same(document: Object) -> None:
    """Templates give what the rules give, be it a form or a refusal."""
    expected: Any
    found: Any
    try:
        expected = by_the_rules(document)
    except InputError as error:
        expected = error.reason
    try:
        found = SHAPES.form(document)
    except InputError as error:
        found = error.reason
    assert found == expected


def _with_texts(value: Any, source: Any) -> Any:
    if type(value) is dict:
        return {
            name: member if name in {"@context", "type"} else _with_texts(member, source)
            for name, member in value.items()
        }
    if type(value) is list:
        return [_with_texts(item, source) for item in value]
    return source(value)


@given(seeds, st.sampled_from(DOCUMENTS))
def test_the_next_persons_document(random: Random, document: Object) -> None:
    same(variant(random, document))


@given(seeds, st.sampled_from(DOCUMENTS))
def test_changed_structure(random: Random, document: Object) -> None:
    same(mutated(random, variant(random, document)))


@given(st.data(), st.sampled_from(DOCUMENTS))
def test_one_text_is_anything(data: st.DataObject, document: Object) -> None:
    strings: list[str] = []
    _with_texts(document, lambda value: strings.append(value) if type(value) is str else None)
    chosen = data.draw(st.sampled_from(strings))
    text = data.draw(texts)
    same(_with_texts(document, lambda value: text if value == chosen else value))
