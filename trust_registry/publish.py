"""What a consortium publishes, as TUF metadata: who has to sign what, and in which order it lies.

Root, targets and the bins of entries are signed by k of n members. Status lists stand in bins of a
terminating role with an automated key of its own, as do snapshot and timestamp: a stolen automated
key can hold lists back or repeat them, and never make an organisation trusted.

Nothing here touches a file. `draft` says what the members have to sign, `complete` adds what is
signed without a person and gives the files to write, in the order in which to write them, so that
a reader never meets half a version. Only bins in which something changes get a new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tuf.api.metadata import Metadata, MetaFile, Root, Signed, Snapshot, Targets, Timestamp

from amana.errors import RegistryError
from amana.keys import PublicKey, SecretKey
from amana.reasons import Reason
from trust_registry._bins import (
    SIGNED_AUTOMATICALLY,
    SIGNED_BY_MEMBERS,
    Changes,
    changed_bins,
    expiry,
    parent_of,
    same_keys,
    sign,
    stored,
    to_bytes,
)
from trust_registry._layout import (
    BINS,
    ENTRIES,
    ROLE,
    STATUS,
    Delegated,
    bin_bits,
    bins_of,
    delegations_of,
    registrar_role,
    registrar_roles,
    sealed,
)
from trust_registry._previous import Previous, check_named, check_signed, loaded
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.signers import Signer

__all__ = ["AUTOMATED", "Automated", "Draft", "Submission", "complete", "draft"]

AUTOMATED: Final = ("snapshot", "timestamp", "status", "log")


@dataclass(frozen=True, kw_only=True)
class Automated:
    """The keys that sign without a person: each in its own file, none can admit anybody."""

    snapshot: SecretKey = field(repr=False)
    timestamp: SecretKey = field(repr=False)
    status: SecretKey = field(repr=False)
    log: SecretKey = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What members have to sign for the next version, and the root and targets it then has."""

    root: Root
    targets: Targets
    entries: Targets
    unsigned: Mapping[str, Metadata[Any]]  # by role, who delegates first
    files: Mapping[str, bytes] = field(repr=False)  # bytes of targets, by where they will lie
    renewed: bool = False  # whether every bin is signed again, for its date

    def delegator(self, role: str) -> Root | Targets:
        """Whose metadata says which keys count for `role`."""
        if role in ("root", "targets"):
            return self.root
        return self.targets if role == ENTRIES else self.entries


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a regional registrar hands in: its role's metadata, signed, and what that lists."""

    name: str
    metadata: bytes
    targets: Mapping[str, bytes] = field(repr=False)  # by path


def first_root(
    members: Sequence[PublicKey],
    *,
    threshold: int,
    automated: Mapping[str, PublicKey],
    signers: Sequence[Signer],
    now: datetime,
) -> bytes:
    """Root version 1, signed: the trust anchor that verifiers must get by a way they trust.

    Raises: RegistryError BELOW_THRESHOLD (too small a threshold, too few members or signers) or
    BAD_CEREMONY (a key that plays two parts): the caller's fault.
    """
    metadata = Metadata(root_of(1, members, threshold=threshold, automated=automated, now=now))
    sign("root", metadata, signers, [metadata.signed])
    check_signed(metadata.signed, "root", metadata, file="metadata/1.root.json")
    return to_bytes(metadata)


def root_of(
    version: int,
    members: Sequence[PublicKey],
    *,
    threshold: int,
    automated: Mapping[str, PublicKey],
    now: datetime,
) -> Root:
    """A root, not signed yet. Raises: RegistryError as `first_root`."""
    keys = [*members, *(automated[name] for name in AUTOMATED)]
    if len(set(keys)) != len(keys):
        raise RegistryError(Reason.BAD_CEREMONY, "one key can't be two members or two roles")
    if not 2 <= threshold <= len(members):
        raise RegistryError(
            Reason.BELOW_THRESHOLD, "no single key holder: the threshold is 2 to all members"
        )
    root = Root(version=version, expires=expiry(now, SIGNED_BY_MEMBERS))
    for role in ("root", "targets"):
        for member in members:
            root.add_key(Ed25519Key(member), role)
        root.roles[role].threshold = threshold
    for role in ("snapshot", "timestamp"):
        root.add_key(Ed25519Key(automated[role]), role)
    return root


def draft(
    previous: Previous,
    *,
    targets: Mapping[str, bytes],
    entries: Changes,
    bits: int,
    status: PublicKey,
    registrars: Iterable[Delegated] = (),
    root: Root | None = None,
    renew: bool = False,
    now: datetime,
) -> Draft:
    """What the members have to sign so that this becomes the next version.

    `targets` is everything that `targets` lists itself; `entries` only what changes. `bits` tells
    how many bins a registry that publishes for the first time will have. `root` is the next root,
    if that changes. `renew` signs every bin again, as happens when the members' keys change.

    Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD (whoever changed what is published).
    """
    files: dict[str, bytes] = {}
    unsigned: dict[str, Metadata[Any]] = {}
    if root is not None:
        unsigned["root"] = Metadata(root)
    root = root or previous.root
    expires = expiry(now, SIGNED_BY_MEMBERS)
    top = Targets(
        version=previous.version + 1,
        expires=expires,
        targets=stored(targets, files),
        delegations=delegations_of(root, Ed25519Key(status), registrars),
        unrecognized_fields={ROLE: "targets"},
    )
    unsigned["targets"] = Metadata(top)
    parent, role = previous.role(ENTRIES), top.get_delegated_role(ENTRIES)
    if parent is None or renew or not same_keys(parent, role):
        keys = [top.get_key(keyid) for keyid in role.keyids]
        parent = parent_of(
            ENTRIES,
            role,
            keys,
            version=previous.role_version(ENTRIES) + 1,
            bits=bits if parent is None else bin_bits(parent),
            expires=expires,
        )
        unsigned[ENTRIES] = Metadata(parent)
    every = ENTRIES in unsigned
    unsigned |= changed_bins(
        previous, parent, ENTRIES, entries, files, expires=expires, every=every
    )
    versions = {
        name: unsigned[name].signed.version if name in unsigned else previous.role_version(name)
        for name in (ENTRIES, *bins_of(ENTRIES, bin_bits(parent)))
    }
    top.unrecognized_fields[BINS] = sealed(versions)
    return Draft(
        root=root, targets=top, entries=parent, unsigned=unsigned, files=files, renewed=renew
    )


def check_draft(previous: Previous, drafted: Draft) -> None:
    """Whether enough members signed all of it; a new root needs the old members and the new ones.

    Raises: RegistryError BELOW_THRESHOLD naming file and role (nobody's fault: sign on).
    """
    for role, metadata in drafted.unsigned.items():
        file = f"metadata/{metadata.signed.version}.{role}.json"
        if role == "root":
            check_signed(previous.root, role, metadata, file=file)
        check_signed(drafted.delegator(role), role, metadata, file=file)


def complete(
    previous: Previous,
    *,
    drafted: Draft | None,
    lists: Changes,
    automated: Automated,
    submissions: Iterable[Submission] = (),
    now: datetime,
) -> dict[str, bytes]:
    """The files of the next version, in the order in which to write them; timestamp.json is last.

    Without `drafted`, what the members signed before stays in force, and no member is needed.
    `lists` are the changed files below status/ and issued/.

    Raises: RegistryError BELOW_THRESHOLD if too few members signed, or a registrar's own did;
    BAD_CEREMONY if nothing was published yet, or an automated key is not the one that members
    named (the callers' fault); REGISTRY_CORRUPT (a submission, or what lies published).
    """
    if drafted is not None:
        check_draft(previous, drafted)
        top, root = drafted.targets, drafted.root
    elif previous.targets is not None:
        top, root = previous.targets.signed, previous.root
    else:
        raise RegistryError(Reason.BAD_CEREMONY, "the members have not signed a first version yet")
    metadata = dict(drafted.unsigned) if drafted is not None else {}
    files: dict[str, bytes] = dict(drafted.files) if drafted is not None else {}
    entries = drafted.entries if drafted is not None else previous.role(ENTRIES)
    metadata |= _status(
        previous,
        top,
        lists,
        files,
        automated.status,
        now,
        bits=bin_bits(entries) if entries is not None else 0,
        renew=drafted is not None and drafted.renewed,
    )
    metadata |= _submitted(previous, top, submissions, files, alone=drafted is None)
    versions = dict(previous.snapshot.meta) if previous.snapshot is not None else {}
    versions |= {
        f"{role}.json": MetaFile(one.signed.version)
        for role, one in metadata.items()
        if role != "root"
    }
    snapshot = Metadata(
        Snapshot(
            version=_next(previous.snapshot),
            expires=expiry(now, SIGNED_AUTOMATICALLY),
            meta=versions,
        )
    )
    timestamp = Metadata(
        Timestamp(
            version=_next(previous.timestamp),
            expires=expiry(now, SIGNED_AUTOMATICALLY),
            snapshot_meta=MetaFile(snapshot.signed.version),
        )
    )
    sign("snapshot", snapshot, [automated.snapshot], [root])
    sign("timestamp", timestamp, [automated.timestamp], [root])
    for role, one in {**metadata, "snapshot": snapshot}.items():
        files[f"metadata/{one.signed.version}.{role}.json"] = to_bytes(one)
    files["metadata/timestamp.json"] = to_bytes(timestamp)
    return files


def _status(
    previous: Previous,
    top: Targets,
    lists: Changes,
    files: dict[str, bytes],
    key: SecretKey,
    now: datetime,
    *,
    bits: int,
    renew: bool,
) -> dict[str, Metadata[Any]]:
    """The role of the status lists and its changed bins, signed by the automated key."""
    # As long as what members sign: an unchanged bin is not signed again, and freshness is policy.
    expires = expiry(now, SIGNED_BY_MEMBERS)
    made: dict[str, Metadata[Any]] = {}
    parent, role = previous.role(STATUS), top.get_delegated_role(STATUS)
    if parent is None or renew or not same_keys(parent, role):
        keys = [top.get_key(keyid) for keyid in role.keyids]
        version = previous.role_version(STATUS) + 1
        parent = parent_of(STATUS, role, keys, version=version, bits=bits, expires=expires)
        made[STATUS] = Metadata(parent)
    every = STATUS in made
    made |= changed_bins(previous, parent, STATUS, lists, files, expires=expires, every=every)
    for name, metadata in made.items():
        sign(name, metadata, [key], [top if name == STATUS else parent])
    return made


def _submitted(
    previous: Previous,
    top: Targets,
    submissions: Iterable[Submission],
    files: dict[str, bytes],
    *,
    alone: bool,
) -> dict[str, Metadata[Any]]:
    """What regional registrars hand in: newer than before, and signed by enough of their own.

    What hangs on a version that members have yet to sign (a new registrar, or new people of one)
    waits for it; `alone`, lists are published without it.
    """
    made: dict[str, Metadata[Any]] = {}
    delegated = registrar_roles(top)
    for one in submissions:
        role = registrar_role(one.name)
        file = f"{role}.json"
        if role not in delegated:
            continue
        metadata = loaded(Targets, one.metadata, file)
        if alone and not _counts(top, role, metadata):
            continue
        check_signed(top, role, metadata, file=file)
        check_named(role, metadata.signed, file=file)
        version = previous.role_version(role)
        if metadata.signed.version < version:
            raise RegistryError(Reason.ROLLBACK, "older than published", file=file, role=role)
        if metadata.signed.version > version:
            made[role] = metadata
            if stored(one.targets, files) != metadata.signed.targets:
                raise RegistryError(
                    Reason.REGISTRY_CORRUPT, "it lists other files", file=file, role=role
                )
    for role in delegated:
        # Its members may be others than before: what they signed must count under the new ones.
        standing = made.get(role) or previous.metadata(role)
        if standing is None:
            raise RegistryError(
                Reason.BAD_CEREMONY, "its members have signed nothing yet", role=role
            )
        check_signed(top, role, standing, file=f"{role}.json")
    return made


def _counts(top: Targets, role: str, metadata: Metadata[Targets]) -> bool:
    try:
        check_signed(top, role, metadata, file=f"{role}.json")
    except RegistryError as error:
        if error.reason is Reason.BELOW_THRESHOLD:
            return False
        raise
    return True


def _next(role: Signed | None) -> int:
    return role.version + 1 if role is not None else 1
