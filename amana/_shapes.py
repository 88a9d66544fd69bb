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

__all__ = ["IRI", "SCALAR", "Lines", "Shapes", "Template", "Written", "getter", "read"]

Getter = Callable[[list[bytes]], tuple[bytes, ...]]
Full = Callable[[JsonObject], bytes]
Compiler = Callable[[JsonObject, "Written", bytes, Full], "Template | None"]

_PATIENCE: Final = 64  # how many documents of an outline may pass before the next attempt

_TAIL: Final = rb"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*"
# Absolute IRIs so plain that every processor keeps them as they are.
IRI: Final = re.compile(
    rb"(?:https?://[a-z0-9.-]+(?::[0-9]{1,5})?(?:[/?]" + _TAIL + rb")?"
    rb"|did:[a-z0-9]+:" + _TAIL + rb"|urn:[a-z0-9][a-z0-9-]*:" + _TAIL + rb")(?:#" + _TAIL + rb")?"
)
_NUMBERS: Final = re.compile(rb"(?:-?[0-9]{1,15}\n)*-?[0-9]{1,15}")
_TRUTHS: Final = re.compile(rb"(?:(?:true|false)\n)*(?:true|false)")
SCALAR: Final = re.compile(rb"(-?[0-9]+|true|false)")
_MOST_BYTES: Final = 16 * 1024
_OF_SCALARS: Final = b"-0123456789truefals"


class Written(NamedTuple):
    """A document's JSON, members sorted, cut at its quotation marks.

    Every second of `pieces` is a string, of a member's name or of a value; what stands between
    holds the numbers and truth values. `outline` is that, without them: the same for one shape.
    """

    outline: bytes
    pieces: list[bytes]


def read(document: JsonObject) -> Written | None:
    """`document` cut into its pieces; None where a template can't vouch for it."""
    try:
        text = _write(document)
    except (TypeError, ValueError, RecursionError):
        return None
    # What canonical N-Quads write as an escape; all of JSON's own escapes have a backslash.
    if len(text) > _MOST_BYTES or b"\\" in text or b"\x7f" in text:
        return None
    if not text.isascii() and (b"\xef\xbf\xbe" in text or b"\xef\xbf\xbf" in text):
        return None
    pieces = text.split(b'"')
    return Written(b'"'.join(pieces[::2]).translate(None, _OF_SCALARS), pieces)


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

    def text(self, values: list[bytes]) -> bytes:
        """The lines in order."""
        text = self.form % self.slots(values)
        return text if self.settled else b"".join(sorted(text.splitlines(keepends=True)))


class Template(NamedTuple):
    """One shape. What its parts take are a document's pieces, or its values: the pieces, then the
    scalars, then the numbers of blank nodes.

    `blanks` has the statements that name each blank node; `groups` has all statements, by subject,
    and `subjects` what tells the groups apart.
    """

    constant: Getter
    constants: tuple[bytes, ...]
    with_scalars: Getter
    between_scalars: list[bytes]
    iris: Getter
    numbers: Getter
    truths: Getter
    blanks: tuple[Lines, ...]
    subjects: Getter
    groups: tuple[Lines, ...]

    def fits(self, pieces: list[bytes]) -> list[bytes] | None:
        """The values of a document of this shape; None for another one."""
        if self.constant(pieces) != self.constants:
            return None
        cut = SCALAR.split(b'"'.join(self.with_scalars(pieces)))
        return pieces + cut[1::2] if cut[::2] == self.between_scalars else None

    def filled(self, values: list[bytes]) -> bytes | None:
        """The canonical form of the document whose values these are; None for a doubt."""
        iris, numbers, truths = self.iris(values), self.numbers(values), self.truths(values)
        if (
            not all(map(_is_plain, iris))
            or (numbers and _NUMBERS.fullmatch(b"\n".join(numbers)) is None)
            or (truths and _TRUTHS.fullmatch(b"\n".join(truths)) is None)
        ):
            return None
        subjects = self.subjects(values)
        if len(set(subjects)) != len(subjects):
            return None  # nodes have become one
        if len(self.blanks) > 1:
            labels = self._labels(values)
            if labels is None:
                return None
            values = values + labels
        texts = []
        for form, slots, settled in self.groups:
            text = form % slots(values)
            if not settled:
                lines = text.splitlines(keepends=True)
                lines.sort()
                if any(map(eq, lines, lines[1:])):
                    return None  # a dataset is a set: two statements have become one
                text = b"".join(lines)
            texts.append(text)
        # Each group begins with its subject, so that groups sort as their lines do.
        texts.sort()
        return b"".join(texts)

    def _labels(self, values: list[bytes]) -> list[bytes] | None:
        """The canonical names of blank nodes that first-degree hashes tell apart (section 4.4)."""
        hashes = [sha256(blank.text(values)).digest() for blank in self.blanks]
        ranked = sorted(hashes)
        if any(map(eq, ranked, ranked[1:])):
            return None
        return [b"%d" % ranked.index(found) for found in hashes]


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
        """`full` is the way by the rules. `alike` bounds the templates of one outline."""
        self._full = full
        self._compiler = compiler
        self._most, self._alike, self._seen_most = most, alike, seen
        self._kept: dict[bytes, list[_Kept]] = {}
        self._seen: dict[bytes, int] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """How many templates there are."""
        return sum(map(len, self._kept.values()))

    def form(self, document: JsonObject) -> bytes:
        """The canonical form of `document`. Raises: as `full` does, for the same documents."""
        written = read(document)
        if written is None:
            return self._full(document)
        for kept in self._kept.get(written.outline, ()):
            values = kept.template.fits(written.pieces)
            if values is not None:
                kept.used = True
                form = kept.template.filled(values)
                return self._full(document) if form is None else form
        form = self._full(document)
        with self._lock:
            if self._due(written.outline):
                made = self._compiler(document, written, form, self._full)
                if made is not None:
                    self._keep(written.outline, _Kept(made))
        return form

    def _due(self, outline: bytes) -> bool:
        """Whether to compile: at the second time, and from then on more and more rarely."""
        times = self._seen.pop(outline, 0) + 1
        self._seen[outline] = times
        if len(self._seen) > self._seen_most:
            del self._seen[next(iter(self._seen))]
        return times > 1 and (times & (times - 1) == 0 or times % _PATIENCE == 0)

    def _keep(self, outline: bytes, kept: _Kept) -> None:
        row = self._kept.get(outline, [])
        if len(row) >= self._alike:
            row = _without_idlest(row)
        elif len(self) >= self._most:
            everyone = [one for found in self._kept.values() for one in found]
            stay = set(map(id, _without_idlest(everyone)))
            row = [one for one in row if id(one) in stay]
            self._kept = {
                name: left
                for name, found in self._kept.items()
                if (left := [one for one in found if id(one) in stay])
            }
        # A new list each time: whoever walks along the old one is not disturbed.
        self._kept[outline] = [*row, kept]


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
