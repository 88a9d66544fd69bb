"""Whether an organisation is accredited to do something: one answer for every way of asking.

A wallet asks before a person answers, and TRQP asks for strangers; both get what stands here. It is
judged by an entry alone: whose signature stands under a question is another matter.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from trust_registry.snapshot import Entry, State

__all__ = ["Accreditation", "accreditation", "covering", "lies_in"]


class Accreditation(StrEnum):
    """What the registry says. Only ACCREDITED is a yes; each other value is why it is a no."""

    ACCREDITED = "accredited"
    UNKNOWN = "unknown"  # the registry has no record
    NOT_YET = "not-yet"  # the instant lies before it was first granted
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    NOT_FOR_THIS = "not-for-this"
    NOT_AT_THIS_TIER = "not-at-this-tier"
    NOT_IN_THIS_PLACE = "not-in-this-place"


_NOT_GRANTED: Final = {
    None: Accreditation.NOT_YET,
    State.SUSPENDED: Accreditation.SUSPENDED,
    State.WITHDRAWN: Accreditation.WITHDRAWN,
    State.TERMINATED: Accreditation.TERMINATED,
}


def accreditation(
    entry: Entry | None,
    action: str,
    resource: str,
    *,
    at: datetime,
    tier: str | None = None,
    place: str | None = None,
) -> Accreditation:
    """Whether the organisation may do `action` with `resource` at the instant `at`.

    `tier` is a service tier (it matters to `ask` alone), `place` a code of ISO 3166-1 or 3166-2;
    what is None is not held against anybody. A kind (`PurposeCredential`) covers each purpose of it
    (`PurposeCredential:food`).

    Not checked: dates of actions, tiers and places, which have none: they are those of the
    registry's version; and how old that version is.
    """
    if entry is None:
        return Accreditation.UNKNOWN
    state = entry.state_at(at)
    if state is not State.GRANTED:
        return _NOT_GRANTED[state]
    accredited = [wider for wider in covering(resource) if entry.may(action, wider)]
    if not accredited:
        return Accreditation.NOT_FOR_THIS
    if (
        action == "ask"
        and tier is not None
        and not any(entry.may_ask(wider, tier=tier) for wider in accredited)
    ):
        return Accreditation.NOT_AT_THIS_TIER
    if place is not None and not lies_in(place, entry.jurisdictions):
        return Accreditation.NOT_IN_THIS_PLACE
    return Accreditation.ACCREDITED


def covering(resource: str) -> tuple[str, ...]:
    """The resources whose accreditation is one for `resource`: itself, and its whole kind."""
    kind, colon, _ = resource.partition(":")
    return (resource, kind) if colon else (resource,)


def lies_in(place: str, jurisdictions: frozenset[str]) -> bool:
    """Whether `place` (KE, KE-30) is in one of these; a part of a country lies in the country."""
    return not jurisdictions or place in jurisdictions or place.partition("-")[0] in jurisdictions
