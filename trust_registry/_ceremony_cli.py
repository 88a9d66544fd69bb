"""`amana registry ceremony`: members sign on their own machines, with files passed by hand."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from amana.cli import EXIT_BY_OUTCOME, Answer, command, group, passphrase, read_file, write_file
from amana.errors import InputError, RegistryError
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from amana.sealed import read_public
from trust_registry._ceremony_options import (
    add_collected,
    add_published,
    grouped,
    read_anchor,
    read_files,
    reader,
)
from trust_registry._key_cli import opened
from trust_registry._vetting_options import add_folder, now
from trust_registry.consortium import Consortium

if TYPE_CHECKING:
    from trust_registry.ceremony import Change, Look

__all__ = ["add_ceremony_commands"]


def add_ceremony_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of ceremonies."""
    words = "prepare a version, have members sign it on their own machines, publish it"
    ours = group(commands.add_parser("ceremony", help=words, description=words))
    start = command(
        ours, "start", _start, "write everything the next version would hold", needs_passphrase=True
    )
    add_folder(start)
    start.add_argument("--out", type=Path, required=True, metavar="FILE", help="for the members")
    start.add_argument(
        "--add",
        action="append",
        default=[],
        metavar="NAME=KEY",
        help="a member joins: a public key (z6Mk...), or a key file",
    )
    start.add_argument("--remove", action="append", default=[], metavar="NAME", help="one leaves")
    start.add_argument(
        "--replace", action="append", default=[], metavar="NAME=KEY", help="a lost key's successor"
    )
    start.add_argument("--threshold", type=int, help="how many members must sign from now on")
    start.add_argument(
        "--exchange",
        action="append",
        default=[],
        choices=["snapshot", "timestamp", "status"],
        help="replace an automated key, which may have been stolen",
    )
    start.add_argument(
        "--renew", action="store_true", help="sign every file again, before it expires"
    )
    sign = command(
        ours, "sign", _sign, "see what differs from what you verified, and sign it",
        needs_passphrase=True,
    )  # fmt: skip
    sign.add_argument("package", type=Path, metavar="PACKAGE")
    add_published(sign)
    sign.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="what you verified last; yours"
    )
    sign.add_argument("--key", metavar="KEYFILE_OR_URI", help="yours; without it, only look")
    sign.add_argument("--out", type=Path, metavar="FILE", help="where your signatures go")
    sign.add_argument(
        "--yes",
        metavar="DIGEST",
        help="the digest of what you looked at; without it you are asked to type it",
    )
    finish = command(
        ours, "finish", _finish, "publish a package, if enough members signed it",
        needs_passphrase=True,
    )  # fmt: skip
    add_folder(finish)
    add_collected(finish)


def _start(options: argparse.Namespace) -> Answer:
    from trust_registry.ceremony import start

    shared = passphrase(options, whose="the automated keys")
    consortium = Consortium.open(options.dir, passphrase=shared)
    package = start(
        consortium,
        now=now(),
        change=_change(consortium, options),
        renew=options.renew,
        passphrase=shared,
        randomness=os.urandom,
    )
    write_file(options.out, package.data())
    digest = package.digest
    return Answer(
        data={
            "version": package.version,
            "digest": digest,
            "roles": sorted(package.metadata),
            "package": str(options.out),
        },
        text=f"version {package.version} waits in {options.out} for the members' signatures.\n"
        f"Read its digest to them by another way than the file takes:\n{grouped(digest)}",
    )


def _change(consortium: Consortium, options: argparse.Namespace) -> Change | None:
    from trust_registry.ceremony import Change

    members = {member.name: member.public for member in consortium.members}
    for name in options.remove:
        if members.pop(name, None) is None:
            raise InputError(Reason.BAD_CEREMONY, f"{name} is no member")
    for asked, there in ((options.add, False), (options.replace, True)):
        for name, key in map(_named, asked):
            if (name in members) is not there:
                rule = "is no member" if there else "is a member already"
                raise InputError(Reason.BAD_CEREMONY, f"{name} {rule}")
            members[name] = key
    same = members == {member.name: member.public for member in consortium.members}
    threshold = options.threshold if options.threshold is not None else consortium.threshold
    if same and threshold == consortium.threshold and not options.exchange:
        return None
    return Change(members=members, threshold=threshold, exchange=tuple(options.exchange))


def _named(text: str) -> tuple[str, PublicKey]:
    name, found, key = text.partition("=")
    if not (name and found and key):
        raise InputError(Reason.BAD_CEREMONY, f"{text!r} is not a name, = and a key")
    if key.startswith("z6Mk"):
        return name, PublicKey.from_multikey(key)
    return name, read_public(read_file(Path(key), limit=LIMITS.key_file_bytes))[0]


def _sign(options: argparse.Namespace) -> Answer:
    """Exit 20 when it was only looked at, or not confirmed: nothing is signed then."""
    from trust_registry.ceremony import look, sign_package

    if (options.key is None) is not (options.out is None):
        raise InputError(Reason.BAD_CEREMONY, "to sign needs a key, and a file to write to")
    anchor = read_anchor(options)
    seen = look(
        read_file(options.package, limit=LIMITS.ceremony_bytes),
        anchor=anchor,
        published=reader(options.published),
        state=options.state,
        now=now(),
    )
    told = _told(seen)
    data = {
        "version": seen.package.version,
        "since": seen.since,
        "digest": seen.package.digest,
        "differences": [{"about": one.about, "words": one.words} for one in seen.differences],
        "signed": False,
    }
    confirmed = _confirmed(options, told) if options.key is not None else None
    if confirmed is None:
        return Answer(data=data, text=told, exit=EXIT_BY_OUTCOME[Outcome.UNDECIDED])
    if confirmed != seen.package.digest:  # before anybody types a passphrase
        raise RegistryError(
            Reason.BAD_CEREMONY,
            "this is not the package whose digest was confirmed",
            file=str(options.package),
            role="targets",
        )
    signed = sign_package(
        seen,
        signer=opened(options.key, options),
        confirmed=confirmed,
        state=options.state,
        anchor=anchor,
    )
    write_file(options.out, signed.data())
    return Answer(
        data={**data, "signed": True, "roles": sorted(signed.signatures)},
        text=f"{told}\nsigned; hand {options.out} to the coordinator",
    )


def _confirmed(options: argparse.Namespace, told: str) -> str | None:
    """The digest as the member gives it: typed under what they were shown, or None."""
    if options.yes is not None:
        return "".join(options.yes.split()).lower()
    if options.json or not sys.stdin.isatty():
        return None
    sys.stderr.write(f"{told}\n")
    answer = input("type the digest that was read to you, to sign; anything else does not: ")
    return "".join(answer.split()).lower() or None


def _told(seen: Look) -> str:
    since = f"since version {seen.since}, the last you verified" if seen.since else "all is new"
    lines = [f"  {one.about}: {one.words}" for one in seen.differences]
    return "\n".join(
        [
            f"version {seen.package.version}, {since}:",
            *(lines or ["  nothing differs"]),
            f"digest: {grouped(seen.package.digest)}",
        ]
    )


def _finish(options: argparse.Namespace) -> Answer:
    from trust_registry.ceremony import finish

    shared = passphrase(options, whose="the automated keys")
    consortium = Consortium.open(options.dir, passphrase=shared)
    statement = finish(
        consortium,
        read_file(options.package, limit=LIMITS.ceremony_bytes),
        read_files(options.signatures),
        now=now(),
        passphrase=shared,
    )
    return Answer(
        data={"version": statement.version, "published": str(consortium.published)},
        text=f"{statement.name}, version {statement.version}, published in {consortium.published}",
    )
