"""`amana registry registrar init|terms|entry|state|key-state`: what a registrar does by itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from amana.cli import Answer, command, read_file
from amana.dates import parse_instant
from amana.errors import InputError
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.sealed import read_public
from amana.strict_json import as_object, loads
from trust_registry._vetting_options import now, pair
from trust_registry.changes import OF_KEYS
from trust_registry.region import Region
from trust_registry.registrars import RegistrarLimits, RegistrarMembers
from trust_registry.snapshot import Entry, State

__all__ = ["add_region_commands"]

_STATES: Final = {
    "suspend": State.SUSPENDED,
    "withdraw": State.WITHDRAWN,
    "reinstate": State.GRANTED,
    "end": State.TERMINATED,
}


def add_region_commands(ours: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add what a registrar does in its own folder."""
    init = command(ours, "init", _init, "make a registrar's folder: who signs, within which limits")
    init.add_argument("--out", type=Path, required=True, metavar="DIR")
    init.add_argument("--name", required=True, help="small letters, digits and hyphens")
    init.add_argument("--demo", action="store_true", help="for a registry that is a demo")
    _add_terms(init, required=True)
    terms = command(ours, "terms", _terms, "write other limits or members, to be staged by `add`")
    _add_folder(terms)
    _add_terms(terms, required=False)
    entry = command(ours, "entry", _entry, "stage an organisation that its own members admitted")
    _add_folder(entry)
    entry.add_argument("--entry", type=Path, required=True, metavar="FILE")
    state = command(ours, "state", _state, "stage a change of standing that its members voted for")
    _add_folder(state)
    state.add_argument("--did", required=True)
    state.add_argument("--to", required=True, choices=_STATES)
    state.add_argument("--reason", required=True, help="published with the change")
    key = command(ours, "key-state", _key_state, "retire a key, or record that it leaked")
    _add_folder(key)
    key.add_argument("--did", required=True)
    key.add_argument("--key", required=True, metavar="ID", help="the DID, # and the key's name")
    key.add_argument("--state", required=True, choices=[state.value for state in OF_KEYS])
    key.add_argument("--since", metavar="INSTANT", help="when it leaked, if found out later")


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the registrar's working folder"
    )


def _add_terms(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--title", required=required, help="what people call it")
    parser.add_argument(
        "--action",
        action="append",
        required=required,
        metavar="ACTION:RESOURCE",
        type=pair(":"),
        help="what it may let organisations do: issue:PurposeCredential (repeatable)",
    )
    parser.add_argument(
        "--place", action="append", metavar="CODE", help="ISO 3166 (repeatable; else everywhere)"
    )
    parser.add_argument(
        "--most", type=int, required=required, metavar="N", help="how many organisations at most"
    )
    parser.add_argument(
        "--member",
        action="append",
        required=required,
        metavar="NAME=KEY",
        type=pair("="),
        help="who signs: a public key (z6Mk...) or a key file, whose passphrase is not needed",
    )
    parser.add_argument("--threshold", type=int, required=required, help="how many must sign")


def _init(options: argparse.Namespace) -> Answer:
    limits = RegistrarLimits(
        name=options.name,
        title=options.title,
        actions=frozenset(options.action),
        jurisdictions=frozenset(options.place or ()),
        most_entries=options.most,
        since=now(),
    )
    members = RegistrarMembers(
        name=options.name, members=_members(options.member), threshold=options.threshold
    )
    made = Region.create(options.out, limits=limits, members=members, demo=options.demo)
    return _for_the_consortium(made)


def _terms(options: argparse.Namespace) -> Answer:
    """What is not given stays, and so does the instant since when it is a registrar."""
    region = Region.open(options.dir)
    limits, members = region.limits, region.signers
    if options.title is not None:
        limits = replace(limits, title=options.title)
    if options.action is not None:
        limits = replace(limits, actions=frozenset(options.action))
    if options.place is not None:
        limits = replace(limits, jurisdictions=frozenset(options.place))
    if options.most is not None:
        limits = replace(limits, most_entries=options.most)
    if options.member is not None:
        members = replace(members, members=_members(options.member))
    if options.threshold is not None:
        members = replace(members, threshold=options.threshold)
    return _for_the_consortium(region.adopt(limits=limits, members=members))


def _members(given: Iterable[tuple[str, str]]) -> dict[str, PublicKey]:
    found: dict[str, PublicKey] = {}
    for name, source in given:
        if name in found:
            raise InputError(Reason.BAD_CEREMONY, "two members of one name")
        if source.startswith("z6Mk"):
            found[name] = PublicKey.from_multikey(source)
        else:
            found[name] = read_public(read_file(Path(source), limit=LIMITS.key_file_bytes))[0]
    return found


def _for_the_consortium(region: Region) -> Answer:
    limits, members = region.folder / "limits.json", region.folder / "members.json"
    return Answer(
        data={
            "registrar": region.name,
            "members": list(region.signers.members),
            "threshold": region.threshold,
            "files": [str(limits), str(members)],
        },
        text=f"{region.limits.title}: {region.threshold} of {len(region.members)} sign.\n"
        f"Hand {limits} and {members} to the consortium: it has the last word on them.",
    )


def _entry(options: argparse.Namespace) -> Answer:
    document = as_object(loads(read_file(options.entry)), Reason.ENTRY_INVALID)
    return _staged(Region.open(options.dir).put_entry(document, now=now()))


def _state(options: argparse.Namespace) -> Answer:
    region = Region.open(options.dir)
    to = _STATES[options.to]
    return _staged(region.change_state(options.did, to, reason=options.reason, now=now()))


def _key_state(options: argparse.Namespace) -> Answer:
    region = Region.open(options.dir)
    since = None if options.since is None else parse_instant(options.since)
    state = State(options.state)
    return _staged(region.change_key(options.did, options.key, state, now=now(), since=since))


def _staged(entry: Entry) -> Answer:
    state = entry.history[-1].state.value
    return Answer(
        data={"did": entry.did, "state": state},
        text=f"{entry.did} is staged as {state}; prepare a version for your members to sign",
    )
