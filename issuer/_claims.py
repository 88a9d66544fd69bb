"""Every claim that the facts of a household or of a person would allow; purposes then choose."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from issuer import _ages
from issuer._fields import Fact, Field
from issuer.intake import RawHousehold, RawIndividual

__all__ = ["AGE_COUNTS", "Claim", "household_claims", "person_claims", "used_fields"]

Claim = str | int | bool | list[str]
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
AGE_COUNTS: Final = ("children", "adults", "older")


def used_fields(claims: Collection[str], facts: Mapping[Field, Fact]) -> frozenset[Field]:
    """The fields whose values the claims really rest on."""
    fields = {field for name in claims for field in _RESTS_ON[name] if field in facts}
    if Field.BIRTH_DATE in facts:
        fields.discard(Field.AGE)
    if Field.NAME in facts:
        fields.discard(Field.NAME_PART)
    return frozenset(fields)


def household_claims(
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
        for name in AGE_COUNTS:
            claims[name] = groups.count(name)
    _put(claims, "pregnantOrNursing", _any(household, Field.PREGNANT))
    _put(claims, "disability", _any(household, Field.DISABILITY))
    needs = {code for p in household.individuals for code in _codes(p.facts.get(Field.NEEDS))}
    _put(claims, "specificNeeds", tuple(sorted(needs)) or None)
    return claims


def person_claims(person: RawIndividual, age: _ages.AgeRange | None) -> dict[str, Claim]:
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
