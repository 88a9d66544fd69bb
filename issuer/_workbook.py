"""Sheets out of an inspected .xlsx: with python-calamine where there is one, else with openpyxl.

Both give the same cells. What a library knows of formulas is only the value that was cached when
the file was saved, and that may be missing; `_archive` has read the formulas themselves.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from types import ModuleType
from typing import Any

from amana.errors import InputError
from amana.reasons import Reason
from issuer import _archive
from issuer._facts import plain_text
from issuer._fields import Cell
from issuer._sheet_xml import SheetNotes
from issuer._table import ErrorLog, Sheet, column_letters

python_calamine: ModuleType | None
try:
    import python_calamine
except ImportError:  # no wheel for this machine: openpyxl is slower and complete
    python_calamine = None

__all__ = ["read_sheets"]

_Grid = Iterator[tuple[int, list[Any]]]


def read_sheets(
    data: bytes, *, name: str, wanted: tuple[str, ...], log: ErrorLog
) -> Mapping[str, Sheet]:
    """The `wanted` sheets of the workbook; rows are read as they are asked for.

    A formula other than TRUE() and FALSE(), and an error value, is logged and reads as empty.

    Raises: InputError (the fault of whoever made the file), see `intake.read_registrations`.
    """
    inspected = _archive.inspect(data, name=name, wanted=wanted)
    with _translated(name):
        if python_calamine is not None:
            grids = _calamine(python_calamine, inspected.archive, wanted)
        else:
            grids = _openpyxl(inspected.archive, wanted)
    return {
        sheet: _sheet(_guarded(grids[sheet], name), sheet, name, inspected.sheets[sheet], log)
        for sheet in wanted
    }


def _calamine(library: ModuleType, archive: io.BytesIO, wanted: Iterable[str]) -> dict[str, _Grid]:
    workbook = library.CalamineWorkbook.from_filelike(archive)
    return {name: _calamine_rows(workbook, name) for name in wanted}


def _calamine_rows(workbook: Any, name: str) -> _Grid:
    # The rows above the first cell, and the columns left of it, are part of what it gives.
    yield from enumerate(workbook.get_sheet_by_name(name).iter_rows(), start=1)


def _openpyxl(archive: io.BytesIO, wanted: Iterable[str]) -> dict[str, _Grid]:
    import openpyxl  # a second import cost that only this way pays

    workbook = openpyxl.load_workbook(archive, read_only=True, data_only=True, keep_links=False)
    return {name: _openpyxl_rows(workbook[name]) for name in wanted}


def _openpyxl_rows(sheet: Any) -> _Grid:
    sheet.reset_dimensions()  # what the file claims about its extent need not be true
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield number, list(row)


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Whatever a library raises for bytes that it does not like becomes one InputError."""
    try:
        yield
    except InputError:
        raise
    except BaseException as error:
        # A Rust panic arrives as pyo3_runtime.PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise InputError(
                Reason.NOT_A_WORKBOOK, "the spreadsheet library can't read it", file=name
            ) from None
        raise


def _guarded(grid: _Grid, name: str) -> _Grid:
    while True:
        with _translated(name):
            item = next(grid, None)
        if item is None:
            return
        yield item


def _sheet(grid: _Grid, sheet: str, name: str, notes: SheetNotes, log: ErrorLog) -> Sheet:
    header_row = 0
    for header_row, row in grid:  # noqa: B007 - the first row with cells is the header
        cells = [_clean(value) for value in row]
        if any(cell is not None for cell in cells):
            break
    else:
        raise InputError(Reason.EMPTY_WORKBOOK, "the sheet has no cells", file=name, sheet=sheet)
    header = tuple("" if cell is None else plain_text(cell) for cell in cells)
    for column in header:
        if column and header.count(column) > 1:
            raise InputError(
                Reason.DUPLICATE_COLUMN,
                "it stands twice",
                file=name,
                sheet=sheet,
                row=header_row,
                column=column[:64],
            )
    width = max(len(header), notes.columns)
    header += ("",) * (width - len(header))
    # A column without a title is named by its letters, so that a message can point at it.
    named = tuple(text or f"(column {column_letters(n)})" for n, text in enumerate(header))
    return Sheet(sheet, named, _rows(grid, named, sheet, notes, log))


def _rows(
    grid: _Grid, header: tuple[str, ...], sheet: str, notes: SheetNotes, log: ErrorLog
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    width = len(header)
    for number, row in grid:
        cells = [None if value == "" else _clean(value) for value in row[:width]]
        cells += [None] * (width - len(cells))
        special = notes.special.get(number)
        if special is not None:
            for column, found in special.items():
                cells[column - 1] = found if isinstance(found, bool) else None
                if isinstance(found, Reason):
                    log.add(
                        found,
                        "a formula, not a value" if found is Reason.FORMULA else "an error value",
                        sheet=sheet,
                        row=number,
                        column=header[column - 1],
                    )
        yield number, tuple(cells)


def _clean(value: Any) -> Cell:
    if isinstance(value, str):
        return None if value.isspace() or not value else value
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    result: Cell = value
    return result
