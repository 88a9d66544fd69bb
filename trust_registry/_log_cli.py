"""`amana registry log`: look at the log of decisions, prove one, compare what two devices hold."""

from __future__ import annotations

import argparse
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from amana.cli import EXIT_BY_OUTCOME, Answer, command, group, read_file, write_file
from amana.dates import format_instant
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from trust_registry._tiles import WIDTH, Read
from trust_registry.inclusion import check_inclusion, prove
from trust_registry.log import FILE, Checkpoint, Leaf, every_leaf, grew, read_checkpoint
from trust_registry.notes import VerifierKey, read_verifier_key
from trust_registry.options import add_registry_options, read_snapshot

__all__ = ["add_log_commands"]

_BUNDLE_BYTES: Final = WIDTH * (LIMITS.log_leaf_bytes + 2)  # the largest file of a log
_SHOWN: Final = 20  # leaves, to a person


def add_log_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `amana registry log` and its commands."""
    words = "look at the log of decisions, and compare it with others'"
    ours = group(commands.add_parser("log", help=words, description=words))
    show = command(ours, "show", _show, "check a log's folder and show its decisions")
    _log_and_key(show)
    check = command(ours, "verify", _verify, "check a log's folder, or a proof")
    check.add_argument("log", type=Path, metavar="DIR_OR_PROOF")
    _key(check)
    check.add_argument("--decision", metavar="FILE", help="with a proof: what it must be about")
    proof = command(ours, "prove", _prove, "write a proof that a decision stands in the log")
    _log_and_key(proof)
    proof.add_argument("--decision", required=True, metavar="FILE", help="or its SHA-256 in hex")
    proof.add_argument("--out", type=Path, required=True, metavar="FILE")
    compare = command(ours, "compare", _compare, "tell whether two checkpoints are of one history")
    for name in ("one", "other"):
        compare.add_argument(name, type=Path, metavar=name.upper(), help="a checkpoint, or a log")
    _key(compare)
    compare.add_argument(
        "--log",
        type=Path,
        metavar="DIR",
        help="a log's folder, to show that one grew into the other",
    )


def _log_and_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("log", type=Path, metavar="LOG_DIR")
    _key(parser)


def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key",
        metavar="KEY",
        help="the log's verifier key, or a file that holds it; without it, the one that the "
        "registry named by --root says",
    )
    add_registry_options(parser)


def _show(options: argparse.Namespace) -> Answer:
    checkpoint, leaves = _whole(options.log, _read_key(options))
    lines = [
        f"{index:>8}  {format_instant(leaf.instant)}  version {leaf.version}  {leaf.kind:<20} "
        f"{leaf.decision}"
        for index, leaf in enumerate(leaves)
    ]
    more = [f"(and {len(lines) - _SHOWN} before)"] if len(lines) > _SHOWN else []
    return Answer(
        data={**_described(checkpoint), "leaves": [_leaf(leaf) for leaf in leaves]},
        text="\n".join([_told(checkpoint), *more, *lines[-_SHOWN:]]),
    )


def _verify(options: argparse.Namespace) -> Answer:
    key = _read_key(options)
    if options.log.is_dir():
        if options.decision is not None:
            raise InputError(Reason.BAD_LOG, "--decision goes with a proof, not with a folder")
        checkpoint, _ = _whole(options.log, key)
        return Answer(
            data=_described(checkpoint), text=f"All leaves and tiles fit.\n{_told(checkpoint)}"
        )
    proof = read_file(options.log, limit=LIMITS.log_note_bytes)
    decision = _digest(options.decision) if options.decision is not None else None
    found = check_inclusion(proof, key=key, decision=decision)
    return Answer(
        data={**_described(found.checkpoint), "index": found.index, "leaf": _leaf(found.leaf)},
        text=f"Leaf {found.index} of the log: {found.leaf.kind}, {found.leaf.decision}\n"
        f"{_told(found.checkpoint)}",
    )


def _prove(options: argparse.Namespace) -> Answer:
    note = read_file(options.log / FILE, limit=LIMITS.log_note_bytes)
    key, digest = _read_key(options), _digest(options.decision)
    proofs = prove(digest, note=note, key=key, read=_reader(options.log))
    write_file(options.out, proofs[-1])
    index = check_inclusion(proofs[-1], key=key, decision=digest).index
    return Answer(
        data={"decision": digest, "index": index, "leaves": len(proofs), "out": str(options.out)},
        text=f"Leaf {index} of the log tells of it; the proof is in {options.out}",
    )


def _compare(options: argparse.Namespace) -> Answer:
    """Exit 20 where one is the longer and nothing shows that it grew out of the other."""
    key = _read_key(options)
    one, other = (_checkpoint(path, key) for path in (options.one, options.other))
    old, new = sorted((one, other), key=lambda checkpoint: checkpoint.size)
    shown = grew(old, new, read=_reader(options.log) if options.log else _nothing)
    same = shown and old.size == new.size
    newer = "neither" if old.size == new.size else "other" if new is other else "one"
    if same:
        text = f"Both hold the same history.\n{_told(new)}"
    elif shown:
        text = f"One history: {old.size} leaves, which grew to {new.size}.\n{_told(new)}"
    else:
        text = f"{old.size} and {new.size} leaves; name a --log to see whether one grew."
    return Answer(
        data={"same": same, "consistent": shown or None, "newer": newer, **_described(new)},
        text=text,
        exit=0 if shown else EXIT_BY_OUTCOME[Outcome.UNDECIDED],
    )


def _whole(folder: Path, key: VerifierKey) -> tuple[Checkpoint, tuple[Leaf, ...]]:
    checkpoint = _checkpoint(folder, key)
    return checkpoint, every_leaf(checkpoint, read=_reader(folder))


def _checkpoint(path: Path, key: VerifierKey) -> Checkpoint:
    file = path / FILE if path.is_dir() else path
    return read_checkpoint(read_file(file, limit=LIMITS.log_note_bytes), key=key)


def _reader(folder: Path) -> Read:
    def read(name: str) -> bytes | None:
        path = folder / name
        return read_file(path, limit=_BUNDLE_BYTES) if path.is_file() else None

    return read


def _nothing(_name: str) -> None:
    return None


def _read_key(options: argparse.Namespace) -> VerifierKey:
    text = options.key
    if text is None:
        # What k of n members signed, checked against the root: never what lies beside the log.
        snapshot = read_snapshot(options, now=datetime.now(UTC).replace(microsecond=0))
        if snapshot is None or snapshot.log is None:
            raise InputError(Reason.BAD_KEY, "the log's --key, or --root of a registry with a log")
        text = snapshot.log
    elif "+" not in text:
        data = read_file(Path(text), limit=LIMITS.log_note_bytes)
        text = data.decode("utf-8", "replace").strip()
    return read_verifier_key(text)


def _digest(given: str) -> str:
    """The digest that was given, or that of the file that was."""
    if len(given) == 64 and not set(given) - set("0123456789abcdef"):
        return given
    return hashlib.sha256(read_file(Path(given))).hexdigest()


def _leaf(leaf: Leaf) -> dict[str, str | int]:
    return {
        "decision": leaf.decision,
        "kind": leaf.kind,
        "version": leaf.version,
        "instant": format_instant(leaf.instant),
    }


def _described(checkpoint: Checkpoint) -> dict[str, str | int]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "fingerprint": checkpoint.fingerprint,
    }


def _told(checkpoint: Checkpoint) -> str:
    rows = checkpoint.fingerprint.replace("\n", "\n    ")
    return f"{checkpoint.origin}, {checkpoint.size} leaves; read this to one another:\n    {rows}"
