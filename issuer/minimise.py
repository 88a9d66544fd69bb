"""Minimise: from what a file says to what a purpose needs, with a count of what stayed out.

Only claims that a recorded purpose switches on leave this module (C30). Names, ids of the source,
places, devices, times, exact dates, enumerators, phones, document numbers, photos, the source's
consent and whatever marks somebody as a migrant (C19) never do, except a name under a purpose with
a reason of its own (C29). Pure: no clock, no disk.

Where a household has rows for its people, they are counted; the household's own totals are used
only where there are none, because in real exports they contradict the rows below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from issuer import _ages
from issuer._claims import Claim, household_claims, person_claims, used_fields
from issuer._dropped import DroppedReport, dropped_from, dropped_values, total
from issuer._fields import Fact, Field
from issuer.intake import RawHousehold
from issuer.purposes import Level, Purpose

__all__ = ["DroppedReport", "Minimised", "OfferDraft", "dropped_values", "minimise", "total"]


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


@dataclass(frozen=True, kw_only=True)
class Minimised:
    """The offers of one household, what stayed out, and what staff should know."""

    drafts: tuple[OfferDraft, ...]
    dropped: DroppedReport
    notes: tuple[Note, ...]


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
        dropped=dropped_from(household, kept_by_household, kept),
        notes=tuple(dict.fromkeys(notes)),
    )


def _household_draft(
    household: RawHousehold, ages: list[_ages.AgeRange | None], purpose: Purpose
) -> OfferDraft:
    everything = household_claims(household, ages)
    size = everything.get("householdSize")
    return _draft(
        purpose,
        everything,
        facts=household.facts,
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
        person_claims(person, age),
        facts=person.facts,
        checkable=person.cells.header.checked,
        row=household.row,
        person=n,
        entitlement=purpose.entitlement.class_for(None),
    )


def _draft(
    purpose: Purpose,
    everything: Mapping[str, Claim],
    *,
    facts: Mapping[Field, Fact],
    checkable: frozenset[Field],
    row: int,
    person: int | None,
    entitlement: str,
) -> OfferDraft:
    claims = {name: everything[name] for name in purpose.claims if name in everything}
    checked = tuple(name for name in claims if _all_checked(name, facts, checkable))
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


def _all_checked(name: str, facts: Mapping[Field, Fact], checkable: frozenset[Field]) -> bool:
    used = used_fields((name,), facts) - {Field.BIRTH_ESTIMATED}
    return bool(used) and used <= checkable


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
