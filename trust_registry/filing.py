"""Filing the papers of a vetting: each is checked first, and nothing that was filed is lost.

A round that is over (refused, reopened by an appeal, or applied for anew) moves to `earlier/` with
its votes, so that none of them can be counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from amana.cli import make_folder, write_file
from amana.dates import format_instant
from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey, Signer
from amana.reasons import Reason
from amana.strict_json import JsonObject
from trust_registry._vetting_folder import (
    INTERESTS,
    Case,
    read_case,
    read_interests,
    read_paper,
)
from trust_registry._vetting_records import (
    APPLICATION,
    REVIEW,
    Application,
    Decision,
    Outcome,
    check_application,
    check_decision,
    check_interests,
    check_review,
)
from trust_registry._vetting_records import INTERESTS as INTERESTS_KIND
from trust_registry.dossier import check_dossier, require_complete
from trust_registry.entries import slug
from trust_registry.minutes import minutes
from trust_registry.places import PlaceAssessment, check_place, require_ready
from trust_registry.questions import Form
from trust_registry.vetting import barred, decide, matter_of
from trust_registry.votes import Choice, cast_vote

__all__ = [
    "declare_interests",
    "file_application",
    "file_decision",
    "file_place",
    "file_review",
    "file_vote",
]

_OF_A_ROUND: Final = ("application.json", "dossier.json", "decision.json", "minutes.md")
_FOLDERS_OF_A_ROUND: Final = ("reviews", "votes", "appeals")


def file_application(
    folder: Path,
    dossier: JsonObject,
    *,
    names: Mapping[str, str],
    actions: Iterable[tuple[str, str]],
    now: datetime,
    jurisdictions: Iterable[str] = (),
    sponsor: str | None = None,
    ties: Iterable[str] = (),
) -> Application:
    """Take in an application with its complete dossier; an earlier round is put away.

    Raises: RegistryError INCOMPLETE_DOSSIER or SPONSOR_MISSING (the applicant); InputError as
    `check_dossier` and `check_application`. Then nothing is filed.
    """
    found = check_dossier(dossier)
    require_complete(found)
    did = str(found.did)
    if found.form is Form.LIGHT and sponsor in (None, did):
        rule = "the lighter form needs a sponsor"
        raise RegistryError(Reason.SPONSOR_MISSING, rule, role="applicant")
    own = folder / slug(did)
    document: JsonObject = {
        "type": APPLICATION,
        "did": did,
        "names": dict(names),
        "actions": [{"action": action, "resource": what} for action, what in sorted(set(actions))],
        "jurisdictions": sorted(set(jurisdictions)),
        "form": found.form.value,
        "ties": sorted(set(ties)),
        "dossier": found.sha256,
        "received": format_instant(now),
        "round": _round(own) + 1,
    }
    if sponsor is not None:
        document["sponsor"] = sponsor
    application = check_application(document)
    put_away(own)
    write_file(own / "dossier.json", canonical(dossier))
    # Written last: without it there is no application.
    write_file(own / "application.json", canonical(document))
    return application


def _round(own: Path) -> int:
    path = own / "application.json"
    if path.exists():
        return read_paper(path, check_application, role="applicant").round
    earlier = [int(p.name) for p in (own / "earlier").glob("*") if p.name.isdecimal()]
    return max(earlier, default=0)


def put_away(own: Path) -> None:
    """Move the papers of the current round to `earlier/ROUND`; nothing happens without one."""
    if not (own / "application.json").exists():
        return
    past = own / "earlier" / str(_round(own))
    make_folder(past)
    # The application goes last: a crash before it leaves a round that can be put away again.
    for name in (*_FOLDERS_OF_A_ROUND, *reversed(_OF_A_ROUND)):
        if (own / name).exists():
            (own / name).replace(past / name)


def file_review(
    folder: Path,
    did: str,
    *,
    by: str,
    summary: str,
    findings: Iterable[Mapping[str, str]],
    members: Mapping[str, PublicKey],
    now: datetime,
) -> Path:
    """File what `by` says of the dossier; each reviewer has one review, and a new one replaces it.

    Members vote on what was found, so votes that were cast before are put away: they are asked
    again. A finding has a `text`, may name the `row`, and is open until `resolved` says how.

    Raises: RegistryError CONFLICT_OF_INTEREST or NOT_ACCREDITED; InputError BAD_VETTING.
    """
    case = read_case(folder, did)
    _refuse_barred(case, by, members=members)
    document: JsonObject = {
        "type": REVIEW,
        "by": by,
        "dossier": case.dossier.sha256,
        "written": format_instant(now),
        "summary": summary,
        "findings": [dict(found) for found in findings],
    }
    check_review(document)
    reviews = folder / slug(did) / "reviews"
    own = [reviews.parent / name for name, review in case.reviews if review.by == by]
    path = own[0] if own else next_file(reviews)
    write_file(path, canonical(document))
    _put_votes_away(reviews.parent)
    return path


def _put_votes_away(own: Path) -> None:
    """Move votes on papers that have changed to `earlier/votes-N`, where nobody counts them."""
    votes = own / "votes"
    if votes.exists():
        earlier = own / "earlier"
        make_folder(earlier)
        number = sum(path.name.startswith("votes-") for path in earlier.iterdir()) + 1
        votes.replace(earlier / f"votes-{number}")


def file_vote(
    folder: Path,
    did: str,
    choice: Choice,
    *,
    reason: str,
    key: Signer,
    members: Mapping[str, PublicKey],
    now: datetime,
) -> Path:
    """Sign and file one member's vote on the papers as they lie there now.

    Raises: RegistryError VOTER_NOT_A_MEMBER, CONFLICT_OF_INTEREST or NOT_ACCREDITED; InputError
    BAD_VETTING. Then nothing is signed.
    """
    case = read_case(folder, did)
    _refuse_barred(case, voter_name(key, members), members=members)
    document = cast_vote(
        choice,
        subject=did,
        matter=matter_of(case),
        dossier=case.dossier.sha256,
        reason=reason,
        key=key,
        now=now,
    )
    path = next_file(folder / slug(did) / "votes")
    write_file(path, canonical(document))
    return path


def voter_name(key: Signer, voters: Mapping[str, PublicKey]) -> str:
    """Whose key it is. Raises: RegistryError VOTER_NOT_A_MEMBER (the caller)."""
    for name, public in voters.items():
        if public == key.public:
            return name
    raise RegistryError(Reason.VOTER_NOT_A_MEMBER, "only members vote", role="member")


def _refuse_barred(case: Case, name: str, *, members: Mapping[str, PublicKey]) -> None:
    rule = barred(case.application, case.interests, members=members).get(name)
    if rule is not None:
        raise RegistryError(Reason.CONFLICT_OF_INTEREST, rule, role=name)


def file_decision(
    folder: Path,
    did: str,
    outcome: Outcome,
    *,
    members: Mapping[str, PublicKey],
    threshold: int,
    reasons: str,
    appeals: str,
    now: datetime,
    conditions: Iterable[str] = (),
) -> Decision:
    """File the decision that the votes bear out, and its minutes.

    Raises: RegistryError as `vetting.decide`; WOULD_OVERWRITE where this round is decided already:
    what was decided is changed by an appeal, or by another application.
    """
    case = read_case(folder, did)
    if case.decision is not None:
        rule = "this round is decided; an appeal or another application begins a new one"
        raise RegistryError(Reason.WOULD_OVERWRITE, rule, file="decision.json", role="members")
    document = decide(
        case,
        outcome,
        members=members,
        threshold=threshold,
        reasons=reasons,
        appeals=appeals,
        now=now,
        conditions=tuple(conditions),
    )
    own = folder / slug(did)
    write_file(own / "decision.json", canonical(document))
    write_file(own / "minutes.md", minutes(read_case(folder, did)).encode())
    return check_decision(document)


def file_place(folder: Path, document: JsonObject) -> PlaceAssessment:
    """File the assessment of one place, also one that says no, and then say whether it is ready.

    Raises: InputError as `check_place`; RegistryError PLACE_NOT_READY after filing it: the answer
    no is kept and published like any other.
    """
    found = check_place(document)
    path = folder / slug(found.did) / "places" / f"{found.place}.json"
    write_file(path, canonical(document))
    require_ready(found, did=found.did, code=found.place)
    return found


def declare_interests(
    folder: Path,
    member: str,
    *,
    organisation: str | None = None,
    ties: Iterable[str] = (),
    independent: Mapping[str, PublicKey] | None = None,
) -> None:
    """Record which organisation a member is, and with whom it has ties; ties are never taken back.

    `independent` are keys of reviewers from outside, who may answer appeals.

    Raises: InputError BAD_VETTING or BAD_DID (the caller); RegistryError as `read_paper`.
    """
    before = read_interests(folder)
    organisations = dict(before.organisations)
    if organisation is not None:
        organisations[member] = organisation
    all_ties = {**before.ties, member: before.ties.get(member, frozenset()) | set(ties)}
    document: JsonObject = {
        "type": INTERESTS_KIND,
        "members": {
            name: {
                **({"organisation": organisations[name]} if name in organisations else {}),
                "ties": sorted(theirs),
            }
            for name, theirs in all_ties.items()
        },
        "independent": {
            name: key.multikey
            for name, key in {**before.independent, **(independent or {})}.items()
        },
    }
    check_interests(document)
    write_file(folder / INTERESTS, canonical(document))


def next_file(folder: Path) -> Path:
    """A file that is not there yet, named by the next number."""
    return folder / f"{next_number(folder):03}.json"


def next_number(folder: Path) -> int:
    """One more than the highest number that a name in `folder` begins with."""
    numbers = [int(path.stem) for path in folder.glob("*") if path.stem.isdecimal()]
    return max(numbers, default=0) + 1
