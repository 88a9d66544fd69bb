"""Purposes: the only thing that switches a claim on (C30).

Every claim is off until a purpose, with its reason, legal basis and reviewer, asks for it. A
purpose is a record that people decided on, so a file that leaves out who reviewed it, or how long
its data live, is refused as a whole; nothing is filled in for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from typing import Final, TypeVar

from amana import strict_json
from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json

__all__ = ["EntitlementRule", "Level", "Purpose", "Purposes", "default_purposes", "load_purposes"]


class Level(StrEnum):
    """Whose credential it is."""

    HOUSEHOLD = "household"
    PERSON = "person"


class Tier(StrEnum):
    """How much the service may ask at all (design, section 5)."""

    NONE = "none"
    REGISTERED = "registered"
    CHECKED = "checked"


_BOTH: Final = frozenset(Level)
# The closed list of claims, and on whose credential each one may stand.
CLAIM_LEVELS: Final[Mapping[str, frozenset[Level]]] = {
    "householdSize": frozenset({Level.HOUSEHOLD}),
    "children": frozenset({Level.HOUSEHOLD}),
    "adults": frozenset({Level.HOUSEHOLD}),
    "older": frozenset({Level.HOUSEHOLD}),
    "headedByChild": frozenset({Level.HOUSEHOLD}),
    "pregnantOrNursing": _BOTH,
    "disability": _BOTH,
    "specificNeeds": _BOTH,
    "countryOfOrigin": _BOTH,
    "language": _BOTH,
    "ageBand": frozenset({Level.PERSON}),
    "birthDate": frozenset({Level.PERSON}),
    "gender": frozenset({Level.PERSON}),
    "name": frozenset({Level.PERSON}),
}
AGE_BANDS: Final = ("0-4", "5-11", "12-17", "18-59", "60+")

_Enum = TypeVar("_Enum", bound=StrEnum)
_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
_MEMBERS: Final = frozenset(
    [
        "id",
        "title",
        "reason",
        "nameReason",
        "legalBasis",
        "reviewer",
        "reviewedOn",
        "noticeVersion",
        "retentionMonths",
        "level",
        "tier",
        "claims",
        "copies",
        "entitlement",
        "eligibleAgeBands",
    ]
)
_OPTIONAL: Final = frozenset({"nameReason", "eligibleAgeBands"})
_MOST_PURPOSES: Final = 64
_MOST_COPIES: Final = 100
_MOST_MONTHS: Final = 120
_TEXT_CHARS: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class EntitlementRule:
    """Entitlement classes by household size: the first step whose `up_to` is not exceeded.

    The last step has no bound, so every size has a class. A household whose size nobody stated gets
    `unsaid`. A person's purpose has one class only.
    """

    steps: tuple[tuple[int | None, str], ...]
    unsaid: str

    def class_for(self, size: int | None) -> str:
        """The class for a household of `size` people; None means that nobody stated it."""
        if size is None:
            return self.unsaid
        return next(name for up_to, name in self.steps if up_to is None or size <= up_to)


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """One recorded purpose. `claims` is everything that its credential will hold about anybody."""

    id: str
    title: str
    reason: str
    name_reason: str | None
    legal_basis: str
    reviewer: str
    reviewed_on: date
    notice_version: str
    retention_months: int
    level: Level
    tier: Tier
    claims: tuple[str, ...]
    copies: int
    entitlement: EntitlementRule
    eligible_age_bands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purposes:
    """The purposes of one organisation, in the order in which its file lists them."""

    items: tuple[Purpose, ...]

    def __iter__(self) -> Iterator[Purpose]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, purpose_id: str) -> Purpose:
        for purpose in self.items:
            if purpose.id == purpose_id:
                return purpose
        raise KeyError(purpose_id)


def load_purposes(data: bytes) -> Purposes:
    """Read a purposes file (JSON, `{"purposes": [...]}`), refusing it whole if one record is amiss.

    Raises: InputError (whoever wrote the file) with BAD_PURPOSE and `path`, or a reason of
    `amana.strict_json`.
    Not checked: whether the reason given is a good one, or the reviewer a real office.
    """
    top = strict_json.as_object(strict_json.loads(data), Reason.BAD_PURPOSE)
    if set(top) != {"purposes"}:
        raise _refusal("", "the file holds one member, purposes")
    records = top["purposes"]
    if not isinstance(records, list) or not 1 <= len(records) <= _MOST_PURPOSES:
        raise _refusal("purposes", f"a list of 1 to {_MOST_PURPOSES} purposes is needed")
    purposes = tuple(_purpose(record, f"purposes[{n}]") for n, record in enumerate(records))
    if len({purpose.id for purpose in purposes}) != len(purposes):
        raise _refusal("purposes", "two purposes have the same id")
    return Purposes(purposes)


def default_purposes() -> bytes:
    """The purposes file that comes with Amana: an example to start from, and what the demo uses."""
    return (resources.files("issuer") / "data" / "purposes.json").read_bytes()


def _purpose(record: Json, path: str) -> Purpose:
    members = strict_json.as_object(record, Reason.BAD_PURPOSE)
    if unknown := sorted(set(members) - _MEMBERS):
        raise _refusal(path, f"unknown member {unknown[0]!r:.40}")
    if missing := sorted(_MEMBERS - _OPTIONAL - set(members)):
        raise _refusal(f"{path}.{missing[0]}", "this member is required")
    level = _one_of(Level, members["level"], f"{path}.level")
    claims = _claims(members["claims"], level, f"{path}.claims")
    name_reason = None
    if "nameReason" in members:
        name_reason = _text(members["nameReason"], f"{path}.nameReason")
    if ("name" in claims) != (name_reason is not None):
        # A name shows ethnicity (C29): it needs a reason of its own, and the reason needs the name.
        raise _refusal(
            f"{path}.nameReason", "a name is asked for with its own reason, or not at all"
        )
    bands = _strings(members.get("eligibleAgeBands", []), f"{path}.eligibleAgeBands")
    if (bands and level is Level.HOUSEHOLD) or not set(bands) <= set(AGE_BANDS):
        raise _refusal(f"{path}.eligibleAgeBands", "known age bands, for a person's purpose only")
    return Purpose(
        id=_slug(members["id"], f"{path}.id"),
        title=_text(members["title"], f"{path}.title"),
        reason=_text(members["reason"], f"{path}.reason"),
        name_reason=name_reason,
        legal_basis=_text(members["legalBasis"], f"{path}.legalBasis"),
        reviewer=_text(members["reviewer"], f"{path}.reviewer"),
        reviewed_on=_day(members["reviewedOn"], f"{path}.reviewedOn"),
        notice_version=_slug(members["noticeVersion"], f"{path}.noticeVersion"),
        retention_months=_count(
            members["retentionMonths"], _MOST_MONTHS, f"{path}.retentionMonths"
        ),
        level=level,
        tier=_tier(members["tier"], f"{path}.tier"),
        claims=claims,
        copies=_count(members["copies"], _MOST_COPIES, f"{path}.copies"),
        entitlement=_entitlement(members["entitlement"], level, f"{path}.entitlement"),
        eligible_age_bands=bands,
    )


def _tier(value: Json, path: str) -> Tier:
    tier = _one_of(Tier, value, path)
    if tier is Tier.NONE:
        raise _refusal(path, "a service that asks for no proof needs no purpose: just serve (C1)")
    return tier


def _entitlement(value: Json, level: Level, path: str) -> EntitlementRule:
    members = strict_json.as_object(value, Reason.BAD_PURPOSE)
    classes = members.get("classes")
    if not set(members) <= {"classes", "unsaid"} or not isinstance(classes, list) or not classes:
        raise _refusal(path, "classes (a list), and unsaid where it differs from the first class")
    if level is Level.PERSON and len(classes) != 1:
        raise _refusal(path, "a person's purpose has one class: household size is not its business")
    steps: list[tuple[int | None, str]] = []
    bound = 0
    for n, item in enumerate(classes):
        here = f"{path}.classes[{n}]"
        step = strict_json.as_object(item, Reason.BAD_PURPOSE)
        last = n == len(classes) - 1
        if set(step) != ({"class"} if last else {"class", "upTo"}):
            raise _refusal(here, "upTo and class; the last class has no upTo")
        up_to = None if last else _count(step["upTo"], 1_000, f"{here}.upTo")
        if up_to is not None and up_to <= bound:
            raise _refusal(f"{here}.upTo", "bounds must grow")
        bound = up_to or bound
        steps.append((up_to, _slug(step["class"], f"{here}.class")))
    names = [name for _, name in steps]
    unsaid = members.get("unsaid", names[0])
    if unsaid not in names or len(set(names)) != len(names):
        raise _refusal(path, "classes differ from each other, and unsaid is one of them")
    return EntitlementRule(steps=tuple(steps), unsaid=unsaid)


def _claims(value: Json, level: Level, path: str) -> tuple[str, ...]:
    claims = _strings(value, path)
    for claim in claims:
        if level not in CLAIM_LEVELS.get(claim, frozenset()):
            raise _refusal(path, f"not a claim of a {level} credential: {claim!r:.40}")
    return claims


def _strings(value: Json, path: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _refusal(path, "a list of strings is needed")
    if len(set(value)) != len(value):
        raise _refusal(path, "the same entry stands twice")
    return tuple(value)


def _text(value: Json, path: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _TEXT_CHARS:
        raise _refusal(path, f"text of 1 to {_TEXT_CHARS} characters is needed")
    return value


def _slug(value: Json, path: str) -> str:
    if not isinstance(value, str) or len(value) > 64 or _SLUG.match(value) is None:
        raise _refusal(path, "small letters, digits and single hyphens, beginning with a letter")
    return value


def _count(value: Json, most: int, path: str) -> int:
    if type(value) is not int or not 1 <= value <= most:
        raise _refusal(path, f"an integer from 1 to {most} is needed")
    return value


def _day(value: Json, path: str) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refusal(path, "a date such as 2026-11-01 is needed")


def _one_of(kind: type[_Enum], value: Json, path: str) -> _Enum:
    if isinstance(value, str) and value in set(kind):
        return kind(value)
    raise _refusal(path, "one of " + ", ".join(kind))


def _refusal(path: str, detail: str) -> InputError:
    return InputError(Reason.BAD_PURPOSE, detail, **({"path": path} if path else {}))
