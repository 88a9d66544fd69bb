"""What a reader hands to intake: sheets of numbered rows, and the errors of single rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer._fields import Cell

__all__ = ["ErrorLog", "RowError", "Sheet", "column_letters"]


@dataclass(frozen=True, kw_only=True)
class RowError:
    """One cell or row that could not be used, placed as a person sees it (rows count from 1).

    `row_left_out` says whether the whole row stayed out; otherwise only this cell counts as empty.
    `detail` names the kind of trouble and never repeats what the cell holds.
    """

    file: str
    sheet: str
    row: int
    column: str
    reason: Reason
    detail: str
    row_left_out: bool


@dataclass(frozen=True)
class Sheet:
    """A header and the rows below it. `rows` gives (row number from 1, cells), once."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, tuple[Cell, ...]]]


class ErrorLog:
    """Collects row errors, and gives up when there are so many that the file is the wrong one."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.errors: list[RowError] = []

    def add(
        self,
        reason: Reason,
        detail: str,
        *,
        sheet: str,
        row: int,
        column: str,
        row_left_out: bool = False,
    ) -> None:
        """Raises: InputError BAD_ROW at error number `LIMITS.row_errors` + 1."""
        if len(self.errors) >= LIMITS.row_errors:
            raise InputError(
                Reason.BAD_ROW,
                f"more than {LIMITS.row_errors} bad cells: is this the right template?",
                file=self._file,
                sheet=sheet,
                row=row,
                column=column,
            )
        self.errors.append(
            RowError(
                file=self._file,
                sheet=sheet,
                row=row,
                column=column,
                reason=reason,
                detail=detail,
                row_left_out=row_left_out,
            )
        )

    def in_order(self) -> tuple[RowError, ...]:
        """What was collected, in the order of the file."""
        return tuple(sorted(self.errors, key=lambda error: (error.sheet, error.row)))


def column_letters(position: int) -> str:
    """The letters of a column as a spreadsheet shows them; `position` counts from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
