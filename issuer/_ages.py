"""Ages from birth dates that may be exact, a year, a season, a decade, or a guess (EDTF, C26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuer._fields import Fact, Field

__all__ = ["AgeRange", "band", "bands", "edtf", "group", "implausible", "of"]

_OLDEST: Final = 130
_BANDS: Final = ((4, "0-4"), (11, "5-11"), (17, "12-17"), (59, "18-59"), (_OLDEST, "60+"))
_GROUPS: Final = ((17, "children"), (59, "adults"), (_OLDEST, "older"))


@dataclass(frozen=True)
class AgeRange:
    """The age in full years lies from `low` to `high`, both included."""

    low: int
    high: int


def of(facts: Mapping[Field, Fact], today: date) -> AgeRange | None:
    """What the facts say about the age on `today`; None when that is nothing, or impossible.

    The birth date wins over a stated age, which has no date of its own.
    """
    born = facts.get(Field.BIRTH_DATE)
    if born is None:
        age = facts.get(Field.AGE)
        return AgeRange(age, age) if isinstance(age, int) else None
    if isinstance(born, date) and facts.get(Field.BIRTH_ESTIMATED) is not True:
        years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        return AgeRange(years, years) if 0 <= years <= _OLDEST else None
    first, last = _years(born)
    if first > today.year or today.year - last - 1 > _OLDEST:
        return None
    return AgeRange(max(0, today.year - last - 1), min(_OLDEST, today.year - first))


def bands(age: AgeRange | None) -> tuple[str, ...]:
    """The age bands that the age may lie in."""
    return _names(_BANDS, age)


def band(age: AgeRange | None) -> str | None:
    """The age band, if there is only one."""
    names = bands(age)
    return names[0] if len(names) == 1 else None


def group(age: AgeRange | None) -> str | None:
    """`children` (0 to 17), `adults` (18 to 59) or `older` (from 60), if there is only one."""
    names = _names(_GROUPS, age)
    return names[0] if len(names) == 1 else None


def edtf(facts: Mapping[Field, Fact]) -> str | None:
    """The birth date as EDTF, never finer than a season; `~` marks an estimate."""
    born = facts.get(Field.BIRTH_DATE)
    if born is None:
        return None
    text = f"{born.year:04d}" if isinstance(born, date) else str(born)
    guessed = facts.get(Field.BIRTH_ESTIMATED) is True
    return f"{text}~" if guessed and not text.endswith(("~", "X")) else text


def implausible(facts: Mapping[Field, Fact], today: date) -> bool:
    """Whether there is a birth date that no living person has."""
    return Field.BIRTH_DATE in facts and of(facts, today) is None


def _years(born: Fact) -> tuple[int, int]:
    if isinstance(born, date):
        return born.year, born.year
    text = str(born)
    if text[3] == "X":
        return int(f"{text[:3]}0"), int(f"{text[:3]}9")
    return int(text[:4]), int(text[:4])


def _names(table: tuple[tuple[int, str], ...], age: AgeRange | None) -> tuple[str, ...]:
    if age is None:
        return ()
    lower = -1
    names = []
    for upper, name in table:
        if age.low <= upper and age.high > lower:
            names.append(name)
        lower = upper
    return tuple(names)
