"""Templates of canonical N-Quads: documents of one shape differ only in what stands in some slots.

Deriving RDF from JSON-LD and canonicalising it takes thousands of operations for a credential. Yet
the credentials of one issuer all have the same members, contexts and types; what differs are texts,
numbers and ids. So a shape that comes again is compiled once (`amana._shape_compiler`), and then
filled: the written JSON is cut at its quotation marks, everything that is no slot is compared, and
the slots go into finished lines.

A template never guesses. Where a value could mean more than itself (an escape, an IRI beyond the
plainest form, a value that makes two statements one, blank nodes that look alike), it declines, and
the rules are followed step by step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from operator import eq, itemgetter
from threading import Lock
from typing import Final, NamedTuple

from amana.strict_json import JsonObject

__all__ = ["IRI", "Lines", "Shapes", "Template", "getter", "read", "write"]

Getter = Callable[[list[bytes]], tuple[bytes, ...]]
Full = Callable[[JsonObject], bytes]
# A document, its pieces, its form, and the way to the forms of others.
Compiler = Callable[[JsonObject, list[bytes], bytes, Full], "Template | None"]

_PATIENCE: Final = 64  # how many documents of an outline may pass before the next attempt

_TAIL: Final = rb"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*"
# Absolute IRIs so plain that every processor keeps them as they are.
IRI: Final = re.compile(
    rb"(?:https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?]" + _TAIL + rb")?"
    rb"|did:[a-z0-9]+:" + _TAIL + rb"|urn:[a-z0-9][a-z0-9-]*:" + _TAIL + rb")(?:#" + _TAIL + rb")?"
)
_MOST_BYTES: Final = 16 * 1024
_DIGITS: Final = b"0123456789"


def read(text: bytes) -> list[bytes] | None:
    """JSON cut at its quotation marks; None where a template can't vouch for it.

    Every second piece is a string, of a member's name or of a value; numbers and truth values are
    part of what stands between.
    """
    # What canonical N-Quads write as an escape; all of JSON's own escapes have a backslash.
    if len(text) > _MOST_BYTES or b"\\" in text or b"\x7f" in text:
        return None
    if not text.isascii() and (b"\xef\xbf\xbe" in text or b"\xef\xbf\xbf" in text):
        return None
    return text.split(b'"')


def write(document: JsonObject) -> bytes | None:
    """The JSON of `document`, members sorted; None if it has none."""
    try:
        return _write(document)
    except (TypeError, ValueError, RecursionError):
        return None


def getter(places: list[int]) -> Getter:
    """A function that takes the values at `places` as a tuple; `itemgetter` needs at least two."""
    if len(places) > 1:
        return itemgetter(*places)
    if places:
        place = places[0]
        return lambda values: (values[place],)
    return _nothing


@lru_cache(maxsize=256)
def _is_plain(iri: bytes) -> bool:
    return IRI.fullmatch(iri) is not None


def _nothing(_values: list[bytes]) -> tuple[bytes, ...]:
    return ()


class Lines(NamedTuple):
    """Lines to be filled: a format for bytes, and what goes into it.

    `settled` says that their order does not depend on what is filled in, nor can two become one.
    """

    form: bytes
    slots: Getter
    settled: bool


class Template(NamedTuple):
    """One shape. What its parts take are a document's pieces, or its values: the pieces, then the
    scalars, then the numbers of blank nodes.

    `blanks` has the statements that name each blank node. `texts` has all statements in parts that
    sort as wholes, and `subjects` what tells the parts of different nodes apart.
    """

    constant: Getter
    constants: tuple[bytes, ...]
    with_scalars: Getter
    scalars: re.Pattern[bytes]
    iris: Getter
    blanks: tuple[Lines, ...]
    subjects: Getter
    texts: tuple[Lines, ...]

    def fits(self, pieces: list[bytes]) -> list[bytes] | None:
        """The values of a document of this shape with as many pieces; None for another shape."""
        if self.constant(pieces) != self.constants:
            return None
        scalars = self.scalars.fullmatch(b'"'.join(self.with_scalars(pieces)))
        return None if scalars is None else [*pieces, *scalars.groups()]

    def filled(self, values: list[bytes]) -> bytes | None:
        """The canonical form of the document whose values these are; None for a doubt."""
        if not all(map(_is_plain, self.iris(values))):
            return None
        subjects = self.subjects(values)
        if len(set(subjects)) != len(subjects):
            return None  # nodes have become one
        if len(self.blanks) > 1:
            # RDFC-1.0, section 4.4: first-degree hashes give the order, if they differ.
            hashes = [
                sha256(form % slots(values) if settled else _ordered(form % slots(values))).digest()
                for form, slots, settled in self.blanks
            ]
            ranked = sorted(hashes)
            if any(map(eq, ranked, ranked[1:])):
                return None
            values = values + [b"%d" % ranked.index(found) for found in hashes]
        texts = []
        for form, slots, settled in self.texts:
            text = form % slots(values)
            if not settled:
                lines = text.splitlines(keepends=True)
                lines.sort()
                if any(map(eq, lines, lines[1:])):
                    return None  # a dataset is a set: two statements have become one
                text = b"".join(lines)
            texts.append(text)
        texts.sort()
        return b"".join(texts)


def _ordered(text: bytes) -> bytes:
    return b"".join(sorted(text.splitlines(keepends=True)))


@dataclass(slots=True, eq=False)
class _Kept:
    template: Template
    used: bool = False  # since places last ran short


class Shapes:
    """The templates in use, within bounds: made when a shape comes again, dropped when idle.

    A stranger who sends ever new shapes costs little more than their own processing, memory that
    has an end, and no template that others use.
    """

    def __init__(
        self, full: Full, compiler: Compiler, *, most: int = 128, alike: int = 8, seen: int = 1_024
    ) -> None:
        """`full` is the way by the rules. `alike` bounds the templates for one number of pieces."""
        self._full = full
        self._compiler = compiler
        self._most, self._alike, self._seen_most = most, alike, seen
        self._kept: dict[int, list[_Kept]] = {}
        self._seen: dict[bytes, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """How many templates there are."""
        return sum(map(len, self._kept.values()))

    def form(self, document: JsonObject, text: bytes | None = None) -> bytes:
        """The canonical form of `document`, of which `text` is the JSON, if it is at hand.

        Raises: as `full` does, for the same documents.
        """
        text = write(document) if text is None else text
        pieces = None if text is None else read(text)
        if pieces is None:
            return self._full(document)
        for kept in self._kept.get(len(pieces), ()):
            values = kept.template.fits(pieces)
            if values is not None:
                kept.used = True
                form = kept.template.filled(values)
                return self._full(document) if form is None else form
        form = self._full(document)
        with self._lock:
            # A text that was handed in may have its members in any order.
            if self._due(b'"'.join(pieces[::2]).translate(None, _DIGITS)) and text == write(
                document
            ):
                made = self._compiler(document, pieces, form, self._full)
                if made is not None:
                    self._keep(len(pieces), _Kept(made))
        return form

    def _due(self, outline: bytes) -> bool:
        """Whether to compile: at the second time, and from then on more and more rarely."""
        times = self._seen.pop(outline, 0) + 1
        self._seen[outline] = times
        if len(self._seen) > self._seen_most:
            del self._seen[next(iter(self._seen))]
        return times > 1 and (times & (times - 1) == 0 or times % _PATIENCE == 0)

    def _keep(self, size: int, kept: _Kept) -> None:
        row = self._kept.get(size, [])
        if len(row) >= self._alike:
            row = _without_idlest(row)
        elif len(self) >= self._most:
            everyone = [one for found in self._kept.values() for one in found]
            stay = set(map(id, _without_idlest(everyone)))
            row = [one for one in row if id(one) in stay]
            self._kept = {
                other: left
                for other, found in self._kept.items()
                if (left := [one for one in found if id(one) in stay])
            }
        # A new list each time: whoever walks along the old one is not disturbed.
        self._kept[size] = [*row, kept]


def _without_idlest(row: list[_Kept]) -> list[_Kept]:
    """`row` without the oldest that was not used; where all were, all have to show it again."""
    victim = next((kept for kept in row if not kept.used), None)
    if victim is None:
        victim = row[0]
        for kept in row:
            kept.used = False
    return [kept for kept in row if kept is not victim]


def _written_plainly(document: JsonObject) -> bytes:
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True
    ).encode("utf-8")


_write: Callable[[JsonObject], bytes]
try:
    import orjson

    _write = partial(
        orjson.dumps,
        option=orjson.OPT_SORT_KEYS
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME
        | orjson.OPT_STRICT_INTEGER,
    )
except ImportError:  # json writes the same of what templates are made for
    _write = _written_plainly
