"""`amana registry form|apply|interests|review|vote|decide|place`: how an organisation is vetted."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from amana.cli import Answer, command, read_file, write_file
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.sealed import read_public
from amana.strict_json import JsonObject, as_object, loads
from trust_registry import filing
from trust_registry._measures_cli import add_measure_commands
from trust_registry._vetting_folder import read_case
from trust_registry._vetting_options import (
    add_case,
    add_folder,
    add_voter,
    member_keys,
    now,
    opened,
    pair,
    those_in,
)
from trust_registry._vetting_records import Outcome
from trust_registry.consortium import Consortium
from trust_registry.dossier import Dossier, check_dossier
from trust_registry.entries import slug
from trust_registry.figures import check_figures, figures_path
from trust_registry.forms import LANGUAGES, as_html, as_markdown, blank
from trust_registry.questions import Form
from trust_registry.snapshot import State
from trust_registry.vetting import barred, require_governance
from trust_registry.votes import Choice

__all__ = ["add_vetting_commands"]


def add_vetting_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of a vetting below `amana registry`."""
    form = command(commands, "form", _form, "write the questions: to fill in, to read, to print")
    form.add_argument("--kind", choices=[kind.value for kind in Form], required=True)
    form.add_argument("--language", choices=LANGUAGES, default="en")
    form.add_argument("--did", default="", help="of the organisation that will answer")
    form.add_argument("--out", type=Path, required=True, metavar="FILE", help="a .json file")
    _add_apply(commands)
    _add_interests(commands)
    _add_review(commands)
    vote = command(
        commands, "vote", _vote, "sign a member's vote on an application", needs_passphrase=True
    )
    add_case(vote)
    add_voter(vote, ("accredit", "refuse"))
    _add_decide(commands)
    place = command(
        commands, "place", _place, "file the assessment of a place, and say whether to go live"
    )
    add_folder(place)
    place.add_argument("--assessment", type=Path, required=True, metavar="FILE")
    add_measure_commands(commands)
    govern = command(
        commands, "govern", _govern, "stage the consortium's own answers, if they are complete"
    )
    add_folder(govern)
    govern.add_argument("--answers", type=Path, required=True, metavar="FILE")
    figures = command(commands, "figures", _figures, "stage public figures of an organisation")
    add_folder(figures)
    figures.add_argument("--figures", type=Path, required=True, metavar="FILE")


def _add_apply(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    apply = command(commands, "apply", _apply, "take in an application with its dossier")
    add_folder(apply)
    apply.add_argument("--dossier", type=Path, required=True, metavar="FILE")
    apply.add_argument(
        "--name", action="append", required=True, metavar="LANGUAGE=NAME", type=pair("=")
    )
    apply.add_argument(
        "--action", action="append", default=[], metavar="ACTION:RESOURCE", type=pair(":")
    )
    apply.add_argument("--place", action="append", default=[], metavar="CODE", help="ISO 3166")
    apply.add_argument("--sponsor", metavar="DID", help="who vouches; the lighter form needs one")
    apply.add_argument(
        "--tie", action="append", default=[], metavar="MEMBER", help="a member it is close to"
    )
    apply.add_argument(
        "--evidence",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a paper at hand, to be compared with the digests in the dossier",
    )


def _add_interests(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    interests = command(
        commands, "interests", _interests, "declare which organisation a member is, and its ties"
    )
    add_folder(interests)
    interests.add_argument("--member", required=True, metavar="NAME")
    interests.add_argument("--organisation", metavar="DID")
    interests.add_argument("--tie", action="append", default=[], metavar="DID")
    interests.add_argument(
        "--independent",
        action="append",
        default=[],
        metavar="NAME=KEY",
        type=pair("="),
        help="somebody from outside who may answer appeals, and their public key or key file",
    )


def _add_review(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    review = command(commands, "review", _review, "file what a reviewer says of the dossier")
    add_case(review)
    review.add_argument("--by", required=True, metavar="NAME", help="a member, or who it is")
    review.add_argument("--summary", default="", help="needed the first time")
    review.add_argument(
        "--finding", action="append", default=[], metavar="ROW=TEXT", type=pair("=")
    )
    review.add_argument(
        "--resolved",
        action="append",
        default=[],
        metavar="ROW=HOW",
        type=pair("="),
        help="how the finding on that row was resolved",
    )


def _add_decide(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    decide = command(commands, "decide", _decide, "file the decision that the votes bear out")
    add_case(decide)
    decide.add_argument("--outcome", required=True, choices=[found.value for found in Outcome])
    decide.add_argument("--reasons", required=True, help="published with the decision")
    decide.add_argument("--condition", action="append", default=[])
    decide.add_argument("--appeals", required=True, help="whom to write to about the decision")


def _document(path: Path) -> JsonObject:
    return as_object(loads(read_file(path, limit=LIMITS.json_bytes)), Reason.BAD_VETTING)


def _form(options: argparse.Namespace) -> Answer:
    form, out = Form(options.kind), options.out
    if out.suffix != ".json":
        raise InputError(Reason.BAD_VETTING, "the form is a .json file", file=str(out))
    read, printed = out.with_suffix(".md"), out.with_suffix(".html")
    for path in (out, read, printed):
        if path.exists():
            raise InputError(Reason.WOULD_OVERWRITE, "it is there already", file=str(path))
    document = blank(form, language=options.language, did=options.did)
    write_file(out, canonical(document))
    write_file(read, as_markdown(form, language=options.language).encode())
    write_file(printed, as_html(form, language=options.language).encode())
    return Answer(
        data={"form": str(out), "rows": len(document["answers"])},
        text=f"{len(document['answers'])} questions: fill in {out}, read {read}, print {printed}",
    )


def _apply(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    document = _document(options.dossier)
    _check_evidence(check_dossier(document), options.evidence)
    sponsor = options.sponsor
    if sponsor is not None:
        vouching = voters.entries.get(sponsor)
        if vouching is None or vouching.history[-1].state is not State.GRANTED:
            rule = "the sponsor is no accredited organisation"
            raise RegistryError(Reason.SPONSOR_MISSING, rule, role="applicant")
    found = filing.file_application(
        options.dir / "vetting",
        document,
        names=dict(options.name),
        actions=options.action,
        jurisdictions=options.place,
        sponsor=sponsor,
        ties=options.tie,
        now=now(),
    )
    return Answer(
        data={"did": found.did, "round": found.round, "dossier": found.dossier},
        text=f"{found.did}: application {found.round} filed; its dossier has SHA-256\n"
        f"{found.dossier}",
    )


def _check_evidence(dossier: Dossier, papers: list[Path]) -> None:
    """Papers that are at hand are the ones that the dossier names."""
    named = {found.sha256 for answer in dossier.answers.values() for found in answer.evidence}
    for path in papers:
        if hashlib.sha256(read_file(path)).hexdigest() not in named:
            rule = "the dossier does not name this paper"
            raise InputError(Reason.BAD_VETTING, rule, file=str(path))


def _interests(options: argparse.Namespace) -> Answer:
    keys: dict[str, PublicKey] = {}
    for name, source in options.independent:
        if source.startswith("z6Mk"):
            keys[name] = PublicKey.from_multikey(source)
        else:
            keys[name], _ = read_public(read_file(Path(source), limit=LIMITS.key_file_bytes))
    voters = those_in(options.dir)
    if options.member not in member_keys(voters):
        raise RegistryError(Reason.VOTER_NOT_A_MEMBER, "no member of that name", role="member")
    filing.declare_interests(
        options.dir / "vetting",
        options.member,
        organisation=options.organisation,
        ties=options.tie,
        independent=keys,
    )
    return Answer(data={"member": options.member}, text=f"{options.member}: interests declared")


def _review(options: argparse.Namespace) -> Answer:
    """What a reviewer found before stays found; only how it was resolved is added."""
    voters, folder = those_in(options.dir), options.dir / "vetting"
    summary, findings = options.summary, []
    for _, before in read_case(folder, options.did).reviews:
        if before.by == options.by:
            summary = summary or before.summary
            findings = [(found.row, found.text, found.how) for found in before.findings]
    findings += [(row, text, "") for row, text in options.finding]
    resolved = dict(options.resolved)
    if unknown := resolved.keys() - {row for row, _, _ in findings}:
        raise InputError(Reason.BAD_VETTING, f"no finding on {', '.join(sorted(unknown))}")
    findings = [(row, text, resolved.get(row, how)) for row, text, how in findings]
    path = filing.file_review(
        folder,
        options.did,
        by=options.by,
        summary=summary,
        findings=[
            {"row": row, "text": text, **({"resolved": how} if how else {})}
            for row, text, how in findings
        ],
        members=member_keys(voters),
        now=now(),
    )
    still = sum(not how for _, _, how in findings)
    return Answer(
        data={"review": str(path), "open": still},
        text=f"{path} filed; open findings: {still}. Votes cast before it no longer count.",
    )


def _vote(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    members = member_keys(voters)
    case = read_case(options.dir / "vetting", options.did)
    path = filing.file_vote(
        options.dir / "vetting",
        options.did,
        Choice(options.choice),
        reason=options.reason,
        key=opened(options, demo=voters.demo),
        members=members,
        now=now(),
    )
    others = sorted(barred(case.application, case.interests, members=members))
    return Answer(
        data={"vote": str(path), "barred": others},
        text=f"{path} signed" + (f"; may not vote here: {', '.join(others)}" if others else ""),
    )


def _decide(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    decision = filing.file_decision(
        options.dir / "vetting",
        options.did,
        Outcome(options.outcome),
        members=member_keys(voters),
        threshold=voters.threshold,
        reasons=options.reasons,
        conditions=options.condition,
        appeals=options.appeals,
        now=now(),
    )
    told = options.dir / "vetting" / slug(options.did) / "minutes.md"
    return Answer(
        data={"did": decision.did, "outcome": decision.outcome.value, "minutes": str(told)},
        text=f"{decision.did} is {decision.outcome.value}; minutes in {told}",
    )


def _place(options: argparse.Namespace) -> Answer:
    found = filing.file_place(options.dir / "vetting", _document(options.assessment))
    return Answer(
        data={"did": found.did, "place": found.place, "ready": True},
        text=f"{found.did} may go live in {found.place} once it is accredited for it",
    )


def _govern(options: argparse.Namespace) -> Answer:
    # The layout brings TUF along: only this command pays for it.
    from trust_registry._layout import GOVERNANCE

    document = _document(options.answers)
    found = require_governance(document)
    Consortium.open(options.dir)
    write_file(options.dir / GOVERNANCE, canonical(document))
    return Answer(
        data={"rows": len(found.answers), "sha256": found.sha256},
        text=f"{len(found.answers)} answers staged; publish to let everybody read them",
    )


def _figures(options: argparse.Namespace) -> Answer:
    """Only an organisation that the registry knows has figures in it."""
    document = _document(options.figures)
    found = check_figures(document)
    if found.did not in Consortium.open(options.dir).admitted:
        raise InputError(Reason.ISSUER_UNKNOWN, "no entry for that DID")
    path = figures_path(found.did)
    write_file(options.dir / path, canonical(document))
    return Answer(
        data={"did": found.did, "figures": path},
        text=f"{len(found.months)} months staged as {path}; publish to let everybody read them",
    )
