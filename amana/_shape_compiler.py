"""From one document to the template of its shape.

No rule of JSON-LD is written down here. Which texts and numbers go into RDF as they are is found
out by experiment: each is replaced by a mark of its own, the rules (`amana.rdf.by_the_rules`) are
followed for the marked document, and where a mark comes out again as a whole term, there is a slot.
Everything else is part of the shape. A template counts only if it reproduces, from the document's
own values, what the rules made of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from amana._shapes import IRI, Full, Lines, Template, Written, getter
from amana.contexts import inline
from amana.errors import InputError
from amana.strict_json import Json, JsonObject

__all__ = ["compiled"]

_MOST_BYTES: Final = 32 * 1024  # of canonical form
_MOST_LINES: Final = 256
_ROUNDS: Final = 4
_NO_DOUBT: Final = frozenset(b'{}[],:"0')
_PREFIX: Final = "urn:amana:slot:"
_NUMBER: Final = 700_000_000_000_000  # 15 digits; the place is added
# A context that gives these a meaning would make something else of an IRI.
_SCHEMES: Final = frozenset({"did", "http", "https", "urn"})
_OWN_VALUE: Final = frozenset({"@id", "@value"})
_TYPE: Final = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_FIRST: Final = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>"
_INTEGER: Final = b"^^<http://www.w3.org/2001/XMLSchema#integer>"
_BOOLEAN: Final = b"^^<http://www.w3.org/2001/XMLSchema#boolean>"
_TERM: Final = rb'(<[^>]*>|_:c14n[0-9]+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)'
_LINE: Final = re.compile(rb"(\S+) (\S+) " + _TERM + rb"(?: (\S+))? \.")
_SLOT: Final = re.compile(
    rb'(?:<urn:amana:slot:([0-9]+)>|"(?:urn:amana:slot:([0-9]+)|7([0-9]{14}))"(.*))'
)
_MARKED: Final = re.compile(rb"urn:amana:slot:|\b7[0-9]{14}\b")


def compiled(document: JsonObject, written: Written, form: bytes, full: Full) -> Template | None:
    """A template that gives `form` for `document`, and the right form for all of its shape.

    None where there is none: too large, values that are no slots as they stand, a context that
    could make something else of an IRI, lists, JSON literals, or a doubt.
    """
    if (
        not _NO_DOUBT.issuperset(written.outline)
        or len(form) > _MOST_BYTES
        or form.count(b"\n") > _MOST_LINES
        or any(_MARKED.search(value) for value in written.values)
        or _names_schemes(document)
    ):
        return None
    fixed: set[int] = set()
    for _ in range(_ROUNDS):
        marking = _Marking(fixed, written.strings)
        marked = marking.of(document, fixed=False)
        try:
            lines = _lines(full(marked))
        except InputError:
            return None  # such as a mark where only a language can stand
        if lines is None:
            return None
        found = _slots(lines, written)
        if found is None:
            return None
        more = marking.slots - found
        if not more:
            template = _template(lines, written, marking.slots)
            return template if template.filled(written.values) == form else None
        fixed |= more
    return None


def _names_schemes(document: JsonObject) -> bool:
    names = {name for found in _contexts(document) for name in _members(inline(found))}
    return not _SCHEMES.isdisjoint(names) or any(":" in name for name in names)


def _contexts(value: Json) -> Iterator[Json]:
    if type(value) is dict:
        for name, member in value.items():
            if name == "@context":
                yield member
            else:
                yield from _contexts(member)
    elif type(value) is list:
        for item in value:
            yield from _contexts(item)


def _members(value: Json) -> Iterator[str]:
    if type(value) is dict:
        yield from value
        for member in value.values():
            yield from _members(member)
    elif type(value) is list:
        for item in value:
            yield from _members(item)


class _Marking:
    """A walk through a document in the order in which it is written, marking what may be a slot."""

    def __init__(self, fixed: set[int], strings: int) -> None:
        self.slots: set[int] = set()
        self._fixed = fixed
        self._next_string, self._next_scalar = 0, strings

    def of(self, value: Json, *, fixed: bool) -> Json:
        """`value` with marks; within contexts, types and what keywords rule, nothing is marked."""
        if type(value) is dict:
            return {name: self._member(name, value[name], fixed=fixed) for name in sorted(value)}
        if type(value) is list:
            return [self.of(item, fixed=fixed) for item in value]
        if type(value) is str:
            place = self._next_string
            self._next_string += 1
            mark: Json = f"{_PREFIX}{place}"
        else:
            place = self._next_scalar
            self._next_scalar += 1
            mark = _NUMBER + place
        if fixed or place in self._fixed:
            return value
        self.slots.add(place)
        return mark

    def _member(self, name: str, value: Json, *, fixed: bool) -> Json:
        self._next_string += 1  # the name
        ruled = name == "type" or (name.startswith("@") and name not in _OWN_VALUE)
        return self.of(value, fixed=fixed or ruled)


class _Slot(NamedTuple):
    place: int
    iri: bool
    rest: bytes  # behind the quotation mark: a datatype or language


_Part = bytes | _Slot
_Line = list[_Part]  # its three or four terms


def _lines(form: bytes) -> list[_Line] | None:
    """The lines of a marked document's form, cut into terms; None if a mark became part of one."""
    lines = []
    for text in form.split(b"\n")[:-1]:
        found = _LINE.fullmatch(text)
        if found is None or found[2] == _FIRST or _MARKED.search(found[2]) is not None:
            return None
        line: _Line = []
        for term in filter(None, found.groups()):
            slot = _SLOT.fullmatch(term)
            if slot is None:
                if _MARKED.search(term) is not None:
                    return None
                line.append(term)
            else:
                place = int(slot[1] or slot[2] or slot[3])
                line.append(_Slot(place, slot[1] is not None, slot[4] or b""))
        lines.append(line)
    return lines


def _slots(lines: list[_Line], written: Written) -> set[int] | None:
    """The marks that came out as slots; None if one holds an IRI that is not plain."""
    found: set[int] = set()
    looked_up: set[int] = set()
    for line in lines:
        for part in line:
            if not isinstance(part, _Slot):
                continue
            found.add(part.place)
            if part.iri:
                value = written.values[part.place]
                if line[1] == _TYPE or b":" not in value:
                    looked_up.add(part.place)  # a type chooses contexts; a word is a term's name
                elif IRI.fullmatch(value) is None:
                    return None
    return found - looked_up


def _template(lines: list[_Line], written: Written, slots: set[int]) -> Template:
    parts = [part for line in lines for part in line]
    iris = {part.place for part in parts if isinstance(part, _Slot) and part.iri}
    scalars = [place for place in sorted(slots) if place >= written.strings]
    truths = [place for place in scalars if written.values[place][:1].isalpha()]
    names = sorted({part for part in parts if isinstance(part, bytes) and part[:2] == b"_:"})
    constant = getter([place for place in range(len(written.values)) if place not in slots])
    drawing = _Drawing(len(written.values), frozenset(truths), names)
    return Template(
        constant=constant,
        constants=constant(written.values),
        iris=getter(sorted(iris)),
        numbers=getter([place for place in scalars if place not in truths]),
        truths=getter(truths),
        blanks=tuple([drawing.alone(name, lines) for name in names]),
        whole=drawing.whole(lines),
    )


class _Drawing(NamedTuple):
    """How terms become parts of a format."""

    values: int  # how many there are; canonical labels of blank nodes come behind them
    truths: frozenset[int]
    names: list[bytes]  # of blank nodes

    def whole(self, lines: list[_Line]) -> Lines:
        """All lines, with the canonical labels of blank nodes to be filled in."""
        if len(self.names) == 1:
            return self._drawn(lines, {self.names[0]: b"_:c14n0"})
        return self._drawn(lines, {})

    def alone(self, name: bytes, lines: list[_Line]) -> Lines:
        """The lines that RDFC-1.0, section 4.6.3, hashes for one blank node."""
        return self._drawn(
            [line for line in lines if name in line],
            {other: b"_:a" if other == name else b"_:z" for other in self.names},
        )

    def _drawn(self, lines: list[_Line], labels: dict[bytes, bytes]) -> Lines:
        form: list[bytes] = []
        places: list[int] = []
        for line in lines:
            terms = []
            for part in line:
                if isinstance(part, _Slot):
                    places.append(part.place)
                    terms.append(b"<%b>" if part.iri else b'"%b"' + _plain(self._rest(part)))
                elif part in self.names and part not in labels:
                    places.append(self.values + self.names.index(part))
                    terms.append(b"_:c14n%b")
                else:
                    terms.append(_plain(labels.get(part, part)))
            form.append(b" ".join(terms) + b" .")
        return Lines(b"\n".join(form), getter(places))

    def _rest(self, slot: _Slot) -> bytes:
        # The mark was a number; without a datatype of its own, a truth value is a boolean.
        if slot.place in self.truths and slot.rest == _INTEGER:
            return _BOOLEAN
        return slot.rest


def _plain(text: bytes) -> bytes:
    """`text` as it stands in a format."""
    return text.replace(b"%", b"%%")
