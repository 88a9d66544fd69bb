"""The papers of a vetting: application, reviews, decision, and what members declared of themselves.

Each is a JSON file read strictly into a frozen value. None of them is trusted for what it says of
votes: whoever asks counts those again (`trust_registry.vetting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, as_object
from trust_registry._vetting_reading import (
    a_did,
    digest,
    instant,
    line,
    listed,
    malformed,
    members,
    place,
    prose,
    whole,
)
from trust_registry.dossier import sha256
from trust_registry.questions import Form

__all__ = ["Application", "Decision", "Finding", "Interests", "Outcome", "Review"]

APPLICATION: Final = "RegistryApplication"
REVIEW: Final = "RegistryReview"
DECISION: Final = "RegistryDecision"
INTERESTS: Final = "MembersInterests"


class Outcome(StrEnum):
    """What members decided about an application."""

    ACCREDITED = "accredited"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """Who asks to be accredited, to do what, where; `round` counts applications of one DID.

    An empty `jurisdictions` asks for everywhere. `ties` are members that the applicant itself
    says it is close to.
    """

    did: str
    names: Mapping[str, str]
    actions: frozenset[tuple[str, str]]
    jurisdictions: frozenset[str]
    form: Form
    sponsor: str | None
    ties: frozenset[str]
    dossier: str
    received: datetime
    round: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a reviewer found wanting; `row` is the question, or "". Open until `how` is said."""

    row: str
    text: str
    how: str

    @property
    def open(self) -> bool:
        """Nobody has said yet how it was resolved."""
        return not self.how


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What one reviewer, a member or somebody from outside, says of one dossier."""

    by: str
    dossier: str
    written: datetime
    summary: str
    findings: tuple[Finding, ...]
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What was decided, by whom and why. `matter` is what the votes were cast on."""

    did: str
    round: int
    outcome: Outcome
    reasons: str
    conditions: tuple[str, ...]
    matter: str
    dossier: str
    in_favour: tuple[str, ...]
    against: tuple[str, ...]
    votes: tuple[str, ...]
    decided: datetime
    appeals: str
    appeal_until: datetime
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Interests:
    """Which organisation each member is, whom it has ties with; keys of independent reviewers."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    ties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    independent: Mapping[str, PublicKey] = field(default_factory=dict)


def check_application(value: Json, *, limits: Limits = LIMITS) -> Application:
    """Raises: InputError BAD_VETTING, BAD_DID, BAD_KEY or BAD_DATE (the applicant, or a clerk)."""
    document = members(
        value,
        APPLICATION,
        required=(
            "did", "names", "actions", "jurisdictions", "form", "ties", "dossier", "received",
            "round",
        ),
        optional=("sponsor",),
    )  # fmt: skip
    if document["form"] not in (Form.FULL.value, Form.LIGHT.value):
        raise malformed("its form is full or light")
    actions: set[tuple[str, str]] = set()
    for item in listed(document["actions"], "actions", limits.entry_actions):
        pair = members(item, "", required=("action", "resource"))
        actions.add(
            (
                line(pair["action"], "action", limits=limits),
                line(pair["resource"], "resource", limits=limits),
            )
        )
    names = as_object(document["names"], Reason.BAD_VETTING)
    if not 0 < len(names) <= limits.entry_names:
        raise malformed(f"names has 1 to {limits.entry_names} languages")
    return Application(
        did=a_did(document["did"], "did"),
        names=MappingProxyType(
            {
                line(language, "language", limits=limits): line(name, "a name", limits=limits)
                for language, name in names.items()
            }
        ),
        actions=frozenset(actions),
        jurisdictions=frozenset(
            place(code) for code in listed(document["jurisdictions"], "jurisdictions", 300)
        ),
        form=Form(document["form"]),
        sponsor=a_did(document["sponsor"], "sponsor") if "sponsor" in document else None,
        ties=frozenset(
            line(n, "a tie", limits=limits) for n in listed(document["ties"], "ties", 64)
        ),
        dossier=digest(document["dossier"], "dossier"),
        received=instant(document["received"], "received"),
        round=whole(document["round"], "round", least=1),
        sha256=sha256(document),
    )


def check_review(value: Json, *, limits: Limits = LIMITS) -> Review:
    """Raises: InputError BAD_VETTING or BAD_DATE (its author)."""
    document = members(value, REVIEW, required=("by", "dossier", "written", "summary", "findings"))
    findings: list[Finding] = []
    for item in listed(document["findings"], "findings", limits.vetting_findings):
        found = members(item, "", required=("text",), optional=("row", "resolved"))
        findings.append(
            Finding(
                row=line(found["row"], "row", limits=limits) if "row" in found else "",
                text=prose(found["text"], "a finding", limits=limits),
                how=prose(found["resolved"], "resolved", limits=limits)
                if "resolved" in found
                else "",
            )
        )
    return Review(
        by=line(document["by"], "by", limits=limits),
        dossier=digest(document["dossier"], "dossier"),
        written=instant(document["written"], "written"),
        summary=prose(document["summary"], "summary", limits=limits),
        findings=tuple(findings),
        sha256=sha256(document),
    )


def check_decision(value: Json, *, limits: Limits = LIMITS) -> Decision:
    """Raises: InputError BAD_VETTING, BAD_DID or BAD_DATE (whoever wrote it).

    Not checked: that votes bear it out; `trust_registry.vetting.require_decided` counts them.
    """
    document = members(
        value,
        DECISION,
        required=(
            "did", "round", "outcome", "reasons", "conditions", "matter", "dossier", "inFavour",
            "against", "votes", "decided", "appeals", "appealUntil",
        ),
    )  # fmt: skip
    try:
        outcome = Outcome(document["outcome"])
    except ValueError:
        raise malformed("outcome is accredited or refused") from None

    def lines(name: str) -> tuple[str, ...]:
        items = listed(document[name], name, limits.vetting_files)
        return tuple(line(item, name, limits=limits) for item in items)

    return Decision(
        did=a_did(document["did"], "did"),
        round=whole(document["round"], "round", least=1),
        outcome=outcome,
        reasons=prose(document["reasons"], "reasons", limits=limits),
        conditions=lines("conditions"),
        matter=digest(document["matter"], "matter"),
        dossier=digest(document["dossier"], "dossier"),
        in_favour=lines("inFavour"),
        against=lines("against"),
        votes=lines("votes"),
        decided=instant(document["decided"], "decided"),
        appeals=line(document["appeals"], "appeals", limits=limits),
        appeal_until=instant(document["appealUntil"], "appealUntil"),
        sha256=sha256(document),
    )


def check_interests(value: Json, *, limits: Limits = LIMITS) -> Interests:
    """Raises: InputError BAD_VETTING, BAD_DID, BAD_KEY or BAD_MULTIBASE (whoever wrote it)."""
    document = members(value, INTERESTS, required=("members",), optional=("independent",))
    organisations: dict[str, str] = {}
    ties: dict[str, frozenset[str]] = {}
    for name, item in as_object(document["members"], Reason.BAD_VETTING).items():
        one = members(item, "", required=("ties",), optional=("organisation",))
        if "organisation" in one:
            organisations[name] = a_did(one["organisation"], "organisation")
        ties[name] = frozenset(a_did(tie, "a tie") for tie in listed(one["ties"], "ties", 1_000))
    independent: dict[str, PublicKey] = {}
    for name, key in as_object(document.get("independent", {}), Reason.BAD_VETTING).items():
        if type(key) is not str:
            raise malformed("independent reviewers have a key by name")
        independent[line(name, "a name", limits=limits)] = PublicKey.from_multikey(key)
    return Interests(
        organisations=MappingProxyType(organisations),
        ties=MappingProxyType(ties),
        independent=MappingProxyType(independent),
    )
