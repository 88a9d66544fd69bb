"""What changed in the registry since a version, small enough to be shown as codes.

A delta is plain bytes: a mark, then one deflated text of a header (JSON, after its length in four
bytes) and, for each file that is new, the change that makes it of a file the receiver has
(`_patch`), or the file itself. Nothing in it is believed: with what lies here already it is a
source like any other, and the client verifies what comes out.

A delta fits one state, which it names by the digest of its snapshot.json: that file fixes the
version of every other. Who has another state needs another delta, or the whole bundle.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from amana.dates import format_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry._inventory import (
    ANCHOR,
    TIMESTAMP,
    Contents,
    read_contents,
    signed_in,
    targets_of,
)
from trust_registry._patch import apply_patch, make_patch
from trust_registry.bundle import check_anchor, header_of
from trust_registry.sources import Source, read_all

__all__ = ["DeltaSource", "build_delta", "is_delta", "read_delta"]

_MARK: Final = b"amana-delta-1\n"
_LENGTH: Final = 4
_MEMBERS: Final = {"anchor", "version", "snapshot", "published", "base", "files"}
_OF_FILE: Final = {"name", "from", "size", "bytes", "sha256"}


@dataclass(frozen=True, kw_only=True)
class _File:
    """One file to rebuild: `steps` change the file `origin`, or are the file itself."""

    name: str
    origin: str | None
    size: int
    sha256: str
    steps: bytes


def build_delta(
    new: Source, *, base: Source, base_snapshot: int | None = None, limits: Limits = LIMITS
) -> bytes:
    """What turns the latest version in `base`, or that of `base_snapshot`, into the one in `new`.

    Raises: RegistryError as `bundle.write_bundle`; ANOTHER_REGISTRY if `base` has another first
    root, ROLLBACK if it is newer, TOO_LARGE if so much changed that only a bundle serves (the
    caller's fault).
    """
    contents = read_contents(new, limits=limits)
    before = read_contents(base, snapshot=base_snapshot, limits=limits)
    header = header_of(new, contents, limits=limits)
    if _whole(base, ANCHOR, limits) != _whole(new, ANCHOR, limits):
        raise RegistryError(Reason.ANOTHER_REGISTRY, "the two have not one first root", file=ANCHOR)
    if before.snapshot > contents.snapshot:
        raise RegistryError(Reason.ROLLBACK, "the base is the newer one", file=TIMESTAMP)
    # An old snapshot does not tell which roots its readers knew: all but the first go along.
    known = before.roots if base_snapshot is None else (ANCHOR,)
    origins = {name: ANCHOR for name in contents.roots if name not in known}
    origins |= _changed(new, contents, base, before, limits)
    files: list[JsonObject] = []
    body = bytearray()
    for name, origin in origins.items():
        data = _whole(new, name, limits)
        old = _whole(base, origin, limits) if origin else None
        steps = make_patch(old, data) if old is not None else data
        digest = _digest(data)
        if name.startswith("targets/") and digest not in name:
            raise RegistryError(
                Reason.REGISTRY_CORRUPT, "other bytes than its role lists", file=name
            )
        files.append(
            {"name": name, "from": origin, "size": len(data), "bytes": len(steps), "sha256": digest}
        )
        body += steps
    head = canonical(
        {
            "anchor": header.anchor,
            "version": header.version,
            "snapshot": header.snapshot,
            "published": format_instant(header.published),
            "base": {
                "version": before.version,
                "snapshot": before.snapshot,
                "sha256": _digest(_whole(base, before.snapshot_name, limits)),
            },
            "files": files,
        }
    )
    text = len(head).to_bytes(_LENGTH) + head + body
    if len(text) > limits.delta_bytes or len(files) > limits.delta_files:
        raise RegistryError(Reason.TOO_LARGE, "so much changed that a bundle serves better")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    return _MARK + packer.compress(text) + packer.flush()


def _changed(
    new: Source, contents: Contents, base: Source, before: Contents, limits: Limits
) -> dict[str, str]:
    """The files of `new` that `base` has not, and which of its files each resembles ("": none)."""
    # The base's timestamp may have been signed anew over the same snapshot: none to build on.
    origins = {TIMESTAMP: ""}
    if contents.snapshot != before.snapshot:
        origins[contents.snapshot_name] = before.snapshot_name
    for role, version in contents.roles.items():
        if before.roles.get(role) == version:
            continue
        known = role in before.roles
        origins[contents.role_name(role)] = before.role_name(role) if known else ""
        old = {
            target.path: target.name
            for target in (targets_of(base, before, role, limits=limits) if known else ())
        }
        for target in targets_of(new, contents, role, limits=limits):
            if old.get(target.path) != target.name:
                origins[target.name] = old.get(target.path) or _alike(target.path, old)
    return origins


def _alike(path: str, known: Mapping[str, str]) -> str:
    """A file that the receiver has of the same kind: most of its text is that of its neighbours."""
    kind = path.partition("/")[0] + "/"
    return next((name for other, name in known.items() if other.startswith(kind)), "")


class DeltaSource:
    """A delta and the state that it builds on, as one source of published files."""

    def __init__(self, files: Mapping[str, _File], *, base: Source, limits: Limits) -> None:
        """Join both; `read_delta` makes it."""
        self._files = files
        self._base = base
        self._limits = limits

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """As `Source`. Raises: RegistryError BASE_MISSING or BAD_BUNDLE, or as the base."""
        file = self._files.get(name)
        if file is None:
            return self._base.fetch(name)
        data = file.steps
        if file.origin is not None:
            most = self._limits.bundle_member_bytes
            old = read_all(self._base, file.origin, limit=most)
            if old is None:
                raise RegistryError(
                    Reason.BASE_MISSING, "the delta builds on a file that is not here", file=name
                )
            try:
                data = apply_patch(old, file.steps, size=file.size)
            except InputError as error:
                raise RegistryError(error.reason, error.detail, file=name) from None
        if _digest(data) != file.sha256:
            raise RegistryError(
                Reason.BAD_BUNDLE, "it comes out otherwise than was said", file=name
            )
        return iter((data,))


def is_delta(data: bytes) -> bool:
    """Whether a file that begins so is a delta (and no bundle)."""
    return data.startswith(_MARK)


def read_delta(
    data: bytes,
    *,
    base: Source,
    root: bytes | None = None,
    name: str = "delta",
    limits: Limits = LIMITS,
) -> DeltaSource:
    """A delta as a source, together with the state in `base`, which must be the one it fits.

    A state that already has what the delta brings is left as it is. With the pinned first `root`
    it is said early when another consortium's delta was handed over.

    Raises: RegistryError BASE_MISSING if it fits another state, ROLLBACK if it is older than what
    is here, ANOTHER_REGISTRY, BAD_BUNDLE, ZIP_BOMB or a syntax reason for what is no delta (whoever
    made it, or handed it over); or what the base raises. Not checked: that anything in it is true.
    """
    try:
        head, files = _read(data, limits)
    except InputError as error:
        raise RegistryError(error.reason, error.detail, file=name) from None
    if root is not None:
        check_anchor(head["anchor"], root=root, name=name)
    wanted, snapshot = head["base"], head["snapshot"]
    found = read_all(
        base, f"metadata/{wanted['snapshot']}.snapshot.json", limit=limits.registry_file_bytes
    )
    after = files.get(f"metadata/{snapshot}.snapshot.json")
    if found is not None and after is not None and _digest(found) == after.sha256:
        files = {}
    elif found is None or _digest(found) != wanted["sha256"]:
        here = signed_in(found, name, limits=limits).get("version") if found is not None else None
        if type(here) is int and here >= snapshot:
            raise RegistryError(Reason.ROLLBACK, "older than what is here", file=name)
        raise RegistryError(
            Reason.BASE_MISSING,
            f"it builds on version {wanted['version']}, and another one is here: take a bundle",
            file=name,
        )
    return DeltaSource(files, base=base, limits=limits)


def _read(data: bytes, limits: Limits) -> tuple[JsonObject, dict[str, _File]]:
    if not is_delta(data):
        raise InputError(Reason.BAD_BUNDLE, "not a delta")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = inflater.decompress(data[len(_MARK) :], limits.delta_bytes + 1)
    except zlib.error:
        raise InputError(Reason.BAD_BUNDLE, "damaged") from None
    if len(text) > limits.delta_bytes:
        raise InputError(Reason.ZIP_BOMB, "it would grow too large")
    if not inflater.eof or inflater.unused_data:
        raise InputError(Reason.BAD_BUNDLE, "cut short, or followed by something else")
    at = _LENGTH + int.from_bytes(text[:_LENGTH])
    most = limits.registry_file_bytes
    head = as_object(
        loads(text[_LENGTH:at], limits=replace(limits, json_bytes=most)), Reason.BAD_BUNDLE
    )
    _check(set(head) == _MEMBERS)
    base = as_object(head["base"], Reason.BAD_BUNDLE)
    _check(set(base) == {"version", "snapshot", "sha256"})
    for number in (head["version"], head["snapshot"], base["version"], base["snapshot"]):
        _check(_is_size(number))
    for word in (head["anchor"], base["sha256"]):
        _check(type(word) is str)
    _check(type(head["files"]) is list and len(head["files"]) <= limits.delta_files)
    files: dict[str, _File] = {}
    for value in head["files"]:
        file = _file(value, text, at, limits)
        _check(file.name not in files)
        files[file.name] = file
        at += len(file.steps)
    _check(at == len(text))
    return head, files


def _file(value: Json, text: bytes, at: int, limits: Limits) -> _File:
    listed = as_object(value, Reason.BAD_BUNDLE)
    _check(set(listed) == _OF_FILE)
    name, origin, digest = listed["name"], listed["from"], listed["sha256"]
    _check(type(name) is str and type(origin) is str and type(digest) is str)
    size, length = listed["size"], listed["bytes"]
    _check(_is_size(size) and _is_size(length) and size <= limits.bundle_member_bytes)
    steps = text[at : at + length]
    _check(len(steps) == length)
    return _File(name=name, origin=origin or None, size=size, sha256=digest, steps=steps)


def _is_size(value: Json) -> bool:
    return type(value) is int and value >= 0


def _check(holds: bool) -> None:  # noqa: FBT001 - a condition, as of an assertion
    if not holds:
        raise InputError(Reason.BAD_BUNDLE, "not made as deltas are")


def _whole(source: Source, name: str, limits: Limits) -> bytes:
    data = read_all(source, name, limit=limits.bundle_member_bytes)
    if data is None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", file=name)
    return data


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
