"""What a published registry consists of, found by reading its metadata. No signature is checked.

Whoever packs a registry up (a bundle, a delta) needs the list of files; whoever unpacks it verifies
every one of them from its bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from amana.errors import InputError, RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.sources import Source, read_all
from trust_registry.statement import PATH as STATEMENT

__all__ = ["Contents", "Target", "read_contents", "read_target", "snapshot_of", "targets_of"]

TIMESTAMP: Final = "metadata/timestamp.json"
ANCHOR: Final = "metadata/1.root.json"
_ROLE_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}\.json")
_PATH: Final = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){0,7}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_NOT_TARGETS: Final = ("root", "timestamp", "snapshot")


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One file that a role lists."""

    path: str
    sha256: str

    @property
    def name(self) -> str:
        """Where its bytes lie in the published folder: under their digest (TUF, section 6.2)."""
        folder, _, last = self.path.rpartition("/")
        return f"targets/{folder + '/' if folder else ''}{self.sha256}.{last}"


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The metadata of one version. `roles` maps a role to the version that the snapshot names."""

    roots: tuple[str, ...]
    snapshot: int
    roles: Mapping[str, int]

    @property
    def version(self) -> int:
        """The registry's version, which is that of its members' targets."""
        return self.roles["targets"]

    @property
    def snapshot_name(self) -> str:
        """The file that names the version of every role."""
        return f"metadata/{self.snapshot}.snapshot.json"

    def role_name(self, role: str) -> str:
        """The file of one role."""
        return f"metadata/{self.roles[role]}.{role}.json"

    @property
    def metadata(self) -> tuple[str, ...]:
        """Every metadata file, in the order in which a client asks for them."""
        ordered = ("targets", *sorted(role for role in self.roles if role != "targets"))
        return (*self.roots, TIMESTAMP, self.snapshot_name, *map(self.role_name, ordered))


def read_contents(
    source: Source, *, snapshot: int | None = None, limits: Limits = LIMITS
) -> Contents:
    """Which metadata `source` holds: its latest version, or that of an older `snapshot`.

    Raises: RegistryError REGISTRY_MISSING if nothing is published there, REGISTRY_CORRUPT or
    TOO_LARGE naming the file (whoever carries it), or what the source raises.
    """
    if snapshot is None:
        if read_all(source, TIMESTAMP, limit=limits.registry_file_bytes) is None:
            raise RegistryError(
                Reason.REGISTRY_MISSING, "no registry is published there", file=TIMESTAMP
            )
        stamp = signed_part(source, TIMESTAMP, limits=limits)
        named = _object(stamp.get("meta"), TIMESTAMP).get("snapshot.json")
        snapshot = _version(named, TIMESTAMP)
    name = f"metadata/{snapshot}.snapshot.json"
    roles: dict[str, int] = {}
    for file, listed in _object(signed_part(source, name, limits=limits).get("meta"), name).items():
        if _ROLE_FILE.fullmatch(file) is None or file.removesuffix(".json") in _NOT_TARGETS:
            raise _corrupt(name, "it lists a file that no registry has")
        roles[file.removesuffix(".json")] = _version(listed, name)
    if "targets" not in roles:
        raise _corrupt(name, "it lists no targets.json")
    return Contents(roots=tuple(_roots(source, limits)), snapshot=snapshot, roles=roles)


def snapshot_of(source: Source, version: int, *, limits: Limits = LIMITS) -> int:
    """The newest snapshot in which the registry had this `version`.

    Raises: RegistryError BASE_MISSING if the source keeps none (the caller asked for a version that
    was never published, or that nobody kept), else as `read_contents`.
    """
    newest = read_contents(source, limits=limits).snapshot
    for number in range(newest, 0, -1):
        if source.fetch(f"metadata/{number}.snapshot.json") is None:
            break  # older ones are not kept
        if read_contents(source, snapshot=number, limits=limits).version == version:
            return number
    raise RegistryError(
        Reason.BASE_MISSING, f"no snapshot of version {version} is kept", file=TIMESTAMP
    )


def targets_of(
    source: Source, contents: Contents, role: str, *, limits: Limits = LIMITS
) -> Iterator[Target]:
    """The targets that one role lists, by path.

    Raises: RegistryError REGISTRY_CORRUPT or TOO_LARGE naming the file.
    """
    name = contents.role_name(role)
    listed = _object(signed_part(source, name, limits=limits).get("targets"), name)
    for path, about in sorted(listed.items()):
        hashes = _object(_object(about, name).get("hashes"), name)
        digest = hashes.get("sha256")
        parts = path.split("/")
        if _PATH.fullmatch(path) is None or ".." in parts or "." in parts:
            raise _corrupt(name, "a path that no registry has")
        if type(digest) is not str or _DIGEST.fullmatch(digest) is None:
            raise _corrupt(name, "a target without its SHA-256")
        yield Target(path=path, sha256=digest)


def published_at(source: Source, contents: Contents, *, limits: Limits = LIMITS) -> str:
    """The instant of publication, as the registry's own statement has it.

    Raises: RegistryError REGISTRY_CORRUPT where there is no such statement, or no such instant.
    """
    for target in targets_of(source, contents, "targets", limits=limits):
        if target.path == STATEMENT:
            data = read_target(source, target, limits=limits)
            found = _document(data, target.name, limits).get("published")
            if type(found) is str:
                return found
    raise _corrupt(STATEMENT, "the registry does not say when it was published")


def bins_of(source: Source, contents: Contents, *, limits: Limits = LIMITS) -> int:
    """How many bits tell the bins of the entries apart (TAP 15); 0 if there are none.

    Raises: RegistryError REGISTRY_CORRUPT naming the file.
    """
    if "entries" not in contents.roles:
        return 0
    name = contents.role_name("entries")
    delegations = signed_part(source, name, limits=limits).get("delegations")
    if delegations is None:
        return 0
    succinct = _object(_object(delegations, name).get("succinct_roles"), name)
    bits = succinct.get("bit_length")
    if type(bits) is not int or not 1 <= bits <= 32:
        raise _corrupt(name, "bins that no registry has")
    return bits


def read_target(source: Source, target: Target, *, limits: Limits = LIMITS) -> bytes:
    """The bytes of a target, which are those that its role lists.

    Raises: RegistryError REGISTRY_CORRUPT if they are missing or others (whoever carries them).
    """
    data = read_all(source, target.name, limit=limits.bundle_member_bytes)
    if data is None:
        raise _corrupt(target.name, "a file is missing")
    if hashlib.sha256(data).hexdigest() != target.sha256:
        raise _corrupt(target.name, "other bytes than its role lists")
    return data


def signed_part(source: Source, name: str, *, limits: Limits = LIMITS) -> JsonObject:
    """The `signed` member of one metadata file. Not checked: any signature.

    Raises: RegistryError REGISTRY_CORRUPT or TOO_LARGE naming the file.
    """
    data = read_all(source, name, limit=limits.registry_file_bytes)
    if data is None:
        raise _corrupt(name, "a file is missing")
    return signed_in(data, name, limits=limits)


def signed_in(data: bytes, name: str, *, limits: Limits = LIMITS) -> JsonObject:
    """The `signed` member of metadata that was read already; else as `signed_part`."""
    return _object(_document(data, name, limits).get("signed"), name)


def _document(data: bytes, name: str, limits: Limits) -> JsonObject:
    try:
        most = limits.registry_file_bytes
        return as_object(loads(data, limits=replace(limits, json_bytes=most, json_values=most)))
    except InputError as error:
        raise RegistryError(error.reason, error.detail, file=name) from None


def _roots(source: Source, limits: Limits) -> Iterator[str]:
    for number in range(1, limits.registry_roots + 1):
        name = f"metadata/{number}.root.json"
        if source.fetch(name) is None:
            return
        yield name


def _object(value: Json, name: str) -> JsonObject:
    if type(value) is not dict:
        raise _corrupt(name, "not the metadata of a registry")
    return value


def _version(value: Json, name: str) -> int:
    found = _object(value, name).get("version")
    if type(found) is not int or found < 1:
        raise _corrupt(name, "a version is a whole number from 1")
    return found


def _corrupt(name: str, detail: str) -> RegistryError:
    return RegistryError(Reason.REGISTRY_CORRUPT, detail, file=name)
