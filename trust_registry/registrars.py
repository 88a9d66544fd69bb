"""Regional registrars: who admits organisations in a region, within limits that all members signed.

The limits are the target `registrars/<name>.json`, signed k of n; what a registrar's own members
sign counts only within them, and every client checks that for itself. So a registrar whose keys are
stolen harms its own region, up to its own number of entries, and nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.accreditation import covering, lies_in
from trust_registry.entries import ACTION, JURISDICTION, RESOURCE, plain_text, slug
from trust_registry.snapshot import Entry

__all__ = [
    "RegistrarLimits",
    "RegistrarMembers",
    "check_number",
    "check_within",
    "read_limits",
    "read_members",
]

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_LEAST_THRESHOLD: Final = 2  # no single key holder (C112)


@dataclass(frozen=True, kw_only=True, slots=True)
class RegistrarLimits:
    """What a registrar may accredit. `actions` are TRQP's pairs; a kind covers its purposes.

    `jurisdictions` are codes of ISO 3166, and empty where the registrar is not limited to places.
    """

    name: str
    title: str
    actions: frozenset[tuple[str, str]]
    jurisdictions: frozenset[str]
    most_entries: int
    since: datetime

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical(
            {
                "name": self.name,
                "title": self.title,
                "actions": [{"action": a, "resource": r} for a, r in sorted(self.actions)],
                "jurisdictions": sorted(self.jurisdictions),
                "mostEntries": self.most_entries,
                "since": format_instant(self.since),
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RegistrarMembers:
    """Who signs for a registrar, by name, and how many of them it takes."""

    name: str
    members: Mapping[str, PublicKey]
    threshold: int

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical(
            {
                "name": self.name,
                "members": [{"name": n, "key": k.multikey} for n, k in self.members.items()],
                "threshold": self.threshold,
            }
        )


def limits_path(name: str) -> str:
    """Where the limits of a registrar stand among the targets."""
    return f"registrars/{name}.json"


def entry_path(name: str, did: str) -> str:
    """Where an entry stands that the registrar `name` admitted."""
    return f"registrars/{name}/entries/{slug(did)}.json"


def read_limits(data: bytes, *, limits: Limits = LIMITS) -> RegistrarLimits:
    """Parse and check the limits of a registrar.

    Raises: InputError REGISTRY_CORRUPT, BAD_DATE or a syntax reason (the members who signed it).
    Not checked: that it stands under its own name (`limits_path`).
    """
    document = _document(
        data, {"name", "title", "actions", "jurisdictions", "mostEntries", "since"}, limits
    )
    most = document["mostEntries"]
    if type(most) is not int or not 1 <= most <= limits.registrar_entries:
        raise _corrupt(f"mostEntries is 1 to {limits.registrar_entries}")
    return RegistrarLimits(
        name=_name(document["name"]),
        title=plain_text(document["title"], "title", limits, Reason.REGISTRY_CORRUPT),
        actions=_actions(document["actions"], limits),
        jurisdictions=_codes(document["jurisdictions"], limits),
        most_entries=most,
        since=parse_instant(_text(document["since"])),
    )


def read_members(data: bytes, *, limits: Limits = LIMITS) -> RegistrarMembers:
    """Parse and check who signs for a registrar.

    Raises: InputError REGISTRY_CORRUPT, BAD_KEY, BAD_MULTIBASE or a syntax reason, RegistryError
    BELOW_THRESHOLD if one of them could sign alone (its author).
    """
    document = _document(data, {"name", "members", "threshold"}, limits)
    found: dict[str, PublicKey] = {}
    for item in _list(document["members"], "members", limits.registrar_members):
        member = as_object(item, Reason.REGISTRY_CORRUPT)
        if set(member) != {"name", "key"}:
            raise _corrupt("a member has a name and a key")
        name = plain_text(member["name"], "name", limits, Reason.REGISTRY_CORRUPT)
        key = PublicKey.from_multikey(_text(member["key"]))
        if name in found or key in found.values():
            raise _corrupt("the same member twice")
        found[name] = key
    threshold = document["threshold"]
    if type(threshold) is not int:
        raise _corrupt("threshold is a whole number")
    if not _LEAST_THRESHOLD <= threshold <= len(found):
        raise RegistryError(
            Reason.BELOW_THRESHOLD, "no single key holder: the threshold is 2 to all members"
        )
    return RegistrarMembers(name=_name(document["name"]), members=found, threshold=threshold)


def check_within(limits: RegistrarLimits, entry: Entry) -> None:
    """Whether the registrar may have admitted this organisation for this, there and then.

    Raises: RegistryError BEYOND_LIMITS that names the rule (the registrar).
    Not checked: how many it admitted; see `check_number`.
    """
    if entry.registrar != limits.name:
        raise _beyond("registrar", "another registrar's entry", limits)
    for action, resource in entry.actions:
        if not any((action, wider) in limits.actions for wider in covering(resource)):
            raise _beyond("actions", f"it may not let anybody {action} {resource}", limits)
    if limits.jurisdictions and not entry.jurisdictions:
        raise _beyond("jurisdictions", "admitted for everywhere", limits)
    for place in entry.jurisdictions:
        if not lies_in(place, limits.jurisdictions):
            raise _beyond("jurisdictions", f"{place} is not its region", limits)
    if entry.history[0].since < limits.since:
        raise _beyond("since", "granted before it was a registrar", limits)


def check_number(limits: RegistrarLimits, number: int) -> None:
    """Whether the registrar may have so many entries. Raises: RegistryError BEYOND_LIMITS."""
    if number > limits.most_entries:
        raise _beyond("mostEntries", f"{number} entries, {limits.most_entries} at most", limits)


def _beyond(rule: str, detail: str, limits: RegistrarLimits) -> RegistryError:
    return RegistryError(Reason.BEYOND_LIMITS, detail, role=f"registrar-{limits.name}", rule=rule)


def _document(data: bytes, names: set[str], limits: Limits) -> JsonObject:
    document = as_object(loads(data, limits=limits), Reason.REGISTRY_CORRUPT)
    if set(document) != names:
        raise _corrupt(f"it has {', '.join(sorted(names))} and nothing else")
    return document


def _name(value: Json) -> str:
    if type(value) is not str or NAME.fullmatch(value) is None:
        raise _corrupt("a registrar's name is of small letters, digits and hyphens")
    return value


def _text(value: Json) -> str:
    if type(value) is not str:
        raise _corrupt("a text is missing")
    return value


def _list(value: Json, what: str, most: int) -> list[Json]:
    if type(value) is not list or len(value) > most:
        raise _corrupt(f"{what} is a list of at most {most}")
    return value


def _actions(value: Json, limits: Limits) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for item in _list(value, "actions", limits.entry_actions):
        document = as_object(item, Reason.REGISTRY_CORRUPT)
        if set(document) != {"action", "resource"}:
            raise _corrupt("an action is a verb and what it is done with")
        action, resource = _text(document["action"]), _text(document["resource"])
        if ACTION.fullmatch(action) is None or RESOURCE.fullmatch(resource) is None:
            raise _corrupt("an action or a resource that entries do not have")
        found.add((action, resource))
    return frozenset(found)


def _codes(value: Json, limits: Limits) -> frozenset[str]:
    codes = _list(value, "jurisdictions", limits.entry_jurisdictions)
    if not all(type(code) is str and JURISDICTION.fullmatch(code) for code in codes):
        raise _corrupt("jurisdictions are codes of ISO 3166-1 (KE) or 3166-2 (KE-30)")
    return frozenset(codes)


def _corrupt(detail: str) -> InputError:
    return InputError(Reason.REGISTRY_CORRUPT, detail)
