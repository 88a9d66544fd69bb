"""Trust Registry Query Protocol v2 (Trust over IP): questions, and answers out of a `Snapshot`.

Pure: bytes and a snapshot go in, JSON comes out. Who receives an answer holds a stranger's word, as
nothing in the protocol is signed: no answer is ever evidence here, and `trqp_client` says more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.multibase import to_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.accreditation import Accreditation, accreditation, covering, lies_in
from trust_registry.entries import TIERS
from trust_registry.registrars import RegistrarLimits
from trust_registry.snapshot import Snapshot

__all__ = ["Query", "Question", "answer", "authority_of", "read_question"]

# The characters of RFC 3986, each percent sign with its two digits, and at most one fragment.
IDENTIFIER: Final = (
    r"(?:[A-Za-z][A-Za-z0-9+.-]*://\[[0-9A-Fa-f:.]+\])?"
    r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"
    r"(?:#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
PLACE: Final = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"  # ISO 3166-1, 3166-2
INSTANT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?Z"
MEMBERS: Final = ("entity_id", "authority_id", "action", "resource")
_HEEDED: Final = frozenset({"time", "locator", "tier", "jurisdiction"})
_IDENTIFIER: Final = re.compile(IDENTIFIER)
_PLACE: Final = re.compile(PLACE)
_INSTANT: Final = re.compile(INSTANT)
_RECOGNIZE: Final = "recognize"
STALE_AFTER: Final = timedelta(days=90)  # as long as verifiers take a registry to be fresh
_CLOCKS: Final = timedelta(minutes=1)  # by which two honest ones may differ

_SAID: Final = {
    Accreditation.ACCREDITED: "Accredited.",
    Accreditation.UNKNOWN: "The registry has no record of this entity.",
    Accreditation.NOT_YET: "Not accredited yet at that time.",
    Accreditation.SUSPENDED: "Suspended at that time.",
    Accreditation.WITHDRAWN: "Its accreditation was withdrawn by then.",
    Accreditation.TERMINATED: "It had left the registry by then.",
    Accreditation.NOT_FOR_THIS: "Not accredited for this action and resource.",
    Accreditation.NOT_AT_THIS_TIER: "Not accredited for a service of this tier.",
    Accreditation.NOT_IN_THIS_PLACE: "Not accredited for this place.",
}


class Query(StrEnum):
    """The two kinds of question; the value is the last part of its path."""

    AUTHORIZATION = "authorization"
    RECOGNITION = "recognition"

    @property
    def says(self) -> str:
        """The member of an answer that holds the yes or the no."""
        return "authorized" if self is Query.AUTHORIZATION else "recognized"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Does `authority_id` let `entity_id` do `action` with `resource`? `context` narrows it."""

    entity_id: str
    authority_id: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    time: datetime | None = None

    def document(self) -> JsonObject:
        """Its JSON form, as it goes over the wire."""
        found: JsonObject = {name: getattr(self, name) for name in MEMBERS}
        return {**found, "context": dict(self.context)} if self.context else found


def authority_of(anchor: bytes) -> str:
    """The `authority_id` of the consortium that has this trust anchor: its digest (RFC 6920).

    Nobody hands out such names, so nobody can take one away; and from the anchor on everything is
    signed, the governance framework (`governance.json`) too (TRQP v2, "Identifiers").
    """
    return f"ni:///sha-256;{to_base64url(sha256(anchor).digest())}"


def registrar_of(authority: str, name: str) -> str:
    """The identifier of a regional registrar of this authority (RFC 6920, section 3: a query)."""
    return f"{authority}?registrar={name}"


def read_question(data: bytes, *, limits: Limits = LIMITS) -> Question:
    """Read a request of either kind (TRQP v2, query schemas), strictly.

    Raises: InputError BAD_TRQP or a syntax reason (who asks). Not checked: that the authority is
    one that anybody here answers for.
    """
    if len(data) > limits.trqp_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.trqp_bytes} bytes")
    return check_question(loads(data, limits=limits), limits=limits)


def check_question(value: Json, *, limits: Limits = LIMITS) -> Question:
    """Check a request that was parsed. Raises: InputError BAD_TRQP (who asks)."""
    document = as_object(value, Reason.BAD_TRQP)
    for name in MEMBERS:
        _identifier(document.get(name), name, limits)
    if not document.keys() <= {*MEMBERS, "context"}:
        raise _bad("a member that a query does not have; conditions stand in context")
    context = check_context(document.get("context", {}), limits=limits)
    time = context.get("time")
    return Question(
        **{name: document[name] for name in MEMBERS},
        context=context,
        time=None if time is None else _instant(time),
    )


def check_context(value: Json, *, limits: Limits = LIMITS) -> dict[str, str]:
    """Check a `context`: texts by name, of which the ones that we heed have their form.

    Raises: InputError BAD_TRQP (its author).
    """
    context = as_object(value, Reason.BAD_TRQP)
    if len(context) > limits.trqp_conditions:
        raise _bad(f"context has at most {limits.trqp_conditions} members")
    for name, said in context.items():
        if type(said) is not str or max(len(name), len(said)) > limits.trqp_condition_chars:
            raise _bad("each member of context is a text, and a short one")
    if "time" in context:
        _instant(context["time"])
    if "tier" in context and context["tier"] not in TIERS:
        raise _bad(f"tier is {' or '.join(TIERS)}")
    if "jurisdiction" in context and _PLACE.fullmatch(context["jurisdiction"]) is None:
        raise _bad("jurisdiction is a code of ISO 3166")
    return context


def answer(
    query: Query,
    question: Question,
    *,
    snapshot: Snapshot,
    authority: str,
    now: datetime,
    stale_after: timedelta,
) -> JsonObject:
    """The answer of the registry of `authority`, judged at the time that was asked for.

    An entity without a record is a no, and no error. `registry` says how old the knowledge is;
    the answer is given all the same, since only who asks knows what that age is worth.

    Raises: VerificationError AUTHORITY_UNKNOWN for another authority (who asks).
    """
    if question.authority_id != authority:
        raise VerificationError(Reason.AUTHORITY_UNKNOWN, "nobody here answers for this authority")
    # A clock that stands before the registry's own date is wrong, and the members' date is not.
    present = max(now, snapshot.earliest)
    at = present if question.time is None else question.time
    judge = _authorized if query is Query.AUTHORIZATION else _recognized
    found = judge(question, snapshot, at)
    yes, message = found is Accreditation.ACCREDITED, _SAID[found]
    if at > present + _CLOCKS:
        yes, message = False, "That time has not come: the registry says nothing about it."
    said: JsonObject = {name: getattr(question, name) for name in MEMBERS}
    said[query.says] = yes
    said["time_evaluated"] = format_instant(now)
    if question.time is not None:
        said["time_requested"] = question.context["time"]
    registry = _age(snapshot, now, stale_after)
    said["message"] = f"{message} {_told(question, registry)}"
    if question.context:
        said["context"] = dict(question.context)
    said["registry"] = registry
    return said


def _authorized(question: Question, snapshot: Snapshot, at: datetime) -> Accreditation:
    return accreditation(
        snapshot.entry(question.entity_id),
        question.action,
        question.resource,
        at=at,
        tier=question.context.get("tier"),
        place=question.context.get("jurisdiction"),
    )


def _recognized(question: Question, snapshot: Snapshot, at: datetime) -> Accreditation:
    """Whether another authority is recognised as one for this action and resource.

    Of another consortium the members say so in its entry (action `recognize`, resource
    `issue:PurposeCredential`), of a regional registrar by the limits that they set it.
    """
    registrar = question.entity_id.removeprefix(registrar_of(question.authority_id, ""))
    if registrar in snapshot.registrars and registrar != question.entity_id:
        return _regional(question, snapshot.registrars[registrar], at)
    entry = snapshot.entry(question.entity_id)
    found = [
        accreditation(
            entry,
            _RECOGNIZE,
            f"{question.action}:{wider}",
            at=at,
            place=question.context.get("jurisdiction"),
        )
        for wider in covering(question.resource)
    ]
    yes = Accreditation.ACCREDITED
    return yes if yes in found else found[0]


def _regional(question: Question, limits: RegistrarLimits, at: datetime) -> Accreditation:
    place = question.context.get("jurisdiction")
    if at < limits.since:
        return Accreditation.NOT_YET
    if not any((question.action, wider) in limits.actions for wider in covering(question.resource)):
        return Accreditation.NOT_FOR_THIS
    if place is not None and not lies_in(place, limits.jurisdictions):
        return Accreditation.NOT_IN_THIS_PLACE
    return Accreditation.ACCREDITED


def _age(snapshot: Snapshot, now: datetime, stale_after: timedelta) -> JsonObject:
    age = now - snapshot.published
    found: JsonObject = {
        "version": snapshot.version,
        "published": format_instant(snapshot.published),
        "stale": not timedelta(0) <= age <= stale_after,
    }
    if age >= timedelta(0):
        found["age_days"] = age.days
    if snapshot.governance is not None:
        found["governance"] = snapshot.governance
    return found


def _told(question: Question, registry: JsonObject) -> str:
    days = registry.get("age_days")
    aged = "its age is unknown" if days is None else f"{days} days old"
    told = f"Registry version {registry['version']} of {registry['published'][:10]}, {aged}."
    if registry["stale"]:
        told = f"{told} That is too old to rely on."
    if question.context.keys() - _HEEDED:
        told = f"{told} Conditions that this registry does not know were not considered."
    return told


def _identifier(value: Json, name: str, limits: Limits) -> None:
    if (
        type(value) is not str
        or len(value) > limits.trqp_text_chars
        or _IDENTIFIER.fullmatch(value) is None
    ):
        raise _bad(f"{name} is a text of RFC 3986, 1 to {limits.trqp_text_chars} characters")


def _instant(value: Json) -> datetime:
    """An instant with the offset Z (TRQP v2, query schemas)."""
    if type(value) is not str or _INSTANT.fullmatch(value) is None:
        raise _bad("a time is of RFC 3339 and ends in Z")
    try:
        return parse_instant(value)
    except InputError as error:
        raise _bad(error.detail) from None


def _bad(detail: str) -> InputError:
    return InputError(Reason.BAD_TRQP, detail)
