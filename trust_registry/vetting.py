"""The rules of a vetting: what has to lie there before members' votes accredit anybody.

Nothing here believes a decision because somebody wrote it down. `require_decided` reads the papers
again, verifies every vote and counts. C79, C109-C113, C121.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amana.dates import format_instant
from amana.errors import RegistryError
from amana.keys import PublicKey
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from trust_registry._vetting_folder import Case, read_case
from trust_registry._vetting_records import (
    DECISION,
    Application,
    Decision,
    Interests,
    Outcome,
    check_decision,
)
from trust_registry.dossier import (
    Dossier,
    check_governance,
    require_complete,
    sha256,
)
from trust_registry.places import EVERYWHERE, require_ready
from trust_registry.questions import Form
from trust_registry.snapshot import Entry
from trust_registry.votes import Choice, Tally, count_votes

__all__ = [
    "barred",
    "decide",
    "matter_of",
    "needs_decision",
    "require_decided",
    "require_governance",
    "tally",
]

APPEAL_WITHIN: Final = timedelta(days=60)


def require_governance(document: Json) -> Dossier:
    """The consortium's own document: ten questions and 33 rows, all with an answer (C109, C121).

    Raises: RegistryError INCOMPLETE_GOVERNANCE that names rows (the members); InputError
    BAD_VETTING or REGISTRY_CORRUPT for a document that is none.
    """
    governance = check_governance(document)
    require_complete(governance, Reason.INCOMPLETE_GOVERNANCE)
    return governance


def matter_of(case: Case) -> str:
    """The digest that votes are cast on: application, dossier, and the reviews as they are."""
    return sha256(
        {
            "application": case.application.sha256,
            "dossier": case.dossier.sha256,
            "reviews": sorted(review.sha256 for _, review in case.reviews),
        }
    )


def barred(
    application: Application, interests: Interests, *, members: Mapping[str, PublicKey]
) -> dict[str, str]:
    """The members who may neither vote on an application nor review it, with the rule each."""
    found: dict[str, str] = {}
    for name, public in members.items():
        own = {public.did, interests.organisations.get(name)}
        ties = interests.ties.get(name, frozenset())
        if application.did in own:
            found[name] = "a member does not vote on itself"
        elif application.sponsor in own and application.sponsor is not None:
            found[name] = "a member does not vote on whom it sponsors"
        elif application.did in ties or (application.sponsor or "") in ties:
            found[name] = "a member does not vote where it declared ties"
        elif name in application.ties:
            found[name] = "a member does not vote where the applicant declared ties"
    return found


def tally(case: Case, *, members: Mapping[str, PublicKey]) -> Tally:
    """Count the votes on one case. Raises: RegistryError as `count_votes`."""
    return count_votes(
        case.votes,
        proposal=Choice.ACCREDIT,
        subject=case.application.did,
        matter=matter_of(case),
        dossier=case.dossier.sha256,
        voters=members,
        barred=barred(case.application, case.interests, members=members),
    )


def decide(
    case: Case,
    outcome: Outcome,
    *,
    members: Mapping[str, PublicKey],
    threshold: int,
    reasons: str,
    appeals: str,
    now: datetime,
    conditions: tuple[str, ...] = (),
) -> JsonObject:
    """The decision that the votes of a case bear out, with its reasons and the way to appeal.

    Raises: RegistryError INCOMPLETE_DOSSIER, FINDING_OPEN, SPONSOR_MISSING, CONFLICT_OF_INTEREST,
    TOO_FEW_VOTES or as `count_votes`; InputError BAD_VETTING for reasons that say nothing.
    """
    found = _borne_out(case, outcome, members=members, threshold=threshold)
    document: JsonObject = {
        "type": DECISION,
        "did": case.application.did,
        "round": case.application.round,
        "outcome": outcome.value,
        "reasons": reasons,
        "conditions": list(conditions),
        "matter": matter_of(case),
        "dossier": case.dossier.sha256,
        "inFavour": list(found.in_favour),
        "against": list(found.against),
        "votes": list(found.votes),
        "decided": format_instant(now),
        "appeals": appeals,
        "appealUntil": format_instant(now + APPEAL_WITHIN),
    }
    check_decision(document)
    return document


def require_decided(
    folder: Path, entry: Entry, *, members: Mapping[str, PublicKey], threshold: int
) -> Decision:
    """The decision that lets `entry` be published for the first time.

    `folder` holds the vetting (`Consortium.folder / "vetting"`, or a regional registrar's own) and
    `members` those who vote there, by name.

    Raises: RegistryError that names the file, the role and the rule: NOT_ACCREDITED,
    PLACE_NOT_READY or as `decide`.
    """
    case = read_case(folder, entry.did)
    decision = case.decision
    if decision is None:
        raise _not_accredited("there is no decision yet")
    if decision.outcome is not Outcome.ACCREDITED:
        raise _not_accredited("the members refused it")
    if decision.did != entry.did or decision.matter != matter_of(case):
        raise _not_accredited("the decision is about other papers than these")
    if case.application.did != entry.did:
        raise _not_accredited("the application is another organisation's")
    if entry.dossier != case.dossier.sha256:
        raise _not_accredited("the entry names another dossier than the one decided about")
    if not entry.actions <= case.application.actions:
        raise _not_accredited("the entry may do more than was applied for")
    asked = case.application.jurisdictions
    if asked and not (entry.jurisdictions and entry.jurisdictions <= asked):
        raise _not_accredited("the entry is for more places than were applied for")
    for public in entry.keys.values():
        if public.public in members.values():
            raise RegistryError(
                Reason.CONFLICT_OF_INTEREST,
                "a member's own key stands in the entry",
                file="application.json",
                role="members",
            )
    found = _borne_out(case, Outcome.ACCREDITED, members=members, threshold=threshold)
    # It is published and goes into the log: nobody may be named there for a vote they did not cast.
    told = Tally(in_favour=decision.in_favour, against=decision.against, votes=decision.votes)
    if told != found:
        raise _not_accredited("the decision tells of other votes than lie here")
    for code in sorted(entry.jurisdictions) or [EVERYWHERE]:
        require_ready(case.places.get(code), did=entry.did, code=code)
    return decision


def needs_decision(before: Entry | None, after: Entry) -> bool:
    """Whether `after` needs the members' decision: it is new, or lets somebody do more than before.

    More to do, more places, other tiers or another dossier are a matter of vetting; names, keys and
    histories are not.
    """
    if before is None:
        return True
    return (
        not after.actions <= before.actions
        or before.dossier != after.dossier
        or (before.jurisdictions != after.jurisdictions and not _fewer(before, after))
        or any(
            ("ask", resource) in after.actions
            and (resource not in after.tiers or not after.tiers[resource] <= tiers)
            for resource, tiers in before.tiers.items()
        )
    )


def _fewer(before: Entry, after: Entry) -> bool:
    """No places named means all of them."""
    return bool(after.jurisdictions) and (
        not before.jurisdictions or after.jurisdictions <= before.jurisdictions
    )


def _borne_out(
    case: Case, outcome: Outcome, *, members: Mapping[str, PublicKey], threshold: int
) -> Tally:
    """Everything but the decision itself: papers complete, reviewed, and enough good votes."""
    application, dossier = case.application, case.dossier
    if (dossier.did, dossier.sha256, dossier.form) != (
        application.did,
        application.dossier,
        application.form,
    ):
        raise _not_accredited("the dossier is not the one that was handed in")
    if outcome is Outcome.ACCREDITED:
        require_complete(dossier)
        _require_sponsor(application)
    _require_reviewed(case, outcome, members)
    found = tally(case, members=members)
    least = len(found.in_favour if outcome is Outcome.ACCREDITED else found.against)
    if least < threshold:
        raise RegistryError(
            Reason.TOO_FEW_VOTES,
            f"{least} of {threshold} votes for: {outcome.value}",
            file="votes",
            role="members",
        )
    return found


def _require_sponsor(application: Application) -> None:
    """C113: the lighter form stands on somebody who vouches, and who is not the applicant."""
    if application.form is Form.LIGHT and application.sponsor in (None, application.did):
        raise RegistryError(
            Reason.SPONSOR_MISSING,
            "the lighter form needs a sponsor",
            file="application.json",
            role="applicant",
        )


def _require_reviewed(case: Case, outcome: Outcome, members: Mapping[str, PublicKey]) -> None:
    if not case.reviews:
        raise _not_accredited("nobody reviewed the dossier")
    refused = barred(case.application, case.interests, members=members)
    for file, review in case.reviews:
        if review.by in refused:
            raise RegistryError(
                Reason.CONFLICT_OF_INTEREST, refused[review.by], file=file, role=review.by
            )
        if review.dossier != case.dossier.sha256:
            raise RegistryError(
                Reason.VOTE_OF_ANOTHER_MATTER,
                "a review of another dossier",
                file=file,
                role=review.by,
            )
        if outcome is Outcome.ACCREDITED and any(found.open for found in review.findings):
            raise RegistryError(
                Reason.FINDING_OPEN, "a finding is not resolved", file=file, role=review.by
            )


def _not_accredited(rule: str) -> RegistryError:
    return RegistryError(Reason.NOT_ACCREDITED, rule, file="decision.json", role="members")
