"""Public figures of an accredited organisation: whom it served, refused, heard, and whom it missed.

A figure is a multiple of ten, or null for anything under ten, zero included: so no cell points at
anybody, and a row of rounded cells can't be subtracted down to one person. C124-C126, C133.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry._vetting_reading import a_did, listed, malformed, members, prose
from trust_registry._vetting_reading import place as a_place
from trust_registry.entries import slug

__all__ = ["Figures", "Month", "check_figures", "figures_path", "read_figures", "rounded"]

KIND: Final = "PublicFigures"
LEAST: Final = 10
# What people may be counted by, where it is known; nothing else is.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "gender": ("female", "male", "other", "notStated"),
        "ageBand": ("0-4", "5-11", "12-17", "18-59", "60+", "notStated"),
        "disability": ("yes", "no", "notStated"),
    }
)
_MONTH: Final = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """One month in one place, rounded; None is under ten. `groups` are by GROUPS' names."""

    month: str
    place: str
    served: int | None
    groups: Mapping[str, Mapping[str, int | None]]
    refusals: int | None
    complaints: int | None
    served_otherwise: int | None  # without a proof, or without wanting one


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Exclusion found, or feedback heard, in one month: what, and what was done about it."""

    month: str
    what: str
    done: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """All that one organisation publishes about its work."""

    did: str
    months: tuple[Month, ...]
    exclusion: tuple[Finding, ...]
    feedback: tuple[Finding, ...]
    tests: tuple[Finding, ...]  # of non-discrimination


def figures_path(did: str) -> str:
    """The target that holds an organisation's figures."""
    return f"documents/figures/{slug(did)}.json"


def rounded(count: int) -> int | None:
    """The cell for a true count: the nearest multiple of ten, or None under ten."""
    return None if count < LEAST else (count + 5) // 10 * 10


def month_document(
    month: str,
    *,
    place: str,
    served: int,
    refusals: int,
    complaints: int,
    served_otherwise: int,
    groups: Mapping[str, Mapping[str, int]] | None = None,
) -> JsonObject:
    """One month from true counts, rounded before anything is written down."""
    return {
        "month": month,
        "place": place,
        "served": rounded(served),
        "refusals": rounded(refusals),
        "complaints": rounded(complaints),
        "servedOtherwise": rounded(served_otherwise),
        "groups": {
            name: {cell: rounded(count) for cell, count in cells.items()}
            for name, cells in (groups or {}).items()
        },
    }


def read_figures(data: bytes, *, limits: Limits = LIMITS) -> Figures:
    """Parse public figures. Raises: InputError as `check_figures`, or with a syntax reason."""
    return check_figures(loads(data, limits=limits), limits=limits)


def check_figures(value: Json, *, limits: Limits = LIMITS) -> Figures:
    """Check public figures: months in order, every cell rounded, nobody counted by anything else.

    Raises: InputError BAD_VETTING or BAD_DID (the organisation that publishes them).
    Not checked: that the figures are true.
    """
    document = members(value, KIND, required=("did", "months", "exclusion", "feedback", "tests"))
    months = tuple(
        _month(item) for item in listed(document["months"], "months", limits.figures_months)
    )
    if any((a.month, a.place) >= (b.month, b.place) for a, b in pairwise(months)):
        raise malformed("months run forward, each place once in a month")
    return Figures(
        did=a_did(document["did"], "did"),
        months=months,
        exclusion=_findings(document["exclusion"], "exclusion", limits),
        feedback=_findings(document["feedback"], "feedback", limits),
        tests=_findings(document["tests"], "tests", limits),
    )


def _month(value: Json) -> Month:
    document = members(
        value,
        "",
        required=(
            "month",
            "place",
            "served",
            "groups",
            "refusals",
            "complaints",
            "servedOtherwise",
        ),
    )
    groups: dict[str, Mapping[str, int | None]] = {}
    for name, cells in as_object(document["groups"], Reason.BAD_VETTING).items():
        known = GROUPS.get(name)
        found = as_object(cells, Reason.BAD_VETTING)
        if known is None or not found.keys() <= set(known):
            raise malformed(f"people are counted by {', '.join(GROUPS)} alone")
        groups[name] = MappingProxyType({cell: _cell(count) for cell, count in found.items()})
    return Month(
        month=_month_name(document["month"]),
        place=a_place(document["place"]),
        served=_cell(document["served"]),
        groups=MappingProxyType(groups),
        refusals=_cell(document["refusals"]),
        complaints=_cell(document["complaints"]),
        served_otherwise=_cell(document["servedOtherwise"]),
    )


def _cell(value: Json) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < LEAST or value % 10:
        raise malformed("a figure is a multiple of ten, or null under ten")
    return value


def _month_name(value: Json) -> str:
    if type(value) is not str or _MONTH.fullmatch(value) is None:
        raise malformed("a month is written as in 2026-11")
    return value


def _findings(value: Json, what: str, limits: Limits) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for item in listed(value, what, limits.figures_months):
        document = members(item, "", required=("month", "what", "done"))
        found.append(
            Finding(
                month=_month_name(document["month"]),
                what=prose(document["what"], "what", limits=limits),
                done=prose(document["done"], "done", limits=limits),
            )
        )
    return tuple(found)


def sum_by_month(all_figures: Iterable[Figures]) -> dict[str, int]:
    """People served by month over all organisations: at least so many, as hidden cells add none."""
    sums: dict[str, int] = {}
    for figures in all_figures:
        for month in figures.months:
            sums[month.month] = sums.get(month.month, 0) + (month.served or 0)
    return dict(sorted(sums.items()))


def require_own(figures: Figures, *, path: str) -> None:
    """Figures stand at the path of their own organisation.

    Raises: InputError BAD_VETTING (whoever filed them).
    """
    if figures_path(figures.did) != path:
        raise InputError(Reason.BAD_VETTING, "figures of another organisation", file=path)
