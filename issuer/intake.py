"""Intake: a registration workbook (HOPE) or a CSV with its mapping, read and never believed.

Reading gives raw households with what their cells say; `issuer.minimise` turns them into offers.
Nothing here is consent: whatever the source says about consent or sharing is not even read.

A cell that can't be understood is reported and counts as empty, so that a typing error takes from a
family neither its place nor its size. A row without a place (no household, an unknown household, a
household that stands twice) is reported and left out; the good rows go on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer import _csv_table, _hope, _workbook
from issuer._csv_table import CsvMapping, load_mapping
from issuer._facts import UnreadableCell, combine, read_fact
from issuer._fields import Cell, Cells, Column, Drop, Fact, Field, Header
from issuer._table import ErrorLog, RowError, Sheet

__all__ = [
    "RawHousehold",
    "RawIndividual",
    "Registrations",
    "RowError",
    "load_mapping",
    "read_registrations",
]


@dataclass(frozen=True, slots=True)
class RawIndividual:
    """One person of a household as the source has it. `row` counts from 1."""

    row: int
    cells: Cells
    facts: Mapping[Field, Fact] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RawHousehold:
    """One household as the source has it, with its people in the order of the file."""

    row: int
    cells: Cells
    facts: Mapping[Field, Fact] = field(repr=False)
    individuals: tuple[RawIndividual, ...]


@dataclass(frozen=True, kw_only=True)
class Registrations:
    """Everything that one file gave. `digest` is the SHA-256 of its bytes."""

    name: str
    digest: bytes
    households: tuple[RawHousehold, ...] = field(repr=False)
    errors: tuple[RowError, ...]
    unknown_columns: tuple[tuple[str, str], ...]  # (sheet, column): reported and dropped
    # Rows that have no place. Kept only so that outputs can be searched for what they hold.
    left_out: tuple[Cells, ...] = field(default=(), repr=False)

    @property
    def individuals(self) -> int:
        """How many people the households have rows for."""
        return sum(len(household.individuals) for household in self.households)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Cells
    facts: dict[Field, Fact]


def read_registrations(
    data: bytes, *, name: str, mapping: CsvMapping | None = None
) -> Registrations:
    """Read a workbook in the HOPE template, or, with `mapping`, a CSV.

    `name` is the file's name, for messages only.

    Raises: InputError (the fault of whoever made the file) with `file` and, where there is one,
    `sheet`, `row` and `column` in `where`: EMPTY, TOO_LARGE, NOT_A_WORKBOOK, EMPTY_WORKBOOK,
    ZIP_BOMB, MISSING_SHEET, MISSING_COLUMN, DUPLICATE_COLUMN, MERGED_CELLS, NOT_UTF8, BAD_MAPPING,
    BAD_ROW. Faults of single rows do not raise: they stand in `errors`.
    Not checked: whether anything in the file is true.
    """
    if not data:
        raise InputError(Reason.EMPTY, "the file is empty", file=name)
    if len(data) > LIMITS.registration_file_bytes:
        raise InputError(
            Reason.TOO_LARGE, f"more than {LIMITS.registration_file_bytes} bytes", file=name
        )
    log = ErrorLog(name)
    if mapping is not None:
        return _from_csv(data, name, mapping, log)
    sheets = _workbook.read_sheets(data, name=name, wanted=tuple(_hope.SHEETS), log=log)
    unknown: list[tuple[str, str]] = []
    left_out: list[Cells] = []
    households = _rows(
        sheets[_hope.HOUSEHOLDS], _hope_header(sheets, _hope.HOUSEHOLDS, name, unknown), log
    )
    people = _rows(
        sheets[_hope.INDIVIDUALS], _hope_header(sheets, _hope.INDIVIDUALS, name, unknown), log
    )
    return Registrations(
        name=name,
        digest=hashlib.sha256(data).digest(),
        households=_join(households, people, log, left_out),
        errors=log.in_order(),
        unknown_columns=tuple(unknown),
        left_out=tuple(left_out),
    )


def _hope_header(
    sheets: Mapping[str, Sheet], sheet: str, name: str, unknown: list[tuple[str, str]]
) -> Header:
    known = _hope.SHEETS[sheet]
    header = sheets[sheet].header
    if _hope.JOIN_COLUMN not in header:
        raise InputError(
            Reason.MISSING_COLUMN,
            "rows are joined by it",
            file=name,
            sheet=sheet,
            row=1,
            column=_hope.JOIN_COLUMN,
        )
    unknown += [(sheet, column) for column in header if column and column not in known]
    return Header(
        sheet,
        tuple(
            known.get(column) or Column(name=column, drop=Drop.UNKNOWN_COLUMN) for column in header
        ),
    )


def _from_csv(data: bytes, name: str, mapping: CsvMapping, log: ErrorLog) -> Registrations:
    table = _csv_table.read_table(data, name=name, mapping=mapping, log=log)
    rows = _rows(table.sheet, table.header, log)
    left_out: list[Cells] = []
    return Registrations(
        name=name,
        digest=hashlib.sha256(data).digest(),
        households=_csv_households(rows, mapping, log, left_out),
        errors=log.in_order(),
        unknown_columns=tuple(
            (table.sheet.name, column.name)
            for column in table.header.columns
            if column.drop is Drop.UNKNOWN_COLUMN
        ),
        left_out=tuple(left_out),
    )


def _rows(sheet: Sheet, header: Header, log: ErrorLog) -> list[_Row]:
    """The rows that hold anything, each with what its cells say."""
    understood = [
        (n, column) for n, column in enumerate(header.columns) if column.field is not None
    ]
    rows = []
    for number, values in sheet.rows:
        if values.count(None) == len(values):
            continue
        rows.append(
            _Row(number, Cells(header, values), _facts(number, values, understood, header, log))
        )
    return rows


def _facts(
    number: int,
    values: tuple[Cell, ...],
    understood: list[tuple[int, Column]],
    header: Header,
    log: ErrorLog,
) -> dict[Field, Fact]:
    facts: dict[Field, list[Fact]] = {}
    broken: set[Field] = set()
    for position, column in understood:
        cell = values[position] if position < len(values) else None
        if cell is None or column.field is None:
            continue
        try:
            fact = read_fact(column, cell)
        except UnreadableCell as trouble:
            broken.add(column.field)
            log.add(
                Reason.BAD_CELL, str(trouble), sheet=header.sheet, row=number, column=column.name
            )
            continue
        if fact is not None:
            facts.setdefault(column.field, []).append(fact)
    # A sum or an answer with one part missing would be wrong, so it is left unsaid.
    return {field: combine(field, parts) for field, parts in facts.items() if field not in broken}


def _join(
    households: Iterable[_Row], people: Iterable[_Row], log: ErrorLog, left_out: list[Cells]
) -> tuple[RawHousehold, ...]:
    """Households with their people, joined by the source's household id."""
    members: dict[str, list[RawIndividual]] = {}
    heads: dict[str, _Row] = {}
    for row in households:
        key = _place(row, log, left_out)
        if key is None:
            continue
        if key in heads:
            _leave_out(
                row, Reason.DUPLICATE_ROW, "this household stands above already", log, left_out
            )
            continue
        heads[key] = row
        members[key] = []
    for row in people:
        key = _place(row, log, left_out)
        if key is None:
            continue
        if key not in heads:
            _leave_out(row, Reason.ORPHAN_ROW, "no household has this id", log, left_out)
            continue
        members[key].append(RawIndividual(row.number, row.cells, row.facts))
    return tuple(
        RawHousehold(row.number, row.cells, row.facts, tuple(members[key]))
        for key, row in heads.items()
    )


def _csv_households(
    rows: list[_Row], mapping: CsvMapping, log: ErrorLog, left_out: list[Cells]
) -> tuple[RawHousehold, ...]:
    if not mapping.one_row_a_person:
        if not mapping.joined:
            return tuple(RawHousehold(row.number, row.cells, row.facts, ()) for row in rows)
        return _join(rows, (), log, left_out)
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        key = _place(row, log, left_out) if mapping.joined else str(row.number)
        if key is not None:
            groups.setdefault(key, []).append(row)
    # The household's own cells are those of its first row.
    return tuple(
        RawHousehold(
            group[0].number,
            Cells(group[0].cells.header, ()),
            group[0].facts,
            tuple(RawIndividual(row.number, row.cells, row.facts) for row in group),
        )
        for group in groups.values()
    )


def _place(row: _Row, log: ErrorLog, left_out: list[Cells]) -> str | None:
    key = row.facts.get(Field.HOUSEHOLD)
    if isinstance(key, str):
        return key
    _leave_out(row, Reason.BAD_ROW, "no household id", log, left_out)
    return None


def _leave_out(
    row: _Row, reason: Reason, detail: str, log: ErrorLog, left_out: list[Cells]
) -> None:
    left_out.append(row.cells)
    column = next(
        column.name for column in row.cells.header.columns if column.field is Field.HOUSEHOLD
    )
    log.add(
        reason,
        detail,
        sheet=row.cells.header.sheet,
        row=row.number,
        column=column,
        row_left_out=True,
    )
