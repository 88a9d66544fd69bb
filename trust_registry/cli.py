"""`amana registry`: a consortium founds its registry, changes it, signs it and looks at it."""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from amana.cli import (
    EXIT_BY_OUTCOME,
    Answer,
    alone_in,
    command,
    group,
    make_folder,
    passphrase,
    read_file,
)
from amana.dates import format_instant, parse_instant
from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject, as_object, loads
from trust_registry._bundle_cli import add_bundle_commands
from trust_registry._ceremony_cli import add_ceremony_commands
from trust_registry._entry_cli import add_entry_command
from trust_registry._fetch import fetch
from trust_registry._key_cli import add_key_commands, opened
from trust_registry._lists_cli import add_list_commands
from trust_registry._log_cli import add_log_commands
from trust_registry._page_cli import add_page_commands
from trust_registry._registrar_cli import add_registrar_commands
from trust_registry._trqp_cli import add_trqp_commands
from trust_registry._vetting_cli import add_vetting_commands
from trust_registry.changes import OF_KEYS
from trust_registry.consortium import BIN_BITS, Consortium
from trust_registry.entries import RELATIONSHIPS
from trust_registry.options import add_registry_options, read_snapshot
from trust_registry.resolve import DiskCache, Resolver, described
from trust_registry.snapshot import Entry, Snapshot, State

__all__ = ["add_commands"]

_CHANGES: Final = {
    "suspend": (State.SUSPENDED, "suspend an organisation from now on"),
    "withdraw": (State.WITHDRAWN, "withdraw an organisation's accreditation from now on"),
    "reinstate": (State.GRANTED, "grant again after a suspension, or after a successful appeal"),
    "end": (State.TERMINATED, "record that an organisation left by itself"),
}


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Add the registry's commands below `amana registry`."""
    commands = group(parser)
    _add_init(commands)
    add_entry_command(commands)
    add = command(commands, "add", _add, "stage an entry for the next version")
    _dir(add)
    add.add_argument("--entry", type=Path, required=True, metavar="FILE")
    status = command(commands, "status", _status, "collect a status list that an issuer signed")
    _dir(status)
    status.add_argument("--list", type=Path, required=True, metavar="FILE")
    for name, (state, help_text) in _CHANGES.items():
        change = command(commands, name, _change, help_text)
        change.set_defaults(state=state)
        _dir(change)
        change.add_argument("--did", required=True)
        change.add_argument("--reason", default="", help="published with the change; needed")
    key = command(commands, "key-state", _key_state, "retire a key, or record that it leaked")
    _dir(key)
    key.add_argument("--did", required=True)
    key.add_argument("--key", required=True, metavar="ID", help="the DID, # and the key's name")
    key.add_argument("--state", required=True, choices=[state.value for state in OF_KEYS])
    key.add_argument(
        "--since", metavar="INSTANT", help="when it leaked, if that was found out later"
    )
    check = command(commands, "check", _check, "say what the next version would change")
    _dir(check)
    _add_publish(commands)
    add_bundle_commands(commands)
    add_key_commands(commands)
    add_ceremony_commands(commands)
    add_registrar_commands(commands)
    add_list_commands(commands)
    add_log_commands(commands)
    add_page_commands(commands)
    add_trqp_commands(commands)
    add_vetting_commands(commands)
    show = command(commands, "show", _show, "verify a published registry and show it")
    show.add_argument("published", type=Path, metavar="PUBLISHED_DIR")
    show.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="FILE",
        help="the trust anchor; take it from the consortium itself, not from where the folder was",
    )
    show.add_argument(
        "--cache", type=Path, metavar="DIR", help="remember this version, refuse older ones"
    )
    _add_resolve(commands)


def _dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the consortium's working folder"
    )


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = command(
        commands, "init", _init, "found a consortium: keys, trust anchor", needs_passphrase=True
    )
    init.add_argument("--out", type=Path, required=True, metavar="DIR")
    init.add_argument("--name", required=True)
    init.add_argument("--members", type=int, default=3)
    init.add_argument("--threshold", type=int, default=2, help="how many members must sign")
    init.add_argument(
        "--bin-bits",
        type=int,
        choices=range(1, 17),
        default=BIN_BITS,
        metavar="N",
        help="spread files over 2 to the power of N bins, for good; 10 serves 100,000 entries",
    )
    init.add_argument("--demo", action="store_true", help="mark all keys as good for nothing real")


def _add_publish(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    publish = command(
        commands, "publish", _publish, "sign and publish what is staged", needs_passphrase=True
    )
    _dir(publish)
    publish.add_argument(
        "--member",
        action="append",
        default=[],
        metavar="KEY",
        help="one who signs: a key file, or the address of a key in a token (pkcs11:...)",
    )
    publish.add_argument(
        "--status-only",
        action="store_true",
        help="publish status lists alone, under the automated keys; no member is needed",
    )


def _add_resolve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    resolve = command(commands, "resolve", _resolve, "find the keys of a DID: pinned, or kept here")
    resolve.add_argument("did", metavar="DID")
    add_registry_options(resolve)
    resolve.add_argument(
        "--network", action="store_true", help="ask the DID's own host as well, over HTTPS"
    )
    resolve.add_argument(
        "--private", action="store_true", help="with --network: even a host in a private network"
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _init(options: argparse.Namespace) -> Answer:
    """Members' keys of a demo share one passphrase; otherwise each member types their own."""
    shared = passphrase(options, confirm=True, whose="the automated keys")
    made = Consortium.create(
        options.out,
        name=options.name,
        members=options.members,
        threshold=options.threshold,
        demo=options.demo,
        bin_bits=options.bin_bits,
        passphrase=shared,
        passphrase_of=None
        if options.demo
        else lambda member: passphrase(options, confirm=True, whose=member),
        randomness=os.urandom,
        now=_now(),
    )
    anchor = options.out / "trust-anchor.json"
    digest = hashlib.sha256(made.anchor).hexdigest()
    return Answer(
        data={
            "name": made.name,
            "members": [member.name for member in made.members],
            "threshold": made.threshold,
            "demo": made.demo,
            "trust_anchor": str(anchor),
            "sha256": digest,
        },
        text=f"{made.name}: {made.threshold} of {len(made.members)} members decide.\n"
        f"Give each member their key file from {options.out / 'members'} and keep no copy.\n"
        f"Hand {anchor} to verifiers by a way they trust; its SHA-256 is\n{digest}",
    )


def _add(options: argparse.Namespace) -> Answer:
    document = as_object(loads(read_file(options.entry)), Reason.ENTRY_INVALID)
    entry = Consortium.open(options.dir).put_entry(document)
    return _staged(entry)


def _status(options: argparse.Namespace) -> Answer:
    data = read_file(options.list, limit=LIMITS.status_list_json_bytes)
    found = Consortium.open(options.dir).collect_status(data, now=_now())
    revoked = int.from_bytes(found.bits).bit_count()
    return Answer(
        data={"url": found.url, "issuer": found.issuer, "set": revoked},
        text=f"{found.url}: {revoked} set; publish to let verifiers know",
    )


def _change(options: argparse.Namespace) -> Answer:
    consortium = Consortium.open(options.dir)
    return _staged(
        consortium.change_state(options.did, options.state, reason=options.reason, now=_now())
    )


def _key_state(options: argparse.Namespace) -> Answer:
    consortium = Consortium.open(options.dir)
    state = State(options.state)
    since = None if options.since is None else parse_instant(options.since)
    return _staged(consortium.change_key(options.did, options.key, state, now=_now(), since=since))


def _check(options: argparse.Namespace) -> Answer:
    consortium = Consortium.open(options.dir)
    changes, entries = consortium.unpublished(), consortium.entries
    statement = consortium.statement()
    version = statement.version if statement is not None else 0
    lines = [f"{what}: {path}" for path, what in changes.items()]
    return Answer(
        data={"published": version, "entries": len(entries), "changes": changes},
        text="\n".join(lines or [f"nothing differs from version {version}"]),
    )


def _publish(options: argparse.Namespace) -> Answer:
    shared = passphrase(options, whose="the automated keys")
    consortium = Consortium.open(options.dir, passphrase=shared)
    if options.status_only:
        consortium.publish_status(now=_now())
        return Answer(
            data={"published": str(consortium.published), "status_only": True},
            text=f"status lists published in {consortium.published}",
        )
    signers = [opened(reference, options) for reference in options.member]
    statement = consortium.publish(signers=signers, now=_now())
    return Answer(
        data={
            "version": statement.version,
            "published": str(consortium.published),
            "signed_by": len(signers),
        },
        text=f"{statement.name}, version {statement.version}, published in {consortium.published}",
    )


def _show(options: argparse.Namespace) -> Answer:
    # The client brings TUF along: only this command pays for it.
    from trust_registry import client

    root = read_file(options.root, limit=LIMITS.registry_root_bytes)
    now = _now()
    if options.cache is not None:
        make_folder(options.cache)
        with alone_in(options.cache):
            found = client.load(options.published, root=root, cache=options.cache, now=now)
    else:
        with tempfile.TemporaryDirectory() as cache:
            found = client.load(options.published, root=root, cache=Path(cache), now=now)
    return Answer(data=_described(found, now), text=_told(found, now))


def _resolve(options: argparse.Namespace) -> Answer:
    """Exit 20 unless the registry vouches for the DID: good keys alone are no trust."""
    now = _now()
    resolver = Resolver(
        snapshot=read_snapshot(options, now=now),
        cache=DiskCache((options.cache or user_cache_path("amana")) / "dids"),
        fetch=partial(fetch, private=options.private) if options.network else None,
    )
    found = resolver.resolve(options.did, now=now)
    data = described(found)
    vouched = "the registry vouches for it" if found.reason is None else "unknown to the registry"
    age = f", {found.age.days} days old" if found.age is not None else ""
    lines = [f"{found.did}: {vouched}; from the {found.source.value}{age}"]
    if found.refused is not None:
        lines.append(f"  what its host serves now was refused: {found.refused.value}")
    for purpose in RELATIONSHIPS:
        lines += [f"  {purpose:<15} {name}" for name in data["document"][purpose]]
    return Answer(
        data=data,
        text="\n".join(lines),
        exit=EXIT_BY_OUTCOME[Outcome.ACCEPTED if found.reason is None else found.reason.outcome],
    )


def _staged(entry: Entry) -> Answer:
    state = entry.history[-1].state.value
    return Answer(
        data={"did": entry.did, "state": state, "keys": _key_states(entry)},
        text=f"{entry.did} is staged as {state}; publish to make it count",
    )


def _key_states(entry: Entry) -> dict[str, str]:
    return {key.id: key.history[-1].state.value for key in entry.keys.values()}


def _described(found: Snapshot, now: datetime) -> JsonObject:
    return {
        "name": found.name,
        "version": found.version,
        "published": format_instant(found.published),
        "age_days": (now - found.published).days,
        "demo": found.demo,
        "entries": [
            {
                "did": entry.did,
                "names": dict(entry.names),
                "state": entry.history[-1].state.value,
                "keys": _key_states(entry),
                "actions": [f"{action}:{resource}" for action, resource in sorted(entry.actions)],
                "demo": entry.demo,
            }
            for entry in found.entries.values()
        ],
        "status_lists": [
            {
                "url": one.url,
                "issuer": one.issuer,
                "made": format_instant(one.valid_from),
                "set": int.from_bytes(one.bits).bit_count(),
            }
            for one in found.status_lists.values()
        ],
    }


def _told(found: Snapshot, now: datetime) -> str:
    described = _described(found, now)
    lines = [
        f"{found.name}, version {found.version}, signed {described['age_days']} days ago"
        + (" (demo: good for nothing real)" if found.demo else "")
    ]
    for entry in described["entries"]:
        names = " / ".join(entry["names"].values())
        lines.append(f"  {entry['state']:<10} {names}  {entry['did']}")
        lines.append(f"             may {', '.join(entry['actions']) or 'do nothing yet'}")
    lines += [
        f"  list       {one['url']}: {one['set']} set, made {one['made'][:10]}"
        for one in described["status_lists"]
    ]
    return "\n".join(lines)
