"""Bundles to attack: written by an honest consortium, taken apart, changed, put together again."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.registry_lab import NOW, Expect, Lab
from trust_registry._zip import add_member
from trust_registry.bundle import write_bundle
from trust_registry.delta import build_delta
from trust_registry.incoming import import_file
from trust_registry.snapshot import Snapshot
from trust_registry.sources import FolderSource, Source

Members = list[tuple[str, bytes]]


def bundle_of(lab: Lab) -> bytes:
    """The whole registry as it lies published now."""
    out = io.BytesIO()
    write_bundle(FolderSource(lab.published), out)
    return out.getvalue()


def delta_of(lab: Lab, base: Source) -> bytes:
    """What changed since `base`."""
    return build_delta(FolderSource(lab.published), base=base)


def members_of(bundle: bytes) -> Members:
    """Names and contents, in their order."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def packed(members: Members) -> bytes:
    """A zip of the kind that bundles are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            add_member(archive, name, data)
    return out.getvalue()


def changed(bundle: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same members with other contents, and right checksums."""
    return packed([(name, change(name, data)) for name, data in members_of(bundle)])


def blobs_of(pack: bytes) -> Iterator[bytes]:
    """The targets in a pack."""
    at = 0
    while at < len(pack):
        (length,) = struct.unpack_from(">I", pack, at)
        yield pack[at + 4 : at + 4 + length]
        at += 4 + length


def take_in(lab: Lab, data: bytes, name: str = "from-a-stick.amana") -> Snapshot:
    """Import a file into the verifier's cache of the lab."""
    file = lab.folder / name
    file.write_bytes(data)
    return import_file(file, root=lab.consortium.anchor, cache=lab.folder / "cache", now=NOW)


def refused_file(lab: Lab, data: bytes, expect: Expect, name: str = "stick.amana") -> Path:
    """Importing fails just as expected, names the file, and leaves the last good state."""
    kind, reason = expect
    before = lab.cached().version
    with pytest.raises(kind) as caught:
        take_in(lab, data, name)
    assert caught.value.reason is reason
    assert caught.value.where["file"]
    assert lab.cached().version == before
    assert not list((lab.folder / "cache" / "incoming").iterdir())
    return lab.folder / name
