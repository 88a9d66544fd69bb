"""What stayed out: counts for the report, and the values to search outputs for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from issuer._claims import AGE_COUNTS, used_fields
from issuer._fields import FIELD_DROPS, HOUSEHOLD_ONLY, Cell, Cells, Drop, Field, Header
from issuer.intake import RawHousehold, Registrations

__all__ = ["DroppedReport", "dropped_from", "dropped_values", "total"]

_SEARCHABLE_CHARS: Final = 6


_TOTALS: Final = HOUSEHOLD_ONLY - {Field.HEADED_BY_CHILD}
_GATHERED: Final = frozenset({"pregnantOrNursing", "disability", "specificNeeds", *AGE_COUNTS})


@dataclass(frozen=True)
class DroppedReport:
    """How many values stayed out, by column and reason. Never holds a value."""

    counts: Mapping[tuple[str, Drop], int]

    @property
    def fields(self) -> int:
        """How many columns of the file stayed out, wholly or in part."""
        return len({column for column, _ in self.counts})

    @property
    def values(self) -> int:
        """How many values stayed out."""
        return sum(self.counts.values())

    def rows(self) -> list[dict[str, str | int]]:
        """One JSON object for each column and reason, in a fixed order."""
        return [
            {"column": column, "reason": drop.value, "values": count}
            for (column, drop), count in sorted(self.counts.items())
        ]


def total(reports: Iterable[DroppedReport]) -> DroppedReport:
    """The sum of several reports."""
    counts: Counter[tuple[str, Drop]] = Counter()
    for report in reports:
        counts.update(report.counts)
    return DroppedReport(counts)


def dropped_from(
    household: RawHousehold, kept_by_household: Collection[str], kept: Sequence[Collection[str]]
) -> DroppedReport:
    """What stayed out of a household, given the names of the claims that its drafts hold."""
    own = used_fields(kept_by_household, household.facts)
    keys = _keys(household.cells, own - _TOTALS if household.individuals else own)
    # Of a household's claims, these rest on its people's rows when it has any.
    asked = {name for name in kept_by_household if name in _GATHERED}
    if not asked.isdisjoint(AGE_COUNTS):
        asked.add("ageBand")
    for person, claims in zip(household.individuals, kept, strict=True):
        keys += _keys(person.cells, used_fields({*claims, *asked}, person.facts))
    return DroppedReport(Counter(keys))


def _keys(cells: Cells, kept: frozenset[Field]) -> list[tuple[str, Drop]]:
    """Column and reason of each value in the row that stays out."""
    return [
        key
        for key, cell in zip(_fate(cells.header, kept), cells.values_in_order, strict=False)
        if cell is not None and key is not None
    ]


@lru_cache(maxsize=256)
def _fate(header: Header, kept: frozenset[Field]) -> tuple[tuple[str, Drop] | None, ...]:
    """For each column None if it is kept, else its name and the reason.

    An exact date is always dropped: at most its year, its season or an age band goes on.
    """
    fates: list[tuple[str, Drop] | None] = []
    for column in header.columns:
        if column.field is None:
            fates.append((column.name, column.drop))
        elif column.field in kept and column.field is not Field.BIRTH_DATE:
            fates.append(None)
        else:
            fates.append((column.name, FIELD_DROPS.get(column.field, Drop.NOT_NEEDED)))
    return tuple(fates)


def dropped_values(registrations: Registrations, *, kept: Collection[str] = ()) -> set[str]:
    """Every value of the file of six or more characters, in each form that it could leak in.

    For searching outputs: none of these may be found in any of them. `kept` are the values that
    purposes legitimately keep (capital letters don't matter); they are left out.
    """
    allowed = {value.casefold() for value in kept}
    return {
        form
        for cells in _all_cells(registrations)
        for _, cell in cells.pairs()
        for form in _forms(cell)
        if len(form) >= _SEARCHABLE_CHARS and form.casefold() not in allowed
    }


def _all_cells(registrations: Registrations) -> Iterator[Cells]:
    yield from registrations.left_out
    for household in registrations.households:
        yield household.cells
        for person in household.individuals:
            yield person.cells


def _forms(cell: Cell) -> Iterator[str]:
    if isinstance(cell, date):
        yield cell.isoformat()
        for form in ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"):
            yield cell.strftime(form)
    elif isinstance(cell, float) and cell.is_integer():
        yield str(int(cell))
    elif cell is not None and not isinstance(cell, bool):
        yield str(cell).strip()
