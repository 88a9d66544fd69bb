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
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from amana._shapes import IRI, Full, Lines, Template, getter
from amana.contexts import inline
from amana.errors import InputError
from amana.strict_json import Json, JsonObject

__all__ = ["compiled"]

_MOST_LINES: Final = 256
_ROUNDS: Final = 4
_NO_DOUBT: Final = frozenset(b"{}[],:")
_SCALAR: Final = re.compile(rb"(-?[0-9]+|true|false)")
_NUMBER_TEXT: Final = rb"(-?[0-9]{1,15})"  # all integers of so many digits are exact
_TRUTH: Final = rb"(true|false)"
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


def compiled(document: JsonObject, pieces: list[bytes], form: bytes, full: Full) -> Template | None:
    """A template that gives `form` for `document`, and the right form for all of its shape.

    `pieces` are those of its JSON, members sorted.

    None where there is none: too large, values that are no slots as they stand, a context that
    could make something else of an IRI, lists, JSON literals, or a doubt.
    """
    if (
        not _NO_DOUBT.issuperset(_SCALAR.sub(b"", b"".join(pieces[::2])))
        or form.count(b"\n") > _MOST_LINES
        or any(_MARKED.search(piece) for piece in pieces)
        or _names_schemes(document)
    ):
        return None
    values = _Values.of(pieces)
    fixed: set[int] = set()
    for _ in range(_ROUNDS):
        marking = _Marking(fixed, values)
        marked = marking.of(document, fixed=False)
        try:
            lines = _lines(full(marked))
        except InputError:
            return None  # such as a mark where only a language can stand
        if lines is None:
            return None
        found = _slots(lines, values)
        if found is None:
            return None
        more = marking.slots - found
        if not more:
            template = _template(lines, values, marking.slots)
            return template if template and _reproduces(template, pieces, form) else None
        fixed |= more
    return None


def _reproduces(template: Template, pieces: list[bytes], form: bytes) -> bool:
    values = template.fits(pieces)
    return values is not None and template.filled(values) == form


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


class _Values(NamedTuple):
    """A document's pieces, and behind them its scalars; which pieces hold scalars."""

    all: list[bytes]
    pieces: int
    with_scalars: list[int]
    between_scalars: list[bytes]

    @classmethod
    def of(cls, pieces: list[bytes]) -> _Values:
        places = [
            place for place in range(0, len(pieces), 2) if _SCALAR.search(pieces[place]) is not None
        ]
        cut = _SCALAR.split(b'"'.join(pieces[place] for place in places))
        return cls(pieces + cut[1::2], len(pieces), places, cut[::2])


class _Marking:
    """A walk through a document in the order in which it is written, marking what may be a slot."""

    def __init__(self, fixed: set[int], values: _Values) -> None:
        self.slots: set[int] = set()
        self._fixed = fixed
        self._next_string, self._next_scalar = 1, values.pieces

    def of(self, value: Json, *, fixed: bool) -> Json:
        """`value` with marks; within contexts, types and what keywords rule, nothing is marked."""
        if type(value) is dict:
            return {name: self._member(name, value[name], fixed=fixed) for name in sorted(value)}
        if type(value) is list:
            return [self.of(item, fixed=fixed) for item in value]
        if type(value) is str:
            place = self._next_string
            self._next_string += 2
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
        self._next_string += 2  # the name
        ruled = name == "type" or (name.startswith("@") and name not in _OWN_VALUE)
        return self.of(value, fixed=fixed or ruled)


class _Slot(NamedTuple):
    place: int
    iri: bool
    rest: bytes  # behind the quotation mark: a datatype or language


_Part = bytes | _Slot
_Line = list[_Part]  # its three or four terms
_Piece = tuple[int | None, bytes]  # what goes into a term, and the term in a format
_Drawn = list[_Piece]


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


def _slots(lines: list[_Line], values: _Values) -> set[int] | None:
    """The marks that came out as slots; None if one holds an IRI that is not plain."""
    found: set[int] = set()
    looked_up: set[int] = set()
    for line in lines:
        for part in line:
            if not isinstance(part, _Slot):
                continue
            found.add(part.place)
            if part.iri:
                value = values.all[part.place]
                if (line[1] == _TYPE and part is line[2]) or b":" not in value:
                    looked_up.add(part.place)  # a type chooses contexts; a word is a term's name
                elif IRI.fullmatch(value) is None:
                    return None
    return found - looked_up


def _template(lines: list[_Line], values: _Values, slots: set[int]) -> Template | None:
    parts = [part for line in lines for part in line]
    iris = {part.place for part in parts if isinstance(part, _Slot) and part.iri}
    scalars = [place for place in sorted(slots) if place >= values.pieces]
    truths = [place for place in scalars if values.all[place][:1].isalpha()]
    names = sorted({part for part in parts if isinstance(part, bytes) and part[:2] == b"_:"})
    groups: dict[_Part, list[_Line]] = {}
    for line in lines:
        groups.setdefault(line[0], []).append(line)
    subjects = [part.place for part in groups if isinstance(part, _Slot)]
    if len(scalars) != len(values.all) - values.pieces or any(
        isinstance(part, bytes) and part not in names for part in groups
    ):
        return None  # a scalar that is part of the shape, or an id that is
    constant = getter(
        [
            place
            for place in range(values.pieces)
            if place not in slots and place not in values.with_scalars
        ]
    )
    drawing = _Drawing(len(values.all), frozenset(truths), names)
    return Template(
        constant=constant,
        constants=constant(values.all),
        with_scalars=getter(values.with_scalars),
        scalars=_pattern(values, truths),
        iris=getter(sorted(iris)),
        blanks=tuple([drawing.alone(name, lines) for name in names]),
        subjects=getter(subjects),
        texts=tuple([part for found in groups.values() for part in drawing.group(found)]),
    )


def _pattern(values: _Values, truths: list[int]) -> re.Pattern[bytes]:
    """What the pieces with scalars look like, whatever the scalars are."""
    form = re.escape(values.between_scalars[0])
    for number, between in enumerate(values.between_scalars[1:]):
        form += _TRUTH if values.pieces + number in truths else _NUMBER_TEXT
        form += re.escape(between)
    return re.compile(form)


class _Drawing(NamedTuple):
    """How terms become parts of a format."""

    values: int  # how many there are; the numbers of blank nodes come behind them
    truths: frozenset[int]
    names: list[bytes]  # of blank nodes

    def group(self, lines: list[_Line]) -> list[Lines]:
        """The lines about one subject, with the numbers of blank nodes to be filled in.

        In parts: lines whose order is not settled are by themselves.
        """
        labels = {self.names[0]: b"_:c14n0"} if len(self.names) == 1 else {}
        drawn = [self._line(line, labels) for line in lines]
        # The subject is the same in all of them, and so decides no order.
        together = groupby(_runs(drawn, skipped=1), key=len)
        return [
            lines_of
            for size, runs in together
            for lines_of in (
                [_lines_of([line for run in runs for line in run], settled=True)]
                if size == 1
                else [_lines_of(run, settled=False) for run in runs]
            )
        ]

    def alone(self, name: bytes, lines: list[_Line]) -> Lines:
        """The lines that RDFC-1.0, section 4.6.3, hashes for one blank node."""
        labels = {other: b"_:a" if other == name else b"_:z" for other in self.names}
        runs = _runs([self._line(line, labels) for line in lines if name in line], skipped=0)
        settled = all(len(run) == 1 for run in runs)
        return _lines_of([line for run in runs for line in run], settled=settled)

    def _line(self, line: _Line, labels: dict[bytes, bytes]) -> _Drawn:
        return [self._part(part, labels) for part in line]

    def _part(self, part: _Part, labels: dict[bytes, bytes]) -> _Piece:
        if isinstance(part, _Slot):
            return part.place, b"<%b>" if part.iri else b'"%b"' + _plain(self._rest(part))
        if part in self.names and part not in labels:
            return self.values + self.names.index(part), b"_:c14n%b"
        return None, _plain(labels.get(part, part))

    def _rest(self, slot: _Slot) -> bytes:
        # The mark was a number; without a datatype of its own, a truth value is a boolean.
        if slot.place in self.truths and slot.rest == _INTEGER:
            return _BOOLEAN
        return slot.rest


def _runs(lines: list[_Drawn], *, skipped: int) -> list[list[_Drawn]]:
    """Lines sorted by their beginnings; those whose order that does not decide, together."""
    runs: list[list[_Drawn]] = []
    root = None
    told = [(b" ".join(_beginning(line[skipped:])), line) for line in lines]
    for beginning, line in sorted(told, key=itemgetter(0)):
        if root is not None and beginning.startswith(root):
            runs[-1].append(line)
        else:
            root = beginning
            runs.append([line])
    return runs


def _lines_of(lines: list[_Drawn], *, settled: bool) -> Lines:
    form = b"".join(b" ".join(text for _, text in line) + b" .\n" for line in lines)
    return Lines(
        form, getter([slot for line in lines for slot, _ in line if slot is not None]), settled
    )


def _beginning(line: _Drawn) -> Iterator[bytes]:
    """A line up to its first slot."""
    for slot, text in line:
        yield text if slot is None else text[: text.index(b"%b")]
        if slot is not None:
            return


def _plain(text: bytes) -> bytes:
    """`text` as it stands in a format."""
    return text.replace(b"%", b"%%")
