"""The whole registry in one file, for a stick: everything that a verifier needs, nothing believed.

A bundle is a zip (see `_zip`) with these members:

    bundle.json            what it is: format, anchor, version, snapshot, published, bins
    metadata/<file>        the TUF metadata as it lies published, with every root from the first on
    packs/<pack>           bytes of targets, each after its length in four bytes (big endian)
    packs/<pack>.<n>       the rest of a pack that grew large

The pack of a target follows from its path: `entries-<bin>`, `status-<bin>` (with the lists of
issued credentials), `registrar-<name>`, or `targets`. In its pack a target is found by its SHA-256,
so that 100,000 entries make some thousand members. `bundle.json` serves people and early refusals
in plain words; what a verifier believes it verifies from the bytes, as if they came from a web
server.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import as_object, loads
from trust_registry._inventory import (
    ANCHOR,
    Contents,
    Target,
    bins_of,
    published_at,
    read_contents,
    read_target,
    signed_in,
    targets_of,
)
from trust_registry._zip import Member, add_member, read_directory, read_member
from trust_registry.sources import Source, read_all

__all__ = ["BundleSource", "Header", "check_anchor", "open_bundle", "read_bundle", "write_bundle"]

FORMAT: Final = "amana-registry-bundle"
_FORMAT_VERSION: Final = 1
_HEADER: Final = "bundle.json"
_HEADER_BYTES: Final = 4 * 1024
_TARGET: Final = re.compile(r"targets/((?:[^/]+/)*)([0-9a-f]{64})\.([^/]+)")
_BINNED: Final = {"entries": "entries", "status": "status", "issued": "status"}
_REGISTRAR: Final = re.compile(r"registrars/([a-z0-9-]{1,64})/.*")
_LENGTH: Final = 4
_PART: Final = 8 * 1024 * 1024  # a pack beyond it goes on in another member
_PACKS_KEPT: Final = 2  # clients go from bin to bin


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a bundle says of itself. `anchor` is the SHA-256 of the first root, in hex."""

    anchor: str
    version: int
    snapshot: int
    published: datetime
    bins: int

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical(
            {
                "format": FORMAT,
                "formatVersion": _FORMAT_VERSION,
                "anchor": self.anchor,
                "version": self.version,
                "snapshot": self.snapshot,
                "published": format_instant(self.published),
                "bins": self.bins,
            }
        )


def write_bundle(source: Source, out: BinaryIO, *, limits: Limits = LIMITS) -> Header:
    """Pack what `source` publishes now into `out`, which must be able to seek.

    Raises: RegistryError REGISTRY_MISSING, REGISTRY_CORRUPT (a file is missing, or is not the one
    that its role lists) or TOO_LARGE, naming the file; or what the source raises.
    Not checked: signatures; whoever unpacks it checks them all.
    """
    contents = read_contents(source, limits=limits)
    header = header_of(source, contents, limits=limits)
    packs: dict[str, list[Target]] = {}
    for role in contents.roles:
        for target in targets_of(source, contents, role, limits=limits):
            packs.setdefault(pack_of(target.path, header.bins), []).append(target)
    with zipfile.ZipFile(out, "w") as archive:
        add_member(archive, _HEADER, header.data())
        for name in contents.metadata:
            add_member(archive, name, _metadata(source, name, limits))
        for pack, targets in sorted(packs.items()):
            targets.sort(key=lambda target: target.path)
            blobs = (read_target(source, target, limits=limits) for target in targets)
            for number, part in enumerate(_parts(blobs)):
                add_member(archive, f"{pack}.{number}" if number else pack, part)
    return header


def header_of(source: Source, contents: Contents, *, limits: Limits = LIMITS) -> Header:
    """What a bundle of these contents says of itself. Raises: as `write_bundle`."""
    published = published_at(source, contents, limits=limits)
    try:
        instant = parse_instant(published)
    except InputError as error:
        raise RegistryError(error.reason, error.detail, file="registry.json") from None
    return Header(
        anchor=hashlib.sha256(_metadata(source, ANCHOR, limits)).hexdigest(),
        version=contents.version,
        snapshot=contents.snapshot,
        published=instant,
        bins=bins_of(source, contents, limits=limits),
    )


def check_anchor(anchor: str, *, root: bytes, name: str) -> None:
    """Say early that a file was made under another first root than the one pinned here.

    A later root may be pinned as well; then only the signatures can tell.

    Raises: RegistryError ANOTHER_REGISTRY (whoever handed the file over).
    """
    first = signed_in(root, "pinned/root.json").get("version") == 1
    if first and hashlib.sha256(root).hexdigest() != anchor:
        raise RegistryError(
            Reason.ANOTHER_REGISTRY,
            "made by another consortium than the one trusted here",
            file=name,
        )


class BundleSource:
    """A bundle as a source of published files: it only finds them, and proves nothing."""

    def __init__(self, file: BinaryIO, *, name: str = "bundle", limits: Limits = LIMITS) -> None:
        """Read the directory and the header of the bundle in `file`.

        Raises: RegistryError BAD_BUNDLE, ZIP_BOMB, TOO_LARGE or UNREADABLE_FILE, naming the file
        (whoever made it, or carries it).
        """
        self._file = file
        self._name = name
        self._limits = limits
        self._packs: dict[str, dict[str, bytes]] = {}
        self._index: tuple[str, dict[str, str]] = ("", {})  # of one pack in several parts
        try:
            self._members = read_directory(file, name=name, limits=limits)
            for member in self._members:
                if member != _HEADER and not member.startswith(("metadata/", "packs/")):
                    raise self._bad("a member that no bundle has", member)
            self.header = self._read_header()
        except OSError as error:
            raise self._unreadable(error) from None

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """As `Source`. Raises: RegistryError BAD_BUNDLE or UNREADABLE_FILE, naming the member."""
        try:
            data = self._found(name)
        except OSError as error:
            raise self._unreadable(error) from None
        return iter((data,)) if data is not None else None

    def _found(self, name: str) -> bytes | None:
        target = _TARGET.fullmatch(name)
        if target is None:
            member = self._members.get(name)
            return self._read(member) if member is not None else None
        folder, digest, last = target.groups()
        pack = pack_of(f"{folder}{last}", self.header.bins)
        if f"{pack}.1" not in self._members:
            return self._blobs(pack).get(digest) if pack in self._members else None
        part = self._parts_of(pack).get(digest)
        return self._blobs(part)[digest] if part is not None else None

    def _parts_of(self, pack: str) -> dict[str, str]:
        """Which part of a pack holds each digest: else every look-up could go through all parts."""
        if self._index[0] != pack:
            found: dict[str, str] = {}
            number, part = 0, pack
            while part in self._members:
                found |= dict.fromkeys(self._blobs(part), part)
                number += 1
                part = f"{pack}.{number}"
            self._index = pack, found
        return self._index[1]

    def _blobs(self, name: str) -> dict[str, bytes]:
        """The targets of one pack by their digest, which is computed here."""
        found = self._packs.pop(name, None)
        if found is None:
            data, at = self._read(self._members[name]), 0
            found = {}
            while at < len(data):
                length = int.from_bytes(data[at : at + _LENGTH])
                blob = data[at + _LENGTH : at + _LENGTH + length]
                at += _LENGTH + length
                if at > len(data):
                    raise self._bad("a pack is cut short", name)
                found[hashlib.sha256(blob).hexdigest()] = blob
        self._packs[name] = found
        if len(self._packs) > _PACKS_KEPT:
            del self._packs[next(iter(self._packs))]
        return found

    def _read(self, member: Member) -> bytes:
        return read_member(self._file, member, name=self._name)

    def _read_header(self) -> Header:
        member = self._members.get(_HEADER)
        if member is None or member.size > _HEADER_BYTES:
            raise self._bad("it does not say what it is", _HEADER)
        try:
            return read_header(self._read(member), limits=self._limits)
        except InputError as error:
            raise RegistryError(
                error.reason, error.detail, file=self._name, member=_HEADER
            ) from None

    def _bad(self, rule: str, member: str) -> RegistryError:
        return RegistryError(Reason.BAD_BUNDLE, rule, file=self._name, member=member)

    def _unreadable(self, error: OSError) -> RegistryError:
        return RegistryError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be read", file=self._name
        )


@contextmanager
def open_bundle(path: Path, *, name: str = "", limits: Limits = LIMITS) -> Iterator[BundleSource]:
    """A bundle on a disk or a stick, called `name` in errors. Raises: as `BundleSource`."""
    name = name or path.name
    try:
        file = path.open("rb")
    except OSError as error:
        raise RegistryError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be read", file=name
        ) from None
    with file:
        yield BundleSource(file, name=name, limits=limits)


def read_bundle(data: bytes, *, limits: Limits = LIMITS) -> BundleSource:
    """A bundle that lies in memory. Raises: as `BundleSource`."""
    return BundleSource(io.BytesIO(data), limits=limits)


def read_header(data: bytes, *, limits: Limits = LIMITS) -> Header:
    """Parse and check `bundle.json`. Not checked: that anything in it is true.

    Raises: InputError BAD_BUNDLE, BAD_DATE or a syntax reason (whoever made the bundle).
    """
    document = as_object(
        loads(data, limits=replace(limits, json_bytes=_HEADER_BYTES)), Reason.BAD_BUNDLE
    )
    if (document.pop("format", None), document.pop("formatVersion", None)) != (FORMAT, 1):
        raise InputError(Reason.BAD_BUNDLE, "another format, or a later one: take a newer Amana")
    anchor, published = document.pop("anchor", None), document.pop("published", None)
    numbers = [document.pop(name, None) for name in ("version", "snapshot", "bins")]
    if document or type(anchor) is not str or type(published) is not str:
        raise InputError(Reason.BAD_BUNDLE, "members that no bundle has, or too few of them")
    if any(type(number) is not int or number < 0 for number in numbers) or numbers[2] > 32:
        raise InputError(Reason.BAD_BUNDLE, "versions and bins are whole numbers")
    version, snapshot, bins = numbers
    return Header(
        anchor=anchor,
        version=version,
        snapshot=snapshot,
        published=parse_instant(published),
        bins=bins,
    )


def pack_of(path: str, bins: int) -> str:
    """The pack that holds the target `path` in a bundle with so many bits of bins."""
    parent = _BINNED.get(path.partition("/")[0])
    if parent is not None:
        if not bins:
            return f"packs/{parent}"
        number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:4]) >> 32 - bins
        return f"packs/{parent}-{number:0{(bins + 3) // 4}x}"
    registrar = _REGISTRAR.fullmatch(path)
    return f"packs/registrar-{registrar[1]}" if registrar is not None else "packs/targets"


def _parts(blobs: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for blob in blobs:
        if part and len(part) + len(blob) > _PART:
            yield bytes(part)
            part = bytearray()
        part += len(blob).to_bytes(_LENGTH) + blob
    yield bytes(part)


def _metadata(source: Source, name: str, limits: Limits) -> bytes:
    data = read_all(source, name, limit=limits.registry_file_bytes)
    if data is None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", file=name)
    return data
