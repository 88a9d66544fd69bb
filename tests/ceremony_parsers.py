"""Parsers of what members and registrars hand each other in a ceremony."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from amana.errors import InputError, RegistryError, VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.multibase import to_base64url
from tests.ceremony_lab import Machine, begin, hold, machines
from tests.parser_trials import Parser
from tests.registry_lab import NOW, Lab
from trust_registry._package import read_package, read_signatures
from trust_registry.regional import read_submission
from trust_registry.registrars import (
    RegistrarLimits,
    RegistrarMembers,
    read_limits,
    read_members,
)

_BOTH = (InputError, RegistryError)
_ALL = (InputError, VerificationError, RegistryError)


@dataclass(frozen=True)
class _Samples:
    """Packages of two versions, what a member signed, what a registrar handed in, a machine."""

    first: bytes
    package: bytes
    signed: bytes
    submission: bytes
    machine: Machine
    published: Path
    folder: TemporaryDirectory[str]  # there for as long as this is


@cache
def _samples() -> _Samples:
    folder = TemporaryDirectory()
    lab = Lab(Path(folder.name), label="parsers")
    lab.consortium.put_entry(lab.relief.entry())
    first = begin(lab).data()
    one, other, _ = machines(lab)
    hold(lab, [one, other])
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    package = begin(lab).data()
    submission = {
        "type": "RegistrarSubmission",
        "name": "east",
        "metadata": {
            "signed": next(iter(json.loads(first)["metadata"].values())),
            "signatures": [],
        },
        "targets": {"registrars/east/entries/x.json": to_base64url(b"{}")},
    }
    return _Samples(
        first=first,
        package=package,
        signed=one.sign(package, lab.published),
        submission=canonical(submission),
        machine=one,
        published=lab.published,
        folder=folder,
    )


def _look(data: bytes) -> None:
    found = _samples()
    found.machine.look(data, found.published)


def ceremony_parsers() -> dict[str, Parser]:
    """All of them, by name."""
    found = _samples()
    east = RegistrarLimits(
        name="east",
        title="East",
        actions=frozenset({("issue", "PurposeCredential")}),
        jurisdictions=frozenset({"KE"}),
        most_entries=10,
        since=NOW,
    )
    keys = {name: SecretKey(name.encode() * 32).public for name in "ab"}
    members = RegistrarMembers(name="east", members=keys, threshold=2)
    return {
        "ceremony_package": Parser(
            read_package, [found.first, found.package], _BOTH, values=True, most=50_000
        ),
        "ceremony_look": Parser(_look, [found.package], _ALL, values=True, most=20_000),
        "ceremony_signatures": Parser(read_signatures, [found.signed], values=True),
        "ceremony_submission": Parser(read_submission, [found.submission], values=True),
        "registrar_limits": Parser(read_limits, [east.data()], values=True),
        "registrar_members": Parser(read_members, [members.data()], _BOTH, values=True),
    }
