"""`amana registry collect` and `stolen`: what organisations hand in besides their entries."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from amana.cli import Answer, command, read_file, write_file
from amana.errors import AmanaError
from amana.limits import LIMITS
from amana.strict_json import JsonObject
from trust_registry._fetch import fetch
from trust_registry.collector import LARGEST, Taken, collect_all, lists_in
from trust_registry.consortium import Consortium
from trust_registry.stolen import PATH, add_stolen, read_stolen

__all__ = ["add_list_commands"]

_HTTPS = "https://"


def add_list_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands for lists below `amana registry`."""
    collect = command(
        commands, "collect", _collect, "take in all lists of all organisations, each if it passes"
    )
    _dir(collect)
    collect.add_argument(
        "--from",
        dest="sources",
        action="append",
        required=True,
        metavar="PLACE",
        help="a folder, a file, or the https address of one list (repeatable)",
    )
    collect.add_argument(
        "--private", action="store_true", help="addresses in a private network are asked as well"
    )
    stolen = command(commands, "stolen", _stolen, "stage the serials of stations that were stolen")
    _dir(stolen)
    stolen.add_argument(
        "--serial", action="append", required=True, help="of its certificate (repeatable)"
    )


def _dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the consortium's working folder"
    )


def _collect(options: argparse.Namespace) -> Answer:
    """Refused lists and places that can't be reached are told; they stop nothing else."""
    consortium = Consortium.open(options.dir)
    missed: list[Taken] = []
    lists = _lists(options.sources, missed, private=options.private)
    taken = [*collect_all(consortium, lists, now=_now()), *missed]
    refused = [one for one in taken if one.reason is not None]
    lines = [f"{len(taken) - len(refused)} lists taken; publish to let verifiers know"]
    lines += [f"  {one.name}: refused: {one.reason} ({one.detail})" for one in refused]
    data: JsonObject = {
        "taken": len(taken) - len(refused),
        "refused": [
            {"name": one.name, "issuer": one.issuer, "reason": one.reason} for one in refused
        ],
    }
    return Answer(data=data, text="\n".join(lines))


def _lists(
    sources: Sequence[str], missed: list[Taken], *, private: bool
) -> Iterator[tuple[str, bytes]]:
    for source in sources:
        try:
            if source.startswith(_HTTPS):
                yield source, fetch(source, LARGEST, private=private)
            elif Path(source).is_dir():
                yield from lists_in(Path(source))
            else:
                yield source, read_file(Path(source), limit=LARGEST)
        except AmanaError as error:
            missed.append(Taken(name=source, issuer=None, reason=error.reason, detail=error.detail))


def _stolen(options: argparse.Namespace) -> Answer:
    folder = Consortium.open(options.dir).folder
    path = folder / PATH
    before = read_file(path, limit=LIMITS.stolen_list_bytes) if path.exists() else None
    data = add_stolen(before, options.serial)
    write_file(path, data)
    serials = sorted(read_stolen(data))
    return Answer(
        data={"stolen": serials},
        text=f"{len(serials)} stolen stations staged; publish to let wallets know",
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
