"""Parsers of the files that carry a registry from hand to hand."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from tests.amana_samples import mutate
from tests.bundle_lab import bundle_of, delta_of, members_of, packed
from tests.parser_trials import Parser
from tests.registry_lab import Lab
from trust_registry._held import HeldSource
from trust_registry._inventory import read_contents, targets_of
from trust_registry._patch import apply_patch, make_patch
from trust_registry.bundle import check_anchor, read_bundle, read_header
from trust_registry.delta import read_delta
from trust_registry.sources import Source, read_all

_ERRORS = (RegistryError, InputError)


class _Carried:
    """A device with the first version, and what carries the second one to it."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab(folder)
        self.lab.begin()
        self.root = self.lab.consortium.anchor
        self.held = HeldSource(root=self.root, cache=folder / "cache")
        self.lab.consortium.put_entry(self.lab.issuer("other.example").entry())
        self.lab.publish()
        self.bundle = bundle_of(self.lab)
        self.delta = delta_of(self.lab, self.held)
        whole = read_bundle(self.bundle)
        contents = read_contents(whole)
        self.names = [
            *contents.metadata,
            *(
                target.name
                for role in contents.roles
                for target in targets_of(whole, contents, role)
            ),
        ]

    def bundle_made(self, random: Random) -> bytes:
        """A right zip of members of which one is not."""
        members = members_of(self.bundle)
        which = random.randrange(len(members))
        name, data = members[which]
        members[which] = name, mutate(random, data or b"x")
        return packed(members)

    def delta_made(self, random: Random) -> bytes:
        """A right compression of a text that is not."""
        mark, deflated = self.delta[:14], self.delta[14:]
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        text = mutate(random, zlib.decompress(deflated, -zlib.MAX_WBITS))
        return mark + packer.compress(text) + packer.flush()


@cache
def _carried() -> _Carried:
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="amana-bundles-", dir=memory if memory.is_dir() else None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return _Carried(Path(folder))


def _all(source: Source, names: Iterable[str]) -> None:
    """Read everything; who loses or changes a target is refused, as the client would."""
    for name in names:
        data = read_all(source, name, limit=10**7)
        digest = name.rpartition("/")[2].partition(".")[0]
        if data is None or (
            name.startswith("targets/") and hashlib.sha256(data).hexdigest() != digest
        ):
            raise InputError(Reason.EMPTY, "it lacks a file")


def _bundle(data: bytes) -> None:
    _all(read_bundle(data), _carried().names)


def _delta(data: bytes) -> None:
    carried = _carried()
    _all(read_delta(data, base=carried.held, root=carried.root), carried.names)


def _anchor(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    check_anchor(text, root=_carried().root, name="x")


def bundle_parsers() -> dict[str, Parser]:
    """All of them, by name."""
    carried = _carried()
    old = b"0123456789abcdef" * 20
    new = old[:100] + b"changed" + old[130:]
    anchor = hashlib.sha256(carried.root).hexdigest().encode()
    header = read_bundle(carried.bundle).header.data()
    return {
        "bundle_file": Parser(
            _bundle, [carried.bundle], _ERRORS, made=carried.bundle_made, most=100_000
        ),
        "bundle_header": Parser(read_header, [header], values=True),
        "bundle_anchor": Parser(_anchor, [anchor], _ERRORS),
        "bundle_delta": Parser(
            _delta, [carried.delta], _ERRORS, made=carried.delta_made, most=200_000
        ),
        "bundle_patch": Parser(
            lambda data: apply_patch(old, data, size=len(new)), [make_patch(old, new)]
        ),
    }
