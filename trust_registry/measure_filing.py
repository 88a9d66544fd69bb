"""Filing measures and appeals: proposed, voted on and answered, each by those who may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from amana.cli import read_file, write_file
from amana.dates import format_instant
from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey, Signer
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads
from trust_registry._vetting_folder import Case, read_case, read_paper
from trust_registry.appeals import (
    Appeal,
    Standing,
    appeal_tally,
    check_appeal,
    make_appeal,
    standing,
)
from trust_registry.entries import slug
from trust_registry.filing import next_file, next_number, put_away, voter_name
from trust_registry.measures import (
    Measure,
    check_measure,
    make_measure,
    measure_tally,
    measure_voters,
)
from trust_registry.snapshot import Entry
from trust_registry.vetting import APPEAL_WITHIN, barred
from trust_registry.votes import Choice, cast_vote

__all__ = [
    "conclude_appeal",
    "file_appeal",
    "file_appeal_vote",
    "file_measure",
    "file_measure_vote",
]

ANSWER: Final = "AppealAnswer"


def file_measure(
    folder: Path,
    did: str,
    choice: Choice,
    *,
    reason: str,
    appeals: str,
    now: datetime,
    urgent: str = "",
) -> Measure:
    """Propose a measure and file it; its notice runs from `now`, when the organisation is told.

    Raises: RegistryError NOT_ACCREDITED for who was never vetted; InputError as `check_measure`.
    """
    case = read_case(folder, did)
    own = folder / slug(did) / "measures"
    number = next_number(own)
    document = make_measure(
        did,
        choice,
        number=number,
        dossier=case.dossier.sha256,
        reason=reason,
        appeals=appeals,
        now=now,
        urgent=urgent,
    )
    write_file(own / str(number) / "measure.json", canonical(document))
    return check_measure(document)


def file_measure_vote(
    folder: Path,
    entry: Entry,
    number: int,
    *,
    in_favour: bool,
    reason: str,
    key: Signer,
    members: Mapping[str, PublicKey],
    now: datetime,
) -> Path:
    """Sign and file one vote on a measure. Its own key lets an organisation vote on its end.

    Raises: RegistryError VOTER_NOT_A_MEMBER, CONFLICT_OF_INTEREST or NO_SUCH_FILE; InputError
    BAD_VETTING. Then nothing is signed.
    """
    path = folder / slug(entry.did) / "measures" / str(number)
    measure = read_paper(path / "measure.json", check_measure, role="members")
    case = read_case(folder, entry.did)
    name = voter_name(key, measure_voters(measure, entry=entry, members=members))
    _refuse(barred(case.application, case.interests, members=members), name)
    document = cast_vote(
        measure.choice if in_favour else Choice.REFUSE,
        subject=measure.did,
        matter=measure.sha256,
        dossier=measure.dossier,
        reason=reason,
        key=key,
        now=now,
    )
    file = next_file(path / "votes")
    write_file(file, canonical(document))
    return file


def file_appeal(
    folder: Path,
    entry: Entry | None,
    did: str,
    *,
    grounds: str,
    members: Mapping[str, PublicKey],
    now: datetime,
    measure: int | None = None,
) -> tuple[int, Appeal]:
    """Take in an appeal against the decision on `did`, or against one measure by its number.

    Raises: RegistryError APPEAL_REFUSED when it is too late, or when there is nothing yet to appeal
    against; InputError BAD_VETTING for grounds that say nothing.
    """
    case = read_case(folder, did)
    place = _place(folder, did, measure)
    against, until, _ = _appealed(case, place, measure, entry=entry, members=members)
    document = make_appeal(
        did,
        against=against,
        dossier=case.dossier.sha256,
        grounds=grounds,
        until=until,
        now=now,
    )
    number = next_number(place / "appeals")
    write_file(place / "appeals" / str(number) / "appeal.json", canonical(document))
    return number, check_appeal(document)


def file_appeal_vote(
    folder: Path,
    entry: Entry | None,
    did: str,
    number: int,
    *,
    uphold: bool,
    reason: str,
    key: Signer,
    members: Mapping[str, PublicKey],
    now: datetime,
    measure: int | None = None,
) -> Path:
    """Sign and file one vote on an appeal, by a member or a declared reviewer from outside.

    Raises: RegistryError CONFLICT_OF_INTEREST for who decided what is appealed against, or as
    `file_measure_vote`. Then nothing is signed.
    """
    case = read_case(folder, did)
    place = _place(folder, did, measure)
    path = place / "appeals" / str(number)
    appeal = read_paper(path / "appeal.json", check_appeal, role="applicant")
    _, _, deciders = _appealed(case, place, measure, entry=entry, members=members)
    name = voter_name(key, {**case.interests.independent, **members})
    rules = dict.fromkeys(deciders, "who decided does not answer the appeal")
    _refuse({**rules, **barred(case.application, case.interests, members=members)}, name)
    document = cast_vote(
        Choice.UPHOLD if uphold else Choice.REFUSE,
        subject=did,
        matter=appeal.sha256,
        dossier=appeal.dossier,
        reason=reason,
        key=key,
        now=now,
    )
    file = next_file(path / "votes")
    write_file(file, canonical(document))
    return file


def conclude_appeal(
    folder: Path,
    entry: Entry | None,
    did: str,
    number: int,
    *,
    text: str,
    members: Mapping[str, PublicKey],
    now: datetime,
    measure: int | None = None,
) -> Standing:
    """Say how an appeal stands, and file the answer once it is more than open.

    A successful one against a decision reopens the application: a new round, without the votes and
    reviews of the last one. Against a measure, the measure has no effect any more.

    Raises: RegistryError as `appeal_tally`.
    """
    case = read_case(folder, did)
    place = _place(folder, did, measure)
    path = place / "appeals" / str(number)
    appeal = read_paper(path / "appeal.json", check_appeal, role="applicant")
    _, _, deciders = _appealed(case, place, measure, entry=entry, members=members)
    found = appeal_tally(
        path,
        appeal,
        voters={**case.interests.independent, **members},
        barred=barred(case.application, case.interests, members=members),
        deciders=deciders,
    )
    how = standing(appeal, found, now=now)
    if how is Standing.OPEN:
        return how
    answer: JsonObject = {
        "type": ANSWER,
        "appeal": appeal.sha256,
        "standing": how.value,
        "text": text,
        "inFavour": list(found.in_favour),
        "against": list(found.against),
        "answered": format_instant(now),
        "late": now > appeal.answer_by,
    }
    write_file(path / "answer.json", canonical(answer))
    if how.succeeded and measure is None:
        _reopen(folder / slug(did), now=now)
    return how


def _reopen(own: Path, *, now: datetime) -> None:
    """The same application and dossier in a new round, of which nothing is decided."""
    kept = {
        name: as_object(loads(read_file(own / name, limit=LIMITS.json_bytes)))
        for name in ("application.json", "dossier.json")
    }
    put_away(own)
    application = kept["application.json"]
    again = {**application, "round": application["round"] + 1, "received": format_instant(now)}
    write_file(own / "dossier.json", canonical(kept["dossier.json"]))
    write_file(own / "application.json", canonical(again))


def _place(folder: Path, did: str, measure: int | None) -> Path:
    own = folder / slug(did)
    return own if measure is None else own / "measures" / str(measure)


def _appealed(
    case: Case,
    place: Path,
    measure: int | None,
    *,
    entry: Entry | None,
    members: Mapping[str, PublicKey],
) -> tuple[str, datetime, tuple[str, ...]]:
    """What is appealed against: its digest, until when that is possible, and who decided it."""
    if measure is None:
        if case.decision is None:
            rule = "nothing is decided yet"
            raise RegistryError(Reason.APPEAL_REFUSED, rule, role="applicant")
        decision = case.decision
        until, deciders = decision.appeal_until, (*decision.in_favour, *decision.against)
        return decision.sha256, until, deciders
    found = read_paper(place / "measure.json", check_measure, role="members")
    tally = measure_tally(case, place, found, entry=entry, members=members)
    until = found.effective + APPEAL_WITHIN
    return found.sha256, until, (*tally.in_favour, *tally.against)


def _refuse(rules: Mapping[str, str], name: str) -> None:
    if name in rules:
        raise RegistryError(Reason.CONFLICT_OF_INTEREST, rules[name], role=name)
