"""One pass with expat over a part of a workbook: what it lists, and what libraries would hide."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason

__all__ = ["PlainWalk", "RelationsWalk", "SheetNotes", "SheetWalk", "WorkbookWalk"]

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_FORMULA_CHARS: Final = 64
# A row as spreadsheet programs write it: values, and truth values as formulas. Possessive (`*+`)
# throughout, so that no text takes more than one pass.
_TEXT: Final = rb"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f]*+"
_PLAIN_ROW: Final = re.compile(
    rb'<row r="([1-9][0-9]{0,6}+)"[^<>&]*+>('
    rb'(?:<c r="[A-Z]{1,3}+\1"(?: s="[0-9]++")?+(?: t="(?:[snb]|inlineStr)")?+(?:/>|>'
    rb'(?:<f(?: aca="false")?+>(?:TRUE|FALSE)\(\)</f>)?+'
    rb"(?:<v ?/>|<v>" + _TEXT + rb"</v>|<is><t>" + _TEXT + rb"</t></is>)</c>))*+)</row>"
)
_ROW_END: Final = b"</row>"
_LETTERS: Final = re.compile(rb' r="([A-Z]+)')
_TRUTH: Final = re.compile(rb' r="([A-Z]+)[0-9]+"[^<>]*><f[^<>]*>(TRUE|FALSE)')
_LONGEST_ROW: Final = 4 * 1024 * 1024


@dataclass
class SheetNotes:
    """What the walk found in one sheet. Rows and columns count from 1.

    `special` holds, by row and column, each cell with a formula or an error: the truth value of
    TRUE() and FALSE(), or the reason why the cell can't be used.
    """

    rows: int = 0
    columns: int = 0
    special: dict[int, dict[int, bool | Reason]] = field(default_factory=dict)


class PlainWalk:
    """Well-formed XML in UTF-8 without a document type; feed it chunks, then `close`.

    Raises: InputError NOT_A_WORKBOOK for a document type (entities come with it) and for other
    encodings; expat.ExpatError for what is not XML.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._no_doctype
        self._parser.XmlDeclHandler = self._only_utf8

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the part."""
        self._parser.Parse(chunk, False)

    def close(self) -> None:
        """The part ends here."""
        self._parser.Parse(b"", True)

    def _no_doctype(self, *_declaration: object) -> None:
        raise InputError(Reason.NOT_A_WORKBOOK, "XML with a document type", file=self.file)

    def _only_utf8(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            raise InputError(Reason.NOT_A_WORKBOOK, "XML that is not UTF-8", file=self.file)


class WorkbookWalk(PlainWalk):
    """`sheets`: the relation of each sheet by the sheet's name."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.sheets: dict[str, str] = {}
        self._parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "sheet" and "name" in attributes:
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            if self.sheets.setdefault(attributes["name"], relation) != relation:
                raise InputError(
                    Reason.NOT_A_WORKBOOK,
                    "two sheets have one name",
                    file=self.file,
                    sheet=attributes["name"][:31],
                )


class RelationsWalk(PlainWalk):
    """`targets`: the part that each relation of the workbook leads to."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.targets: dict[str, str] = {}
        self._parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "")
        path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        self.targets[attributes.get("Id", "")] = path


class SheetWalk(PlainWalk):
    """Formulas, errors and the extent of one sheet.

    Plain rows, nearly all of a large sheet, are recognised as a whole and are not shown to expat,
    which would take three times as long; it sees all the rest. What a plain row looks like leaves
    nothing open that expat could find in it.

    Raises: InputError with MERGED_CELLS (a merged cell hides to whom a value belongs) or TOO_LARGE.
    """

    def __init__(self, file: str, sheet: str) -> None:
        super().__init__(file)
        self.notes = SheetNotes()
        self._sheet = sheet
        self._row = 0
        self._row_text = "0"
        self._column = 0
        self._first_cell = True  # empty rows do not count: templates format down to the last one
        self._pending = b""
        self._seen: set[bytes] = set()
        self._known: dict[str, int] = {}  # column letters -> number, for those already checked
        self._shared: dict[str, str] = {}
        self._formula: list[str] = []
        self._shared_index: str | None = None
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartElementHandler = self._start

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the sheet."""
        data = self._pending + chunk
        whole = data.rfind(_ROW_END) + len(_ROW_END)
        if whole < len(_ROW_END):
            # No row ends here. Rows don't grow without bound, so something this long is no row.
            whole = len(data) if len(data) > _LONGEST_ROW else 0
        self._pending = data[whole:]
        at = 0
        for row in _PLAIN_ROW.finditer(data, 0, whole):
            if row.start() > at:
                self._parser.Parse(data[at : row.start()], False)
            self._plain_row(int(row[1]), row[2])
            at = row.end()
        if whole > at:
            self._parser.Parse(data[at:whole], False)

    def close(self) -> None:
        """The sheet ends here."""
        self._parser.Parse(self._pending, True)

    def _plain_row(self, number: int, cells: bytes) -> None:
        self._row, self._row_text, self._column = number, str(number), 0
        self._first_cell = True
        if not cells:
            return
        for letters in set(_LETTERS.findall(cells)) - self._seen:
            self._seen.add(letters)
            self._extend(_column_number(letters.decode()), letters.decode() + self._row_text)
        self._extend(0, "A" + self._row_text)
        if b"<f" in cells:
            for letters, truth in _TRUTH.findall(cells):
                self._column = _column_number(letters.decode())
                self._mark(truth == b"TRUE")

    def _start(self, tag: str, listed: list[str]) -> None:
        # Called some millions of times for a large file, so ordinary cells leave first.
        if tag == "v":
            return
        if tag == "c" and listed and listed[0] == "r" and "e" not in listed:
            reference, row_text = listed[1], self._row_text
            if reference.endswith(row_text) and not self._first_cell:
                column = self._known.get(reference[: -len(row_text)])
                if column is not None:
                    self._column = column
                    return
        self._start_slowly(_local(tag), dict(zip(listed[::2], listed[1::2], strict=True)))

    def _start_slowly(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._place_cell(attributes.get("r"))
            if attributes.get("t") == "e":
                self._mark(Reason.BAD_CELL)
        elif tag == "row":
            self._begin_row(attributes.get("r"))
        elif tag == "f":
            self._formula = []
            self._shared_index = attributes.get("si") if attributes.get("t") == "shared" else None
            self._parser.CharacterDataHandler = self._formula.append
            self._parser.EndElementHandler = self._end
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            if last not in ("", first):
                raise self._refusal(Reason.MERGED_CELLS, "split them again", first)

    def _end(self, tag: str) -> None:
        if _local(tag) != "f":
            return
        self._parser.CharacterDataHandler = None
        self._parser.EndElementHandler = None
        text = "".join(self._formula)[:_FORMULA_CHARS].upper().replace(" ", "")
        if self._shared_index is not None:
            # The first cell of a shared formula has its text, the others only its index.
            text = self._shared.setdefault(self._shared_index, text)
        self._mark({"TRUE()": True, "FALSE()": False}.get(text, Reason.FORMULA))

    def _begin_row(self, number: str | None) -> None:
        if number is None:
            self._row += 1
        elif number.isascii() and number.isdigit() and len(number) <= 7:
            self._row = int(number)
        else:
            raise self._refusal(Reason.NOT_A_WORKBOOK, "a row without a plain number", "")
        self._row_text = str(self._row)
        self._column = 0
        self._first_cell = True

    def _place_cell(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.match(reference)
            if match is None or match[2] != self._row_text:
                raise self._refusal(Reason.NOT_A_WORKBOOK, "a cell outside its row", "")
            self._column = _column_number(match[1])
            self._known[match[1]] = self._column
        self._first_cell = False
        self._extend(self._column, reference or "")

    def _extend(self, column: int, reference: str) -> None:
        """The box around all cells takes in `column` of the current row, if it may grow so far."""
        notes = self.notes
        notes.rows = max(notes.rows, self._row)
        notes.columns = max(notes.columns, column)
        for count, most, what in (
            (notes.rows, LIMITS.workbook_rows, "rows"),
            (notes.columns, LIMITS.workbook_columns, "columns"),
            (notes.rows * notes.columns, LIMITS.workbook_cells, "cells"),
        ):
            if count > most:
                raise self._refusal(Reason.TOO_LARGE, f"more than {most} {what}", reference)

    def _mark(self, value: bool | Reason) -> None:  # noqa: FBT001 - a cell's value, not a switch
        self.notes.special.setdefault(self._row, {})[self._column] = value

    def _refusal(self, reason: Reason, detail: str, reference: str) -> InputError:
        match = _REFERENCE.match(reference)
        row, column = (int(match[2]), match[1]) if match else (self._row, "")
        return InputError(reason, detail, file=self.file, sheet=self._sheet, row=row, column=column)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
