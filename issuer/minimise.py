"""Minimise: from what a file says to what a purpose needs, with a count of what stayed out.

Only claims that a recorded purpose switches on leave this module (C30). Names, ids of the source,
places, devices, times, exact dates, enumerators, phones, document numbers, photos, the source's
consent and whatever marks somebody as a migrant (C19) never do, except a name under a purpose with
a reason of its own (C29). Pure: no clock, no disk.

Where a household has rows for its people, they are counted; the household's own totals are used
only where there are none, because in real exports they contradict the rows below them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from issuer import _ages
from issuer._fields import FIELD_DROPS, HOUSEHOLD_ONLY, Cell, Cells, Drop, Fact, Field, Header
from issuer.intake import RawHousehold, RawIndividual, Registrations
from issuer.purposes import Level, Purpose

__all__ = ["DroppedReport", "Minimised", "Note", "OfferDraft", "dropped_values", "minimise"]

Claim = str | int | bool | list[str]
_SEARCHABLE_CHARS: Final = 6


class NoteKind(StrEnum):
    """What staff should know about a row, though it is no error."""

    SIZE_DISAGREES = "size-disagrees"  # the stated size is not the number of people listed
    SIZE_UNKNOWN = "size-unknown"  # nobody listed and no size stated
    AGES_INCOMPLETE = "ages-incomplete"  # so children, adults and older are left unsaid
    AGE_UNKNOWN = "age-unknown"  # eligibility can't be told from the file: ask the person
    DATE_IMPLAUSIBLE = "date-implausible"  # a birth date in the future or too long ago


@dataclass(frozen=True)
class Note:
    """A remark about one row of the file; `row` counts from 1."""

    kind: NoteKind
    sheet: str
    row: int


@dataclass(frozen=True, kw_only=True)
class OfferDraft:
    """What may be offered for one purpose: exactly its claims, and nothing that leads back.

    `row` is the household's row in the file; `person` counts its people from 0, None for the
    household's own offer. `self_stated` and `checked` share out the names of `claims`.
    """

    purpose_id: str
    level: Level
    row: int
    person: int | None
    claims: Mapping[str, Claim] = field(repr=False)
    self_stated: tuple[str, ...]
    checked: tuple[str, ...]
    entitlement: str


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


@dataclass(frozen=True, kw_only=True)
class Minimised:
    """The offers of one household, what stayed out, and what staff should know."""

    drafts: tuple[OfferDraft, ...]
    dropped: DroppedReport
    notes: tuple[Note, ...]


# What each claim rests on; a claim is checked only if all of it was.
_RESTS_ON: Final[Mapping[str, frozenset[Field]]] = {
    "householdSize": frozenset({Field.SIZE}),
    "children": frozenset({Field.CHILDREN}),
    "adults": frozenset({Field.ADULTS}),
    "older": frozenset({Field.OLDER}),
    "headedByChild": frozenset({Field.HEADED_BY_CHILD}),
    "pregnantOrNursing": frozenset({Field.PREGNANT, Field.PREGNANT_MEMBERS}),
    "disability": frozenset({Field.DISABILITY}),
    "specificNeeds": frozenset({Field.NEEDS}),
    "countryOfOrigin": frozenset({Field.ORIGIN}),
    "language": frozenset({Field.LANGUAGE}),
    "ageBand": frozenset({Field.BIRTH_DATE, Field.BIRTH_ESTIMATED, Field.AGE}),
    "birthDate": frozenset({Field.BIRTH_DATE, Field.BIRTH_ESTIMATED}),
    "gender": frozenset({Field.GENDER}),
    "name": frozenset({Field.NAME, Field.NAME_PART}),
}
_AGE_COUNTS: Final = ("children", "adults", "older")


def minimise(household: RawHousehold, *, purposes: Iterable[Purpose], today: date) -> Minimised:
    """The offers that `purposes` allow for `household` and its people, on the day `today`.

    Never raises for data that `intake` let through. Not checked: whether any of it is true.
    """
    ages = [_ages.of(person.facts, today) for person in household.individuals]
    drafts: list[OfferDraft] = []
    notes: list[Note] = _notes(household, ages, today)
    kept: list[set[str]] = [set() for _ in household.individuals]
    kept_by_household: set[str] = set()
    for purpose in purposes:
        if purpose.level is Level.HOUSEHOLD:
            draft = _household_draft(household, ages, purpose)
            kept_by_household |= set(draft.claims)
            drafts.append(draft)
            continue
        for n, person in enumerate(household.individuals):
            if not _eligible(purpose, ages[n]):
                if ages[n] is None:
                    notes.append(Note(NoteKind.AGE_UNKNOWN, person.cells.header.sheet, person.row))
                continue
            draft = _person_draft(household, n, ages[n], purpose)
            kept[n] |= set(draft.claims)
            drafts.append(draft)
    return Minimised(
        drafts=tuple(drafts),
        dropped=_dropped(household, kept_by_household, kept),
        notes=tuple(dict.fromkeys(notes)),
    )


def total(reports: Iterable[DroppedReport]) -> DroppedReport:
    """The sum of several reports."""
    counts: Counter[tuple[str, Drop]] = Counter()
    for report in reports:
        counts.update(report.counts)
    return DroppedReport(counts)


def _household_draft(
    household: RawHousehold, ages: list[_ages.AgeRange | None], purpose: Purpose
) -> OfferDraft:
    everything = _household_claims(household, ages)
    size = everything.get("householdSize")
    return _draft(
        purpose,
        everything,
        # Counted or gathered from several rows: nobody checked the sum.
        checkable=frozenset() if household.individuals else household.cells.header.checked,
        row=household.row,
        person=None,
        entitlement=purpose.entitlement.class_for(size if isinstance(size, int) else None),
    )


def _person_draft(
    household: RawHousehold, n: int, age: _ages.AgeRange | None, purpose: Purpose
) -> OfferDraft:
    person = household.individuals[n]
    return _draft(
        purpose,
        _person_claims(person, age),
        checkable=person.cells.header.checked,
        row=household.row,
        person=n,
        entitlement=purpose.entitlement.class_for(None),
    )


def _draft(
    purpose: Purpose,
    everything: Mapping[str, Claim],
    *,
    checkable: frozenset[Field],
    row: int,
    person: int | None,
    entitlement: str,
) -> OfferDraft:
    claims = {name: everything[name] for name in purpose.claims if name in everything}
    checked = tuple(name for name in claims if _RESTS_ON[name] & checkable)
    return OfferDraft(
        purpose_id=purpose.id,
        level=purpose.level,
        row=row,
        person=person,
        claims=claims,
        self_stated=tuple(name for name in claims if name not in checked),
        checked=checked,
        entitlement=entitlement,
    )


def _household_claims(
    household: RawHousehold, ages: list[_ages.AgeRange | None]
) -> dict[str, Claim]:
    facts = household.facts
    claims: dict[str, Claim] = {}
    _put(claims, "headedByChild", facts.get(Field.HEADED_BY_CHILD))
    _put(claims, "countryOfOrigin", facts.get(Field.ORIGIN))
    _put(claims, "language", facts.get(Field.LANGUAGE))
    if not household.individuals:
        _put(claims, "householdSize", facts.get(Field.SIZE))
        _put(claims, "children", facts.get(Field.CHILDREN))
        _put(claims, "adults", facts.get(Field.ADULTS))
        _put(claims, "older", facts.get(Field.OLDER))
        _put(claims, "disability", facts.get(Field.DISABILITY))
        _put(claims, "specificNeeds", facts.get(Field.NEEDS))
        pregnant = facts.get(Field.PREGNANT_MEMBERS)
        if isinstance(pregnant, int):
            claims["pregnantOrNursing"] = pregnant > 0
        return claims
    claims["householdSize"] = len(household.individuals)
    groups = [_ages.group(age) for age in ages]
    if None not in groups:
        for name in _AGE_COUNTS:
            claims[name] = groups.count(name)
    _put(claims, "pregnantOrNursing", _any(household, Field.PREGNANT))
    _put(claims, "disability", _any(household, Field.DISABILITY))
    needs = {code for p in household.individuals for code in _codes(p.facts.get(Field.NEEDS))}
    _put(claims, "specificNeeds", tuple(sorted(needs)) or None)
    return claims


def _person_claims(person: RawIndividual, age: _ages.AgeRange | None) -> dict[str, Claim]:
    facts = person.facts
    claims: dict[str, Claim] = {}
    _put(claims, "ageBand", _ages.band(age))
    _put(claims, "birthDate", _ages.edtf(facts) if age is not None else None)
    _put(claims, "gender", facts.get(Field.GENDER))
    _put(claims, "pregnantOrNursing", facts.get(Field.PREGNANT))
    _put(claims, "disability", facts.get(Field.DISABILITY))
    _put(claims, "specificNeeds", facts.get(Field.NEEDS))
    _put(claims, "countryOfOrigin", facts.get(Field.ORIGIN))
    _put(claims, "language", facts.get(Field.LANGUAGE))
    name = facts.get(Field.NAME, facts.get(Field.NAME_PART))
    _put(claims, "name", unicodedata.normalize("NFC", name) if isinstance(name, str) else None)
    return claims


def _put(claims: dict[str, Claim], name: str, fact: Fact | None) -> None:
    if isinstance(fact, tuple):
        claims[name] = list(fact)
    elif fact is not None and not isinstance(fact, date):
        claims[name] = fact


def _any(household: RawHousehold, wanted: Field) -> bool | None:
    """Yes if anybody says yes; no if everybody says no; otherwise nobody knows."""
    answers = [person.facts.get(wanted) for person in household.individuals]
    return True if True in answers else None if None in answers else False


def _codes(fact: Fact | None) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else ()


def _eligible(purpose: Purpose, age: _ages.AgeRange | None) -> bool:
    if not purpose.eligible_age_bands:
        return True
    # An uncertain age counts for the person: any band that it may be in will do.
    return any(band in purpose.eligible_age_bands for band in _ages.bands(age))


def _notes(household: RawHousehold, ages: list[_ages.AgeRange | None], today: date) -> list[Note]:
    sheet = household.cells.header.sheet
    notes: list[Note] = []
    stated = household.facts.get(Field.SIZE)
    if household.individuals:
        if stated is not None and stated != len(household.individuals):
            notes.append(Note(NoteKind.SIZE_DISAGREES, sheet, household.row))
        if any(_ages.group(age) is None for age in ages):
            notes.append(Note(NoteKind.AGES_INCOMPLETE, sheet, household.row))
    elif stated is None:
        notes.append(Note(NoteKind.SIZE_UNKNOWN, sheet, household.row))
    return notes + [
        Note(NoteKind.DATE_IMPLAUSIBLE, person.cells.header.sheet, person.row)
        for person in household.individuals
        if _ages.implausible(person.facts, today)
    ]


_TOTALS: Final = HOUSEHOLD_ONLY - {Field.HEADED_BY_CHILD}
_FROM_PEOPLE: Final = frozenset(
    {Field.PREGNANT, Field.DISABILITY, Field.NEEDS, Field.ORIGIN, Field.LANGUAGE}
)


def _dropped(
    household: RawHousehold, kept_by_household: set[str], kept: list[set[str]]
) -> DroppedReport:
    own = _fields_kept(kept_by_household)
    # What is counted from people does not come from the household's totals, and the other way round.
    keys = _keys(household.cells, own - _TOTALS if household.individuals else own)
    shared = own & _FROM_PEOPLE
    if kept_by_household & set(_AGE_COUNTS):
        shared |= {Field.AGE, Field.BIRTH_ESTIMATED}
    for person, claims in zip(household.individuals, kept, strict=True):
        keys += _keys(person.cells, _fields_kept(claims) | shared)
    return DroppedReport(Counter(keys))


def _fields_kept(claims: Collection[str]) -> frozenset[Field]:
    return frozenset(field for name in claims for field in _RESTS_ON[name])


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
