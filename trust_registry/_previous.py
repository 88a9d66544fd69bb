"""The version that lies published, read back for the next one to build upon; no more than it needs.

Of the bins only those are read in which something changes: a registry of 100,000 organisations has
2048 of them, and one change touches one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry import _tuf_keys
from trust_registry._layout import BINS, ENTRIES, ROLE, STATUS, registrar_roles, sealed

__all__ = [
    "Previous",
    "Read",
    "check_named",
    "check_sealed",
    "check_signed",
    "loaded",
    "read_previous",
]

_Role = TypeVar("_Role", Root, Timestamp, Snapshot, Targets)
Read = Callable[[str], bytes | None]  # a path below the published folder -> its bytes, or None
_MOST_ROOTS: Final = 1024  # a folder that somebody filled with roots ends somewhere


class Version(ABC):
    """One version of a registry, as its members see it: roles, and the files that they list."""

    @property
    @abstractmethod
    def top(self) -> Targets | None:
        """What the members sign as `targets`; None before the first version."""

    @abstractmethod
    def role(self, role: str, *, parent: str = "targets") -> Targets | None:
        """What a delegated role lists, or None."""

    @abstractmethod
    def bytes_of(self, target: TargetFile) -> bytes | None:
        """The bytes of a target from wherever they lie; not checked yet."""

    def lists(self, path: str) -> Targets | None:
        """The role in which a target of this path stands, or would stand; None if there is none."""
        lists, parent = self.top, "targets"
        while lists is not None and lists.delegations is not None:
            name = next((role for role, _ in lists.delegations.get_roles_for_target(path)), None)
            if name is None:
                break
            parent, lists = name, self.role(name, parent=parent)
        return lists

    def target(self, path: str) -> TargetFile | None:
        """A target as its role lists it, or None."""
        lists = self.lists(path)
        return lists.targets.get(path) if lists is not None else None

    def read(self, path: str) -> bytes | None:
        """The bytes of a target, checked against the hash that its role lists; or None.

        Raises: RegistryError REGISTRY_CORRUPT (whoever kept or carried the files).
        """
        target = self.target(path)
        if target is None:
            return None
        data = self.bytes_of(target)
        try:
            if data is None:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", file=path)
            target.verify_length_and_hashes(data)
        except RepositoryError as error:
            raise RegistryError(Reason.REGISTRY_CORRUPT, str(error), file=path) from None
        return data


@dataclass(frozen=True, kw_only=True)
class Previous(Version):
    """The published version, its signatures checked from the trust anchor down as it is read."""

    root: Root
    timestamp: Timestamp | None = None
    snapshot: Snapshot | None = None
    targets: Metadata[Targets] | None = None
    _read: Read = field(repr=False, default=lambda _: None)
    _roles: dict[str, Metadata[Targets]] = field(repr=False, default_factory=dict)

    @property
    def top(self) -> Targets | None:
        """What the members signed as `targets`; None before the first version."""
        return self.targets.signed if self.targets is not None else None

    @property
    def version(self) -> int:
        """The registry's version: that of the targets its members signed; 0 before the first."""
        return self.targets.signed.version if self.targets is not None else 0

    def role_version(self, role: str) -> int:
        """The published version of a role's metadata; 0 if it has none."""
        listed = self.snapshot.meta.get(f"{role}.json") if self.snapshot is not None else None
        return listed.version if listed is not None else 0

    def metadata(self, role: str, *, parent: str = "targets") -> Metadata[Targets] | None:
        """What a delegated role signed, or None if it has published nothing yet.

        Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD (whoever changed the folder).
        """
        if self.targets is None:
            return None
        if role not in self._roles:
            version = self.role_version(role)
            delegator = self.targets.signed if parent == "targets" else self.role(parent)
            if version == 0 or delegator is None:
                return None
            file = f"metadata/{version}.{role}.json"
            metadata = loaded(Targets, self._read(file), file)
            check_signed(delegator, role, metadata, file=file)
            check_named(role, metadata.signed, file=file)
            self._roles[role] = metadata
        return self._roles[role]

    def role(self, role: str, *, parent: str = "targets") -> Targets | None:
        """What a delegated role lists. Raises: RegistryError as `metadata`."""
        metadata = self.metadata(role, parent=parent)
        return metadata.signed if metadata is not None else None

    @property
    def registrars(self) -> list[str]:
        """The roles of regional registrars."""
        return registrar_roles(self.targets.signed) if self.targets is not None else []

    def file(self, path: str) -> bytes | None:
        """A published file as it lies there; not checked."""
        return self._read(path)

    def bytes_of(self, target: TargetFile) -> bytes | None:
        """The published bytes of a target; not checked yet."""
        return self._read(f"targets/{target.get_prefixed_paths()[0]}")


def read_previous(read: Read, *, anchor: bytes) -> Previous:
    """What lies published now, checked from the trust anchor down.

    Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD (whoever changed the folder).
    Not checked: expiry; the next version takes the place of what expired. Bins, until asked for.
    """
    _tuf_keys.register()
    root = newest_root(read, anchor=anchor)
    stamp = read("metadata/timestamp.json")
    if stamp is None:
        return Previous(root=root)
    timestamp = loaded(Timestamp, stamp, "metadata/timestamp.json")
    check_signed(root, "timestamp", timestamp, file="metadata/timestamp.json")
    file = f"metadata/{timestamp.signed.snapshot_meta.version}.snapshot.json"
    snapshot = loaded(Snapshot, read(file), file)
    check_signed(root, "snapshot", snapshot, file=file)
    listed = snapshot.signed.meta.get("targets.json")
    file = f"metadata/{listed.version if listed is not None else 0}.targets.json"
    targets = loaded(Targets, read(file), file)
    check_signed(root, "targets", targets, file=file)
    check_named("targets", targets.signed, file=file)
    check_sealed(targets.signed, snapshot.signed)
    previous = Previous(
        root=root,
        timestamp=timestamp.signed,
        snapshot=snapshot.signed,
        targets=targets,
        _read=read,
    )
    for role in (STATUS, ENTRIES):
        if previous.role(role) is None:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "a role is missing", file=file, role=role)
    return previous


def newest_root(read: Read, *, anchor: bytes) -> Root:
    """The newest root that follows from the trust anchor, each signed by the one before it.

    Raises: RegistryError as `read_previous`.
    """
    root = loaded(Root, anchor, "pinned/root.json").signed
    for _ in range(_MOST_ROOTS):
        file = f"metadata/{root.version + 1}.root.json"
        data = read(file)
        if data is None:
            break
        following = loaded(Root, data, file)
        if following.signed.version != root.version + 1:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "another version", file=file, role="root")
        check_signed(root, "root", following, file=file)
        check_signed(following.signed, "root", following, file=file)
        root = following.signed
    return root


def loaded(kind: type[_Role], data: bytes | None, file: str) -> Metadata[_Role]:
    """Parse the metadata of one role. Raises: RegistryError REGISTRY_CORRUPT (whoever made it)."""
    where = {"file": file, "role": file.removesuffix(".json").rpartition("/")[2].rpartition(".")[2]}
    if data is None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", **where)
    _tuf_keys.register()  # whoever reads first: with other keys, metadata would be another value
    try:
        metadata = Metadata[_Role].from_bytes(data)
    except RepositoryError as error:
        raise RegistryError(Reason.REGISTRY_CORRUPT, str(error), **where) from None
    if not isinstance(metadata.signed, kind):
        raise RegistryError(Reason.REGISTRY_CORRUPT, "metadata of another role", **where)
    return metadata


def check_named(role: str, targets: Targets, *, file: str) -> None:
    """Whether a role of targets signed this as its own, and not a neighbour with the same keys.

    Raises: RegistryError REGISTRY_CORRUPT (whoever exchanged the files).
    """
    if targets.unrecognized_fields.get(ROLE) != role:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "another role's file", file=file, role=role)


def check_sealed(targets: Targets, snapshot: Snapshot) -> None:
    """Whether the bins of entries are those that members signed together with these `targets`.

    Raises: RegistryError REGISTRY_CORRUPT (whoever holds the snapshot's key).
    """
    versions = {
        name.removesuffix(".json"): one.version
        for name, one in snapshot.meta.items()
        if name.startswith(ENTRIES)
    }
    if targets.unrecognized_fields.get(BINS) != sealed(versions):
        raise RegistryError(
            Reason.REGISTRY_CORRUPT,
            "bins that members did not sign together",
            file="snapshot.json",
            role="snapshot",
        )


def check_signed(
    delegator: Root | Targets, role: str, metadata: Metadata[_Role], *, file: str
) -> None:
    """Raises: RegistryError BELOW_THRESHOLD or REGISTRY_CORRUPT (whoever made the file)."""
    try:
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError as error:
        raise RegistryError(Reason.BELOW_THRESHOLD, str(error), file=file, role=role) from None
    except (RepositoryError, ValueError) as error:  # numbers or texts with no canonical form too
        raise RegistryError(Reason.REGISTRY_CORRUPT, str(error), file=file, role=role) from None
