"""From a cell to what it says. A cell that can't be understood is reported, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from issuer._fields import HOUSEHOLD_ONLY, Cell, Column, Fact, Field

__all__ = ["UnreadableCell", "combine", "plain_text", "read_fact"]

_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_ADDED: Final = HOUSEHOLD_ONLY - {Field.HEADED_BY_CHILD}
_MOST_PEOPLE: Final = 1_000
_OLDEST: Final = 130
_EDTF: Final = re.compile(r"(?:[0-9]{3}X|[0-9]{4}(?:-2[1-4])?~?)\Z")
_NUMBERS: Final = re.compile(r"([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})(?:[T ].*)?\Z")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}\Z")
_NAME_CHARS: Final = 200


class UnreadableCell(ValueError):
    """The kind of trouble, for a person to read. Never repeats the cell."""


def plain_text(cell: Cell) -> str:
    """The cell as text, whole numbers without a decimal point, blanks trimmed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def read_fact(column: Column, cell: Cell) -> Fact | None:
    """What `cell` says about the field of `column`; None when it says nothing.

    Raises: UnreadableCell.
    """
    if column.field is None or cell is None:
        return None
    if column.values and not isinstance(cell, date):
        code = plain_text(cell).lower()
        if code not in column.values:
            raise UnreadableCell("a code that the template does not know")
        cell = column.values[code]
    return _READERS[column.field](cell, column)


def combine(field: Field, facts: list[Fact]) -> Fact:
    """One fact out of several columns of one field: counts add up, answers of yes win."""
    first = facts[0]
    if len(facts) == 1:
        return first
    if isinstance(first, bool):
        return any(facts)
    if field in _ADDED:
        return sum(fact for fact in facts if isinstance(fact, int))
    if field is Field.NAME_PART:
        return " ".join(str(fact) for fact in facts)
    if isinstance(first, tuple):
        return tuple(sorted({code for fact in facts if isinstance(fact, tuple) for code in fact}))
    return first


def _key(cell: Cell, _column: Column) -> str:
    return plain_text(cell)


def _count(cell: Cell, _column: Column) -> int:
    text = plain_text(cell)
    if isinstance(cell, bool | date) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UnreadableCell("not a whole number")
    if int(text) > _MOST_PEOPLE:
        raise UnreadableCell(f"a number above {_MOST_PEOPLE}")
    return int(text)


def _age(cell: Cell, _column: Column) -> int | None:
    text = plain_text(cell)
    if isinstance(cell, bool | date) or not text.isascii() or not text.isdigit():
        raise UnreadableCell("not a whole number of years")
    return int(text) if len(text) <= 3 and int(text) <= _OLDEST else None


def _flag(cell: Cell, _column: Column) -> bool:
    text = plain_text(cell).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise UnreadableCell("neither yes nor no")


def _birth_date(cell: Cell, column: Column) -> date | str:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain_text(cell)
    if _EDTF.match(text) is not None:
        return text
    if not isinstance(cell, str):
        raise UnreadableCell("a number where a date is expected")
    match = _NUMBERS.match(text)
    if match is None:
        raise UnreadableCell("text that is not a date; write year-month-day")
    parts = dict(zip(column.order, match.groups(), strict=True))
    if len(parts["Y"]) != 4:
        raise UnreadableCell("text that is not a date; write year-month-day")
    try:
        return date(int(parts["Y"]), int(parts["M"]), int(parts["D"]))
    except ValueError:
        raise UnreadableCell("a date that does not exist") from None


def _gender(cell: Cell, _column: Column) -> str:
    text = plain_text(cell)
    if text not in ("female", "male", "other", "notStated"):
        raise UnreadableCell("a code that the template does not know")
    return text


def _code(cell: Cell, _column: Column) -> str:
    text = plain_text(cell)
    if isinstance(cell, bool | date) or _CODE.match(text) is None:
        raise UnreadableCell("not a short code")
    return text


def _codes(cell: Cell, column: Column) -> tuple[str, ...]:
    parts = re.split(r"[\s,;|]+", plain_text(cell))
    return tuple(sorted({_code(part, column) for part in parts if part}))


def _name(cell: Cell, _column: Column) -> str:
    if not isinstance(cell, str) or len(cell) > _NAME_CHARS or not cell.isprintable():
        raise UnreadableCell("not a name on one line")
    return " ".join(cell.split())


_READERS: Final[Mapping[Field, Callable[[Cell, Column], Fact | None]]] = {
    Field.HOUSEHOLD: _key,
    Field.SIZE: _count,
    Field.CHILDREN: _count,
    Field.ADULTS: _count,
    Field.OLDER: _count,
    Field.PREGNANT_MEMBERS: _count,
    Field.HEADED_BY_CHILD: _flag,
    Field.BIRTH_DATE: _birth_date,
    Field.BIRTH_ESTIMATED: _flag,
    Field.AGE: _age,
    Field.GENDER: _gender,
    Field.PREGNANT: _flag,
    Field.DISABILITY: _flag,
    Field.NAME: _name,
    Field.NAME_PART: _name,
    Field.NEEDS: _codes,
    Field.ORIGIN: _code,
    Field.LANGUAGE: _code,
}
