"""Suspension, withdrawal, reinstatement and end: decisions as well, never one person's act (C79).

A measure says why, names where to appeal, is announced to the organisation before it takes effect,
and stands on votes that members signed. An appeal stops a withdrawal until somebody who did not
vote for it has answered; silence counts as the appeal's success.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amana.dates import format_instant
from amana.errors import RegistryError
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from trust_registry._vetting_folder import Case, files, read_case, read_paper
from trust_registry._vetting_reading import (
    a_did,
    digest,
    instant,
    line,
    malformed,
    members,
    prose,
    whole,
)
from trust_registry.appeals import Standing, appeal_tally, read_appeals, standing
from trust_registry.dossier import sha256
from trust_registry.entries import slug
from trust_registry.snapshot import Entry, State
from trust_registry.vetting import barred
from trust_registry.votes import Choice, Tally, count_votes

__all__ = ["Measure", "check_measure", "make_measure", "require_measure", "require_measured"]

KIND: Final = "RegistryMeasure"
LEAST_MEMBERS: Final = 2  # whatever the threshold is
CHOICES: Final[Mapping[State, Choice]] = {
    State.SUSPENDED: Choice.SUSPEND,
    State.WITHDRAWN: Choice.WITHDRAW,
    State.GRANTED: Choice.REINSTATE,
    State.TERMINATED: Choice.END,
}
# Between the announcement and the effect. Reinstatement hurts nobody.
NOTICE: Final[Mapping[Choice, timedelta]] = {
    Choice.SUSPEND: timedelta(days=3),
    Choice.WITHDRAW: timedelta(days=14),
    Choice.END: timedelta(days=14),
    Choice.REINSTATE: timedelta(0),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One measure as proposed. `urgent` says what danger to people forbids waiting, or is ""."""

    did: str
    number: int
    choice: Choice
    dossier: str
    reason: str
    proposed: datetime
    effective: datetime
    appeals: str
    urgent: str
    sha256: str


def make_measure(
    did: str,
    choice: Choice,
    *,
    number: int,
    dossier: str,
    reason: str,
    appeals: str,
    now: datetime,
    urgent: str = "",
) -> JsonObject:
    """Propose a measure at `now`; it takes effect after its notice, or at once if urgent.

    Raises: InputError as `check_measure` (the caller's fault).
    """
    document: JsonObject = {
        "type": KIND,
        "did": did,
        "number": number,
        "decision": choice.value,
        "dossier": dossier,
        "reason": reason,
        "proposed": format_instant(now),
        "effective": format_instant(now if urgent else now + NOTICE[choice]),
        "appeals": appeals,
    }
    if urgent:
        document["urgent"] = urgent
    check_measure(document)
    return document


def check_measure(value: Json, *, limits: Limits = LIMITS) -> Measure:
    """Check one measure: a reason, a place to appeal, and notice.

    Only a suspension may be urgent: what can't be undone for people waits for its notice.

    Raises: InputError BAD_VETTING, BAD_DID or BAD_DATE; RegistryError NOTICE_RUNNING for a measure
    that would take effect before its notice is over (whoever proposed it).
    """
    document = members(
        value,
        KIND,
        required=(
            "did", "number", "decision", "dossier", "reason", "proposed", "effective", "appeals",
        ),
        optional=("urgent",),
    )  # fmt: skip
    if document["decision"] not in [choice.value for choice in NOTICE]:
        raise malformed("its decision is to suspend, withdraw, reinstate or end")
    found = Measure(
        did=a_did(document["did"], "did"),
        number=whole(document["number"], "number", least=1),
        choice=Choice(document["decision"]),
        dossier=digest(document["dossier"], "dossier"),
        reason=line(document["reason"], "reason", limits=limits),
        proposed=instant(document["proposed"], "proposed"),
        effective=instant(document["effective"], "effective"),
        appeals=line(document["appeals"], "appeals", limits=limits),
        urgent=prose(document["urgent"], "urgent", limits=limits) if "urgent" in document else "",
        sha256=sha256(document),
    )
    if found.urgent and found.choice is not Choice.SUSPEND:
        raise malformed("only a suspension can be urgent")
    if not found.urgent and found.effective - found.proposed < NOTICE[found.choice]:
        days = NOTICE[found.choice].days
        raise RegistryError(
            Reason.NOTICE_RUNNING,
            f"to {found.choice.value} needs {days} days of notice",
            role="members",
        )
    return found


def measures(folder: Path, did: str) -> list[tuple[Path, Measure]]:
    """All measures about `did` below a vetting folder, oldest first, each with its own folder.

    Raises: RegistryError as `read_paper`, or BAD_VETTING for one that is another organisation's.
    """
    found: list[tuple[Path, Measure]] = []
    for path in sorted((folder / slug(did) / "measures").glob("*/measure.json")):
        measure = read_paper(path, check_measure, role="members")
        if measure.did != did:
            raise RegistryError(
                Reason.BAD_VETTING, "a measure about another", file=path.name, role="members"
            )
        found.append((path.parent, measure))
    return sorted(found, key=lambda one: one[1].number)


def require_measure(
    folder: Path,
    entry: Entry,
    state: State,
    *,
    reason: str,
    members: Mapping[str, PublicKey],
    threshold: int,
    since: datetime,
    now: datetime,
) -> Measure:
    """The measure that lets `entry` get `state` from `since` on, for just the published `reason`.

    `folder`, `members` and `threshold` are as for `require_decided`; appeals are as at `now`. An
    organisation that ends its accreditation itself signs the vote with its own key, and needs
    neither members nor notice.

    Raises: RegistryError NOT_ACCREDITED (no such measure, or one used before), TOO_FEW_VOTES,
    NOTICE_RUNNING, APPEAL_REFUSED (an appeal is open or succeeded), or as `count_votes`.
    """
    choice = CHOICES[state]
    fresh = [
        (path, measure)
        for path, measure in measures(folder, entry.did)
        if measure.choice is choice
        and measure.reason == reason
        and measure.proposed <= since
        # One measure, one change; and a reinstatement ends whatever was decided before it.
        and not any(
            change.since >= measure.proposed and change.state in (state, State.GRANTED)
            for change in entry.history
        )
    ]
    if not fresh:
        rule = f"no measure says for this reason to {choice.value}"
        raise RegistryError(Reason.NOT_ACCREDITED, rule, file="measure.json", role="members")
    path, measure = fresh[-1]
    case = read_case(folder, entry.did)
    found = measure_tally(case, path, measure, entry=entry, members=members)
    if entry.keys.keys().isdisjoint(found.in_favour):
        # Protecting people must not wait for a third signature; what lasts needs them all.
        needed = LEAST_MEMBERS if choice is Choice.SUSPEND else max(LEAST_MEMBERS, threshold)
        if len(found.in_favour) < needed:
            rule = f"{len(found.in_favour)} of {needed} votes to {choice.value}"
            file = f"{path.name}/votes"
            raise RegistryError(Reason.TOO_FEW_VOTES, rule, file=file, role="members")
        if since < measure.effective:
            rule = f"its notice runs until {format_instant(measure.effective)}"
            raise RegistryError(Reason.NOTICE_RUNNING, rule, file="measure.json", role="members")
    for appeal_path, appeal in read_appeals(path, against=measure.sha256):
        answered = appeal_tally(
            appeal_path,
            appeal,
            voters={**case.interests.independent, **members},
            barred=barred(case.application, case.interests, members=members),
            deciders=(*found.in_favour, *found.against),
        )
        how = standing(appeal, answered, now=now)
        # A suspension protects while its appeal is heard; nothing else is done meanwhile.
        if how.succeeded or (how is Standing.OPEN and choice is not Choice.SUSPEND):
            file = f"{appeal_path.name}/appeal.json"
            rule = f"an appeal against it is {how.value}"
            raise RegistryError(Reason.APPEAL_REFUSED, rule, file=file, role="members")
    return measure


def require_measured(
    folder: Path,
    before: Entry,
    after: Entry,
    *,
    members: Mapping[str, PublicKey],
    threshold: int,
    now: datetime,
) -> None:
    """Every change of standing from `before` to `after` has its measure, and had its notice.

    Raises: RegistryError as `require_measure` (whoever staged the change).
    """
    for at in range(len(before.history), len(after.history)):
        change = after.history[at]
        require_measure(
            folder,
            replace(after, history=after.history[:at]),
            change.state,
            reason=change.reason,
            members=members,
            threshold=threshold,
            since=change.since,
            now=now,
        )


def measure_voters(
    measure: Measure, *, entry: Entry | None, members: Mapping[str, PublicKey]
) -> dict[str, PublicKey]:
    """Who votes on a measure: members by name; on its end the organisation as well, by key id."""
    voters = dict(members)
    if measure.choice is Choice.END and entry is not None:
        for key in entry.keys.values():
            if key.history[-1].state is State.GRANTED:
                voters[key.id] = key.public
    return voters


def measure_tally(
    case: Case,
    path: Path,
    measure: Measure,
    *,
    entry: Entry | None,
    members: Mapping[str, PublicKey],
) -> Tally:
    """Count the votes on one measure in its folder. Raises: RegistryError as `count_votes`."""
    return count_votes(
        files(path / "votes"),
        proposal=measure.choice,
        subject=measure.did,
        matter=measure.sha256,
        dossier=measure.dossier,
        voters=measure_voters(measure, entry=entry, members=members),
        barred=barred(case.application, case.interests, members=members),
    )
