"""What a registration can tell us, and why everything else is dropped.

`Field` is the closed list of things that intake understands; each may serve a claim. Every column
that carries no field has a `Drop`, the reason that the report of dropped fields gives for it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

__all__ = ["Cell", "Column", "Drop", "Fact", "Field", "Header"]

# A cell as the file has it.
Cell = str | int | float | bool | date | datetime | time | timedelta | None
# What a cell says once it is understood.
Fact = str | int | bool | date | tuple[str, ...]


class Field(StrEnum):
    """What intake understands. The values are the field names of a mapping file."""

    HOUSEHOLD = "household"
    SIZE = "householdSize"
    CHILDREN = "children"
    ADULTS = "adults"
    OLDER = "older"
    PREGNANT_MEMBERS = "pregnantMembers"
    HEADED_BY_CHILD = "headedByChild"
    BIRTH_DATE = "birthDate"
    BIRTH_ESTIMATED = "birthDateEstimated"
    AGE = "age"
    GENDER = "gender"
    PREGNANT = "pregnantOrNursing"
    DISABILITY = "disability"
    NAME = "name"
    NAME_PART = "namePart"
    NEEDS = "specificNeeds"
    ORIGIN = "countryOfOrigin"
    LANGUAGE = "language"


HOUSEHOLD_ONLY: Final = frozenset(
    {
        Field.SIZE,
        Field.CHILDREN,
        Field.ADULTS,
        Field.OLDER,
        Field.PREGNANT_MEMBERS,
        Field.HEADED_BY_CHILD,
    }
)
PERSON_ONLY: Final = frozenset(
    {
        Field.BIRTH_DATE,
        Field.BIRTH_ESTIMATED,
        Field.AGE,
        Field.GENDER,
        Field.PREGNANT,
        Field.NAME,
        Field.NAME_PART,
    }
)


class Drop(StrEnum):
    """Why a value did not come in. The closed list of the report of dropped fields."""

    NAME = "name"
    SOURCE_ID = "source-id"
    PLACE = "place"
    DEVICE = "device"
    TIME = "time"
    EXACT_DATE = "exact-date"
    ENUMERATOR = "enumerator"
    CONTACT = "contact"
    DOCUMENT_NUMBER = "document-number"
    PHOTO = "photo"
    CONSENT = "consent"
    STATUS = "status"  # whether a person is a migrant: no credential says so (C19)
    COLLECTOR = "collector"  # a delegate is enrolled with the person present (C47, C48)
    NOT_NEEDED = "not-needed"
    UNKNOWN_COLUMN = "unknown-column"


# What an understood field is reported as when no purpose keeps it.
FIELD_DROPS: Final[Mapping[Field, Drop]] = {
    Field.HOUSEHOLD: Drop.SOURCE_ID,
    Field.NAME: Drop.NAME,
    Field.NAME_PART: Drop.NAME,
    Field.BIRTH_DATE: Drop.EXACT_DATE,
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the file: `field` if we understand it, else the reason to drop it.

    `values` turns the source's codes into ours (keys in small letters); `order` is the order of
    day (D), month (M) and year (Y) in dates written as text; `checked`: the source verified it.
    """

    name: str
    field: Field | None = None
    drop: Drop = Drop.NOT_NEEDED
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    order: str = "YMD"
    checked: bool = False


@dataclass(frozen=True, eq=False)
class Header:
    """The columns of one sheet, shared by all of its rows. Equal only to itself."""

    sheet: str
    columns: tuple[Column, ...]

    @property
    def checked(self) -> frozenset[Field]:
        """The fields that every column carrying them marks as checked."""
        fields = {c.field for c in self.columns if c.field is not None}
        return frozenset(
            field for field in fields if all(c.checked for c in self.columns if c.field is field)
        )


class Cells(Mapping[str, Cell]):
    """The cells of one row by column name, empty ones left out. Its `repr` shows no value."""

    __slots__ = ("header", "values_in_order")

    def __init__(self, header: Header, values_in_order: tuple[Cell, ...]) -> None:
        self.header = header
        self.values_in_order = values_in_order

    def pairs(self) -> Iterator[tuple[Column, Cell]]:
        """Column and cell, for every cell that is not empty."""
        for column, cell in zip(self.header.columns, self.values_in_order, strict=False):
            if cell is not None:
                yield column, cell

    def __getitem__(self, name: str) -> Cell:
        for column, cell in self.pairs():
            if column.name == name:
                return cell
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (column.name for column, _ in self.pairs())

    def __len__(self) -> int:
        return sum(1 for _ in self.pairs())

    def __repr__(self) -> str:
        return f"<{len(self)} cells>"
