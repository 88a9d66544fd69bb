"""`amana registry registrar`: what a regional registrar prepares, signs and hands in."""

from __future__ import annotations

import argparse
from pathlib import Path

from amana.cli import Answer, command, group, read_file, write_file
from amana.limits import LIMITS
from trust_registry._ceremony_options import (
    add_collected,
    add_published,
    grouped,
    read_anchor,
    read_files,
    reader,
)
from trust_registry._region_cli import add_region_commands
from trust_registry._vetting_options import add_folder, now
from trust_registry.consortium import Consortium
from trust_registry.region import Region
from trust_registry.registrars import read_limits, read_members

__all__ = ["add_registrar_commands"]


def add_registrar_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of regional registrars."""
    words = "regional registrars: stage one, prepare and hand in what its own members sign"
    ours = group(commands.add_parser("registrar", help=words, description=words))
    add = command(ours, "add", _add, "stage a registrar's limits and members, for a ceremony")
    add_folder(add)
    add.add_argument("--limits", type=Path, required=True, metavar="FILE")
    add.add_argument("--members", type=Path, required=True, metavar="FILE")
    add_region_commands(ours)
    prepare = command(ours, "prepare", _prepare, "write what a registrar's members have to sign")
    prepare.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the registrar's working folder"
    )
    add_published(prepare)
    prepare.add_argument("--out", type=Path, required=True, metavar="FILE")
    submit = command(ours, "submit", _submit, "put the signatures together, for the consortium")
    submit.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the registrar's working folder"
    )
    add_published(submit)
    add_collected(submit)
    submit.add_argument("--out", type=Path, required=True, metavar="FILE")
    take = command(ours, "take", _take, "stage what a registrar handed in")
    add_folder(take)
    take.add_argument("submission", type=Path, metavar="FILE")


def _add(options: argparse.Namespace) -> Answer:
    from trust_registry.regional import stage_registrar

    limits = read_limits(read_file(options.limits))
    members = read_members(read_file(options.members))
    stage_registrar(Consortium.open(options.dir), limits, members)
    return Answer(
        data={"registrar": limits.name, "members": list(members.members)},
        text=f"{limits.title} is staged; it counts once its own members have signed, and yours",
    )


def _prepare(options: argparse.Namespace) -> Answer:
    from trust_registry._package import read_package

    anchor, published = read_anchor(options), reader(options.published)
    data = Region.open(options.dir).draw_up(anchor=anchor, published=published, now=now())
    package = read_package(data)
    write_file(options.out, data)
    return Answer(
        data={
            "version": package.version,
            "digest": package.digest,
            "entries": len(package.targets),
            "package": str(options.out),
        },
        text=f"version {package.version} waits in {options.out} for the members' signatures; "
        f"its digest is\n{grouped(package.digest)}",
    )


def _submit(options: argparse.Namespace) -> Answer:
    region = Region.open(options.dir)
    signed = region.complete(
        read_file(options.package, limit=LIMITS.ceremony_bytes),
        read_files(options.signatures),
        anchor=read_anchor(options),
        published=reader(options.published),
        now=now(),
    )
    write_file(options.out, signed)
    return Answer(
        data={"registrar": region.name, "submission": str(options.out)},
        text=f"hand {options.out} to the consortium",
    )


def _take(options: argparse.Namespace) -> Answer:
    from trust_registry.regional import take

    found = take(
        Consortium.open(options.dir),
        read_file(options.submission, limit=LIMITS.ceremony_bytes),
        now=now(),
    )
    return Answer(
        data={"registrar": found.name, "entries": len(found.targets)},
        text=f"{len(found.targets)} entries of {found.name} are staged; publish to let them count",
    )
