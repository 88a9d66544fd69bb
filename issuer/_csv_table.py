"""CSV with a mapping file that says what each column is. Nothing is guessed from column names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from amana import strict_json
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json
from issuer._fields import PERSON_ONLY, Cell, Column, Drop, Field, Header
from issuer._table import ErrorLog, Sheet

__all__ = ["CsvMapping", "load_mapping", "read_table"]

_SHEET: Final = "csv"  # a CSV has one sheet; messages call it so
_DELIMITERS: Final = (",", ";", "\t", "|")
_ENCODINGS: Final = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}
_ORDERS: Final = ("YMD", "DMY", "MDY")
_MOST_COLUMNS: Final = 256
_FORMULA: Final = re.compile(r"[=@]|[+-](?![0-9.])")


@dataclass(frozen=True, kw_only=True)
class CsvMapping:
    """What the columns of a CSV are. `one_row_a_person`: otherwise a row is a household."""

    columns: Mapping[str, Column]
    delimiter: str
    encoding: str
    one_row_a_person: bool

    @property
    def joined(self) -> bool:
        """Whether a column tells which household a row belongs to."""
        return any(column.field is Field.HOUSEHOLD for column in self.columns.values())


@dataclass(frozen=True)
class CsvTable:
    """A sheet and what its columns are."""

    sheet: Sheet
    header: Header


def load_mapping(data: bytes) -> CsvMapping:
    """Read a mapping file (JSON); `issuer/data/mapping_example.json` shows every member.

    Raises: InputError (whoever wrote the file) with BAD_MAPPING and `path`, or a reason of
    `amana.strict_json`.
    """
    top = strict_json.as_object(strict_json.loads(data), Reason.BAD_MAPPING)
    if not set(top) <= {"rows", "delimiter", "encoding", "columns"}:
        raise _refusal("", "members are rows, delimiter, encoding and columns")
    rows = _choice(top.get("rows"), ("household", "person"), "rows")
    listed = strict_json.as_object(top.get("columns"), Reason.BAD_MAPPING)
    if not 1 <= len(listed) <= _MOST_COLUMNS:
        raise _refusal("columns", f"1 to {_MOST_COLUMNS} columns are needed")
    columns = {name: _column(name, value) for name, value in listed.items()}
    fields = [column.field for column in columns.values() if column.field is not None]
    if fields.count(Field.HOUSEHOLD) > 1:
        raise _refusal("columns", "two columns name the household")
    if rows == "household" and PERSON_ONLY & set(fields):
        raise _refusal("columns", "a row is a household, but a column is about one person")
    if not set(fields) - {Field.HOUSEHOLD}:
        raise _refusal("columns", "no column carries a field")
    return CsvMapping(
        columns=columns,
        delimiter=_choice(top.get("delimiter", ","), _DELIMITERS, "delimiter"),
        encoding=_choice(top.get("encoding", "utf-8"), tuple(_ENCODINGS), "encoding"),
        one_row_a_person=rows == "person",
    )


def read_table(data: bytes, *, name: str, mapping: CsvMapping, log: ErrorLog) -> CsvTable:
    """The rows of a CSV (RFC 4180, also with other delimiters). Row numbers are line numbers of
    the file, as an editor shows them.

    Raises: InputError (the fault of whoever made the file) with NOT_UTF8, EMPTY, MISSING_COLUMN,
    DUPLICATE_COLUMN, TOO_LARGE or BAD_ROW.
    """
    try:
        text = data.decode(_ENCODINGS[mapping.encoding])
    except UnicodeDecodeError as error:
        raise InputError(
            Reason.NOT_UTF8, f"byte {error.start} is not {mapping.encoding}", file=name
        ) from None
    if "\0" in text:
        raise InputError(Reason.NOT_UTF8, "a NUL character: not a text file", file=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter, strict=True)
    numbered = _numbered(reader, name)
    names = tuple(cell.strip() for cell in next(numbered, (0, []))[1])
    if not any(names):
        raise InputError(Reason.EMPTY, "no header in the first line", file=name)
    if len(names) > _MOST_COLUMNS:
        raise InputError(Reason.TOO_LARGE, f"more than {_MOST_COLUMNS} columns", file=name, row=1)
    if missing := [column for column in mapping.columns if column not in names]:
        raise InputError(
            Reason.MISSING_COLUMN, "the mapping names it", file=name, row=1, column=missing[0]
        )
    for column in names:
        if column and names.count(column) > 1:
            raise InputError(
                Reason.DUPLICATE_COLUMN, "it stands twice", file=name, row=1, column=column
            )
    header = Header(
        _SHEET,
        tuple(
            mapping.columns.get(column) or Column(name=column, drop=Drop.UNKNOWN_COLUMN)
            for column in names
        ),
    )
    return CsvTable(Sheet(_SHEET, names, _rows(numbered, names, name, log)), header)


def _numbered(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line."""
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # Quotes that never close swallow the rest of the file: no row after them is safe.
            raise InputError(
                Reason.BAD_ROW, "quotation marks that do not match", file=name, row=line
            ) from None
        yield line, record
        line = getattr(reader, "line_num") + 1  # noqa: B009 - csv's own reader type has no name


def _rows(
    numbered: Iterator[tuple[int, list[str]]], names: tuple[str, ...], name: str, log: ErrorLog
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for count, (number, record) in enumerate(numbered, start=1):
        if count > LIMITS.workbook_rows:
            raise InputError(
                Reason.TOO_LARGE, f"more than {LIMITS.workbook_rows} rows", file=name, row=number
            )
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(names):
            log.add(
                Reason.BAD_ROW,
                f"{len(record)} cells under {len(names)} columns",
                sheet=_SHEET,
                row=number,
                column="",
                row_left_out=True,
            )
            continue
        yield number, tuple(_cell(cell, names[n], number, log) for n, cell in enumerate(record))


def _cell(cell: str, column: str, row: int, log: ErrorLog) -> Cell:
    text = cell.strip()
    if not text:
        return None
    bare = text.upper().replace(" ", "")
    if bare in ("=TRUE()", "=FALSE()"):
        return bare == "=TRUE()"
    if text.startswith("="):
        log.add(Reason.FORMULA, "a formula, not a value", sheet=_SHEET, row=row, column=column)
        return None
    if len(text) > LIMITS.csv_field_chars:
        log.add(Reason.BAD_CELL, "a very long text", sheet=_SHEET, row=row, column=column)
        return None
    return text


def _column(name: str, value: Json) -> Column:
    path = f"columns.{name!r:.60}"
    members = strict_json.as_object(value, Reason.BAD_MAPPING)
    if not name or not set(members) <= {"field", "drop", "values", "dates", "checked"}:
        raise _refusal(path, "members are field or drop, and values, dates, checked")
    if ("field" in members) == ("drop" in members):
        raise _refusal(path, "either a field or a reason to drop it")
    if "drop" in members:
        reason = _choice(members["drop"], tuple(drop.value for drop in Drop), f"{path}.drop")
        return Column(name=name, drop=Drop(reason))
    values = strict_json.as_object(members.get("values", {}), Reason.BAD_MAPPING)
    if not all(isinstance(item, str) and item.strip() for item in values.values()):
        raise _refusal(f"{path}.values", "text to text is needed, neither of them empty")
    if type(members.get("checked", False)) is not bool:
        raise _refusal(f"{path}.checked", "true or false")
    return Column(
        name=name,
        field=Field(
            _choice(members["field"], tuple(field.value for field in Field), f"{path}.field")
        ),
        values={source.strip().lower(): ours for source, ours in values.items()},
        order=_choice(members.get("dates", "YMD"), _ORDERS, f"{path}.dates"),
        checked=members.get("checked", False),
    )


def _choice(value: Json, allowed: tuple[str, ...], path: str) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise _refusal(path, "one of " + ", ".join(repr(item) for item in allowed))


def _refusal(path: str, detail: str) -> InputError:
    return InputError(Reason.BAD_MAPPING, detail, **({"path": path} if path else {}))
