"""`amana registry entry`: write the entry of an organisation, for the members to sign."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from amana.cli import Answer, command, read_file, write_file
from amana.did.document import parse_document
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.sealed import read_public
from trust_registry.entries import RELATIONSHIPS, TIERS, entry_document

__all__ = ["add_entry_command"]


def add_entry_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `entry` below `amana registry`."""
    entry = command(commands, "entry", _entry, "write the entry of an organisation to a file")
    entry.add_argument("--did", required=True)
    entry.add_argument(
        "--name", action="append", required=True, metavar="LANGUAGE=NAME", type=_pair("=")
    )
    source = entry.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--did-document",
        type=Path,
        metavar="FILE",
        help="pin the assertion keys of this DID document, got from the organisation by hand",
    )
    source.add_argument(
        "--key",
        action="append",
        metavar="NAME=KEY",
        type=_pair("="),
        help="a name and the public key (z6Mk...) or a key file; its passphrase is not needed",
    )
    entry.add_argument(
        "--action",
        action="append",
        default=[],
        metavar="ACTION:RESOURCE",
        type=_pair(":"),
        help="for example issue:PurposeCredential or ask:PurposeCredential:food-assistance",
    )
    entry.add_argument(
        "--jurisdiction",
        action="append",
        default=[],
        metavar="CODE",
        help="where it works: ISO 3166, for example KE or KE-30 (repeatable; else anywhere)",
    )
    entry.add_argument(
        "--tier",
        action="append",
        default=[],
        metavar="TIER=RESOURCE",
        type=_pair("="),
        help=f"a service tier ({' or '.join(TIERS)}) at which it may ask for RESOURCE (repeatable)",
    )
    entry.add_argument(
        "--focal-point",
        metavar="KEY",
        help="the public key (z6Mk...) of somebody independent who takes complaints",
    )
    entry.add_argument("--relationship", action="append", choices=RELATIONSHIPS)
    entry.add_argument("--registrar", required=True, help="who admitted the organisation")
    entry.add_argument("--appeals", required=True, help="whom to write to about a decision")
    entry.add_argument("--dossier", type=Path, required=True, metavar="FILE")
    entry.add_argument("--reason", default="accredited", help="why it was admitted; published")
    entry.add_argument("--demo", action="store_true")
    entry.add_argument("--out", type=Path, required=True, metavar="FILE")


def _pair(separator: str) -> Callable[[str], tuple[str, str]]:
    def pair(text: str) -> tuple[str, str]:
        left, found, right = text.partition(separator)
        if not (left and found and right):
            raise argparse.ArgumentTypeError(f"{text!r} is not two parts with {separator} between")
        return left, right

    return pair


def _entry(options: argparse.Namespace) -> Answer:
    demo = bool(options.demo)
    keys: dict[str, PublicKey] = {}
    if options.did_document is not None:
        data = read_file(options.did_document, limit=LIMITS.json_bytes)
        found = parse_document(data, did=options.did).assertion_method
        # A registry pins Ed25519 keys alone; a key of another kind stays unknown to it.
        keys |= {name: key for name, key in found.items() if isinstance(key, PublicKey)}
    for name, source in options.key or ():
        if source.startswith("z6Mk"):
            public = PublicKey.from_multikey(source)
        else:
            public, of_demo = read_public(read_file(Path(source), limit=LIMITS.key_file_bytes))
            demo = demo or of_demo
        keys[f"{options.did}#{name}"] = public
    document = entry_document(
        options.did,
        names=dict(options.name),
        keys=keys,
        actions=options.action,
        since=datetime.now(UTC).replace(microsecond=0),
        registrar=options.registrar,
        appeals=options.appeals,
        dossier=hashlib.sha256(read_file(options.dossier)).hexdigest(),
        reason=options.reason,
        relationships=options.relationship or ("assertionMethod",),
        demo=demo,
        jurisdictions=options.jurisdiction,
        tiers=_by_resource(options.tier),
        focal_point=None
        if options.focal_point is None
        else PublicKey.from_multikey(options.focal_point),
    )
    write_file(options.out, canonical(document))
    return Answer(data={"entry": document}, text=f"{options.did} written to {options.out}")


def _by_resource(tiers: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tier, resource in tiers:
        found.setdefault(resource, []).append(tier)
    return found
