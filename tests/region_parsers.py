"""What a registrar's desk reads back from its members, and the consortium from a registrar."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from amana.errors import InputError, RegistryError
from amana.multibase import to_base64url
from tests.parser_trials import Parser, change_value, write
from tests.region_lab import NAME, ROLE, RegionLab
from tests.registry_lab import Lab
from trust_registry._bins import stored
from trust_registry.registrars import entry_path

_BOTH = (InputError, RegistryError)


@dataclass(frozen=True)
class _Samples:
    """A desk, a draft with one organisation, and what two of three members made of it."""

    nairobi: RegionLab
    entry: dict[str, Any]
    draft: bytes
    signed: list[bytes]
    submission: bytes
    folder: TemporaryDirectory[str]  # there for as long as this is


@cache
def _samples() -> _Samples:
    folder = TemporaryDirectory()
    nairobi = RegionLab(Lab(Path(folder.name), label="region parsers"))
    nairobi.add()
    clinic = nairobi.lab.issuer("clinic.example")
    nairobi.admit(clinic)
    draft = nairobi.draw()
    signed = nairobi.sign(draft)
    return _Samples(
        nairobi=nairobi,
        entry=nairobi.entry(clinic),
        draft=draft,
        signed=signed,
        submission=nairobi.complete(draft, signed),
        folder=folder,
    )


def _listed(random: Random, *, signed: bool) -> bytes:
    """A file in which a changed entry is listed as it should be; signed by nobody."""
    found = _samples()
    document = json.loads(found.submission if signed else found.draft)
    data = write(change_value(random, found.entry))
    path = entry_path(NAME, found.entry["did"])
    target = stored({path: data}, {})[path].to_dict()
    metadata = document["metadata"]["signed"] if signed else document["metadata"][ROLE]
    metadata["targets"] = {path: target}
    document["targets"] = {path: to_base64url(data)}
    return write(document)


def region_parsers() -> dict[str, Parser]:
    """All of them, by name."""
    found = _samples()
    return {
        "region_draft": Parser(
            lambda data: found.nairobi.complete(data, found.signed),
            [found.draft],
            _BOTH,
            values=True,
            made=partial(_listed, signed=False),
            most=20_000,
        ),
        "region_submission": Parser(
            found.nairobi.hand_in,
            [found.submission],
            _BOTH,
            values=True,
            made=partial(_listed, signed=True),
            most=20_000,
        ),
    }
