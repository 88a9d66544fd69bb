"""`amana registry measure|appeal` and their votes and answers: nothing is arbitrary (C79)."""

from __future__ import annotations

import argparse

from amana.cli import Answer, command
from amana.dates import format_instant
from amana.errors import InputError
from amana.reasons import Reason
from trust_registry import measure_filing
from trust_registry._vetting_options import (
    Voters,
    add_case,
    add_voter,
    member_keys,
    now,
    opened,
    those_in,
)
from trust_registry.measures import NOTICE
from trust_registry.snapshot import Entry
from trust_registry.votes import Choice

__all__ = ["add_measure_commands"]


def add_measure_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of measures and appeals below `amana registry`."""
    measure = command(
        commands, "measure", _measure, "propose to suspend, withdraw, reinstate or end; with notice"
    )
    add_case(measure)
    measure.add_argument("--to", required=True, choices=[choice.value for choice in NOTICE])
    measure.add_argument("--reason", required=True, help="published, and sent to the organisation")
    measure.add_argument("--appeals", required=True, help="whom to write to about it")
    measure.add_argument("--urgent", default="", help="to suspend at once: which danger, to whom")
    vote = command(
        commands, "measure-vote", _measure_vote, "sign a vote on a measure", needs_passphrase=True
    )
    add_case(vote)
    vote.add_argument("--measure", type=int, required=True, metavar="N")
    add_voter(vote, ("measure", "refuse"))
    appeal = command(commands, "appeal", _appeal, "take in an appeal of an organisation")
    add_case(appeal)
    _add_measure(appeal)
    appeal.add_argument("--grounds", required=True)
    on_appeal = command(
        commands, "appeal-vote", _appeal_vote, "sign a vote on an appeal", needs_passphrase=True
    )
    _add_appeal(on_appeal)
    add_voter(on_appeal, ("uphold", "refuse"))
    answer = command(
        commands, "appeal-answer", _appeal_answer, "file the answer; a good appeal reopens the case"
    )
    _add_appeal(answer)
    answer.add_argument("--text", required=True, help="published, and sent to the organisation")


def _add_measure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--measure", type=int, metavar="N", help="against this measure, not against the decision"
    )


def _add_appeal(parser: argparse.ArgumentParser) -> None:
    add_case(parser)
    _add_measure(parser)
    parser.add_argument("--appeal", type=int, required=True, metavar="N")


def _entry(voters: Voters, did: str) -> Entry | None:
    return voters.entries.get(did)


def _measure(options: argparse.Namespace) -> Answer:
    those_in(options.dir)
    found = measure_filing.file_measure(
        options.dir / "vetting",
        options.did,
        Choice(options.to),
        reason=options.reason,
        appeals=options.appeals,
        urgent=options.urgent,
        now=now(),
    )
    effective = format_instant(found.effective)
    return Answer(
        data={"did": found.did, "measure": found.number, "effective": effective},
        text=f"measure {found.number}: to {found.choice.value} {found.did} from {effective} on, "
        "if enough members vote for it. Send it to the organisation today.",
    )


def _measure_vote(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    entry = _entry(voters, options.did)
    if entry is None:
        raise InputError(Reason.ISSUER_UNKNOWN, "no entry for that DID")
    path = measure_filing.file_measure_vote(
        options.dir / "vetting",
        entry,
        options.measure,
        in_favour=options.choice == "measure",
        reason=options.reason,
        key=opened(options, demo=voters.demo),
        members=member_keys(voters),
        now=now(),
    )
    return Answer(data={"vote": str(path)}, text=f"{path} signed")


def _appeal(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    number, found = measure_filing.file_appeal(
        options.dir / "vetting",
        _entry(voters, options.did),
        options.did,
        grounds=options.grounds,
        measure=options.measure,
        members=member_keys(voters),
        now=now(),
    )
    until = format_instant(found.answer_by)
    return Answer(
        data={"appeal": number, "answer_by": until},
        text=f"appeal {number} filed; if nobody answers by {until}, it has succeeded",
    )


def _appeal_vote(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    path = measure_filing.file_appeal_vote(
        options.dir / "vetting",
        _entry(voters, options.did),
        options.did,
        options.appeal,
        uphold=options.choice == "uphold",
        reason=options.reason,
        key=opened(options, demo=voters.demo),
        measure=options.measure,
        members=member_keys(voters),
        now=now(),
    )
    return Answer(data={"vote": str(path)}, text=f"{path} signed")


def _appeal_answer(options: argparse.Namespace) -> Answer:
    voters = those_in(options.dir)
    how = measure_filing.conclude_appeal(
        options.dir / "vetting",
        _entry(voters, options.did),
        options.did,
        options.appeal,
        text=options.text,
        measure=options.measure,
        members=member_keys(voters),
        now=now(),
    )
    anew = "; the case is to be decided anew" if how.succeeded else ""
    return Answer(data={"standing": how.value}, text=f"the appeal is {how.value}{anew}")
