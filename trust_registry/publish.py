"""What a consortium publishes, as TUF metadata: who has to sign what, and in which order it lies.

Root and targets are signed by k of n members. Status lists stand under a delegated, terminating
role with an automated key of its own, as do snapshot and timestamp: a stolen automated key can
hold lists back or repeat them, and never make an organisation trusted.

Nothing here touches a file: `plan` takes what was published before and gives the files to write,
in the order in which to write them, so that a reader never meets half a version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from amana.errors import RegistryError
from amana.keys import PublicKey, SecretKey
from amana.reasons import Reason
from trust_registry import _tuf_keys
from trust_registry._tuf_keys import Ed25519Key, KeySigner

__all__ = ["AUTOMATED", "Automated", "Previous", "first_root", "plan", "read_previous"]

AUTOMATED: Final = ("snapshot", "timestamp", "status")
STATUS_PATHS: Final = "status/*/*.json"
SIGNED_BY_MEMBERS: Final = timedelta(days=5 * 365 + 1)
SIGNED_AUTOMATICALLY: Final = timedelta(days=2 * 365)

_Role = TypeVar("_Role", Root, Timestamp, Snapshot, Targets)
Read = Callable[[str], bytes | None]  # a path below the published folder -> its bytes, or None


@dataclass(frozen=True, kw_only=True)
class Automated:
    """The three keys that sign without a person: each in its own file, none can admit anybody."""

    snapshot: SecretKey = field(repr=False)
    timestamp: SecretKey = field(repr=False)
    status: SecretKey = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The version that lies published, its signatures checked from the root down."""

    root: Root
    timestamp: Timestamp | None = None
    snapshot: Snapshot | None = None
    targets: Metadata[Targets] | None = None
    status: Targets | None = None

    @property
    def version(self) -> int:
        """The registry's version: that of the targets its members signed; 0 before the first."""
        return self.targets.signed.version if self.targets is not None else 0

    def stored(self, path: str) -> str | None:
        """Where the published bytes of a target lie below the folder, or None."""
        for role in (self.targets.signed if self.targets is not None else None, self.status):
            if role is not None and path in role.targets:
                return f"targets/{role.targets[path].get_prefixed_paths()[0]}"
        return None


def first_root(
    members: Sequence[PublicKey],
    *,
    threshold: int,
    automated: Mapping[str, PublicKey],
    signers: Sequence[SecretKey],
    now: datetime,
) -> bytes:
    """Root version 1, signed: the trust anchor that verifiers must get by a way they trust.

    Raises: RegistryError BELOW_THRESHOLD (too small a threshold, too few members or signers) or
    BAD_CEREMONY (a key that plays two parts): the caller's fault.
    """
    keys = [*members, *(automated[name] for name in AUTOMATED)]
    if len(set(keys)) != len(keys):
        raise RegistryError(Reason.BAD_CEREMONY, "one key can't be two members or two roles")
    if not 2 <= threshold <= len(members):
        raise RegistryError(
            Reason.BELOW_THRESHOLD, "no single key holder: the threshold is 2 to all members"
        )
    root = Root(version=1, expires=_expiry(now, SIGNED_BY_MEMBERS))
    for role in ("root", "targets"):
        for member in members:
            root.add_key(Ed25519Key(member), role)
        root.roles[role].threshold = threshold
    for role in ("snapshot", "timestamp"):
        root.add_key(Ed25519Key(automated[role]), role)
    return _signed_by_members(Metadata(root), root, signers)


def read_previous(read: Read, *, anchor: bytes) -> Previous:
    """What lies published now, checked from the trust anchor down.

    Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD (whoever changed the folder).
    Not checked: expiry; the next version takes the place of what expired.
    """
    _tuf_keys.register()
    root = _loaded(Root, anchor, "the trust anchor").signed
    stamp = read("metadata/timestamp.json")
    if stamp is None:
        return Previous(root=root)
    timestamp = _loaded(Timestamp, stamp, "timestamp.json")
    _check(root, "timestamp", timestamp)
    version = timestamp.signed.snapshot_meta.version
    snapshot = _loaded(Snapshot, read(f"metadata/{version}.snapshot.json"), "snapshot.json")
    _check(root, "snapshot", snapshot)
    found = {}
    for role in ("targets", "status"):
        listed = snapshot.signed.meta.get(f"{role}.json")
        path = f"metadata/{listed.version if listed is not None else 0}.{role}.json"
        found[role] = _loaded(Targets, read(path), path)
    _check(root, "targets", found["targets"])
    _check(found["targets"].signed, "status", found["status"])
    return Previous(
        root=root,
        timestamp=timestamp.signed,
        snapshot=snapshot.signed,
        targets=found["targets"],
        status=found["status"].signed,
    )


def plan(
    previous: Previous,
    *,
    entries: Mapping[str, bytes] | None,
    lists: Mapping[str, bytes],
    signers: Sequence[SecretKey],
    automated: Automated,
    now: datetime,
) -> dict[str, bytes]:
    """The files of the next version, in the order in which to write them; timestamp.json is last.

    `entries` are the targets that members sign (`registry.json` among them), by path; None leaves
    what they signed before in force, and then no member is needed. `lists` are all status lists.

    Raises: RegistryError BELOW_THRESHOLD if too few members sign, BAD_CEREMONY if somebody else
    does, or if nothing was published yet (the caller's fault).
    """
    files: dict[str, bytes] = {}
    targets = previous.targets
    if entries is not None:
        targets = Metadata(
            Targets(
                version=previous.version + 1,
                expires=_expiry(now, SIGNED_BY_MEMBERS),
                targets=_stored(entries, files),
                delegations=_delegations(automated.status.public),
            )
        )
        files[f"metadata/{targets.signed.version}.targets.json"] = _signed_by_members(
            targets, previous.root, signers
        )
    if targets is None:
        raise RegistryError(Reason.BAD_CEREMONY, "the members have not signed a first version yet")
    status = Metadata(
        Targets(
            version=_next(previous.status),
            expires=_expiry(now, SIGNED_AUTOMATICALLY),
            targets=_stored(lists, files),
        )
    )
    files[f"metadata/{status.signed.version}.status.json"] = _signed(
        status, targets.signed, "status", automated.status
    )
    snapshot = Metadata(
        Snapshot(
            version=_next(previous.snapshot),
            expires=_expiry(now, SIGNED_AUTOMATICALLY),
            meta={
                "targets.json": MetaFile(targets.signed.version),
                "status.json": MetaFile(status.signed.version),
            },
        )
    )
    files[f"metadata/{snapshot.signed.version}.snapshot.json"] = _signed(
        snapshot, previous.root, "snapshot", automated.snapshot
    )
    timestamp = Metadata(
        Timestamp(
            version=_next(previous.timestamp),
            expires=_expiry(now, SIGNED_AUTOMATICALLY),
            snapshot_meta=MetaFile(snapshot.signed.version),
        )
    )
    files["metadata/timestamp.json"] = _signed(
        timestamp, previous.root, "timestamp", automated.timestamp
    )
    return files


def _expiry(now: datetime, span: timedelta) -> datetime:
    return (now.astimezone(UTC) + span).replace(microsecond=0)


def _next(role: Signed | None) -> int:
    return role.version + 1 if role is not None else 1


def _stored(targets: Mapping[str, bytes], files: dict[str, bytes]) -> dict[str, TargetFile]:
    """Describe the targets, and put their bytes among the files under their hashed names."""
    described = {
        path: TargetFile.from_data(path, data, ["sha256"]) for path, data in sorted(targets.items())
    }
    for path, target in described.items():
        files[f"targets/{target.get_prefixed_paths()[0]}"] = targets[path]
    return described


def _delegations(status: PublicKey) -> Delegations:
    key = Ed25519Key(status)
    role = DelegatedRole("status", [key.keyid], 1, terminating=True, paths=[STATUS_PATHS])
    return Delegations({key.keyid: key}, {role.name: role})


def _signed_by_members(
    metadata: Metadata[_Role], root: Root, signers: Sequence[SecretKey]
) -> bytes:
    role = metadata.signed.type
    for secret in signers:
        signature = metadata.sign(KeySigner(secret), append=True)
        if signature.keyid not in root.roles[role].keyids:
            raise RegistryError(Reason.BAD_CEREMONY, "that key is no member's", role=role)
    # Counted over different keys: the same member twice is one member.
    result = root.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
    if not result:
        raise RegistryError(
            Reason.BELOW_THRESHOLD,
            f"signed by {len(result.signed)} of the {result.threshold} members needed",
            role=role,
        )
    return _bytes(metadata)


def _signed(
    metadata: Metadata[_Role], delegator: Root | Targets, role: str, secret: SecretKey
) -> bytes:
    metadata.sign(KeySigner(secret))
    _check(delegator, role, metadata)
    return _bytes(metadata)


def _bytes(metadata: Metadata[_Role]) -> bytes:
    return metadata.to_bytes(JSONSerializer(compact=False))


def _loaded(kind: type[_Role], data: bytes | None, name: str) -> Metadata[_Role]:
    if data is None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", file=name)
    try:
        metadata = Metadata[_Role].from_bytes(data)
    except RepositoryError as error:
        raise RegistryError(Reason.REGISTRY_CORRUPT, str(error), file=name) from None
    if not isinstance(metadata.signed, kind):
        raise RegistryError(Reason.REGISTRY_CORRUPT, "metadata of another role", file=name)
    return metadata


def _check(delegator: Root | Targets, role: str, metadata: Metadata[_Role]) -> None:
    try:
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError as error:
        raise RegistryError(Reason.BELOW_THRESHOLD, str(error), role=role) from None
    except (RepositoryError, ValueError) as error:  # numbers or texts with no canonical form too
        raise RegistryError(Reason.REGISTRY_CORRUPT, str(error), role=role) from None
