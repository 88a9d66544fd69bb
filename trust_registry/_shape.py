"""The shape of a version that members are asked to sign: what follows on what, signed by whom.

Nothing here looks into what a version says of anybody; see `trust_registry.examining`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tuf.api.metadata import Root, TargetFile, Targets

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry import changes
from trust_registry._bins import SIGNED_BY_MEMBERS, same_keys
from trust_registry._layout import (
    BINS,
    ENTRIES,
    ROLE,
    STATUS,
    Delegated,
    bin_bits,
    bins_of,
    delegations_of,
    registrar_name,
    sealed,
)
from trust_registry._package import Package
from trust_registry._previous import Previous, Version, check_named
from trust_registry._tuf_keys import Ed25519Key

__all__ = ["Proposed", "check_shape", "check_versions", "refused"]

_LEAST_THRESHOLD: Final = 2  # no single key holder (C112)


@dataclass(frozen=True, kw_only=True)
class Proposed(Version):
    """The version that there will be if enough members sign a package."""

    base: Previous
    package: Package

    @property
    def root(self) -> Root:
        """The root that will be in force."""
        new = self.package.metadata.get("root")
        return new.signed if new is not None else self.base.root

    @property
    def top(self) -> Targets | None:
        """What `targets` will list and delegate."""
        new = self.package.metadata.get("targets")
        return new.signed if new is not None else self.base.top

    def role(self, role: str, *, parent: str = "targets") -> Targets | None:
        """What a delegated role will list."""
        new = self.package.metadata.get(role)
        return new.signed if new is not None else self.base.role(role, parent=parent)

    def bytes_of(self, target: TargetFile) -> bytes | None:
        """The bytes of a target: new ones from the package, others as they are published."""
        new = self.package.targets.get(target.path)
        return new if new is not None else self.base.bytes_of(target)


def check_versions(proposed: Proposed, *, now: datetime) -> None:
    """Each file is the next version of its own, and holds no longer than members sign for."""
    package, base = proposed.package, proposed.base
    if package.version != base.version + 1:
        raise refused(
            Reason.ROLLBACK, "targets.json", "targets", f"follows on version {package.version - 1}"
        )
    for role, metadata in package.metadata.items():
        before = {"root": base.root.version, "targets": base.version}.get(
            role, base.role_version(role)
        )
        if role != "root":
            check_named(role, metadata.signed, file=package.file(role))
        if metadata.signed.version != before + 1:
            raise refused(Reason.ROLLBACK, package.file(role), role, f"not version {before + 1}")
        if not now < metadata.signed.expires <= now + SIGNED_BY_MEMBERS + changes.EARLY:
            raise refused(
                Reason.REGISTRY_CORRUPT, package.file(role), role, "it expires too soon or too late"
            )


def check_shape(proposed: Proposed) -> tuple[Targets, Targets]:
    """Who signs what: as in every registry, several together, and nobody else."""
    package, root, top = proposed.package, proposed.root, proposed.top
    roles = root.roles
    if (
        roles["root"] != roles["targets"]
        or roles["root"].threshold < _LEAST_THRESHOLD
        or not root.consistent_snapshot
        or not all(isinstance(key, Ed25519Key) for key in root.keys.values())
        or any(len(roles[role].keyids) != 1 for role in ("snapshot", "timestamp"))
    ):
        raise refused(Reason.BELOW_THRESHOLD, "root.json", "root", "not signed as a registry is")
    named = {Ed25519Key(key).keyid for key in package.members.values()}
    if named != (set(roles["targets"].keyids) if "root" in package.metadata else set()):
        raise refused(Reason.BAD_CEREMONY, "root.json", "root", "it names other members")
    if top is None or top.delegations is None or top.delegations != _expected(root, top):
        raise refused(Reason.REGISTRY_CORRUPT, "targets.json", "targets", "it delegates otherwise")
    parent = proposed.role(ENTRIES)
    bits = bin_bits(parent) if parent is not None else 0
    if parent is None or not bits or parent.targets:
        raise refused(Reason.REGISTRY_CORRUPT, "entries.json", ENTRIES, "it has no bins")
    if not same_keys(parent, top.get_delegated_role(ENTRIES)):
        raise refused(Reason.BELOW_THRESHOLD, "entries.json", ENTRIES, "others sign its bins")
    bins = bins_of(ENTRIES, bits)
    asked = package.metadata.keys() - {"root", "targets", ENTRIES}
    if not asked <= set(bins):
        role = min(asked - set(bins))
        raise refused(Reason.BAD_CEREMONY, f"{role}.json", role, "members do not sign that")
    before = proposed.base.role(ENTRIES)
    if ENTRIES in package.metadata and asked != set(bins):
        raise refused(Reason.BAD_CEREMONY, "entries.json", ENTRIES, "a bin is not signed again")
    versions = {
        role: package.metadata[role].signed.version
        if role in package.metadata
        else proposed.base.role_version(role)
        for role in (ENTRIES, *bins)
    }
    if top.unrecognized_fields != {ROLE: "targets", BINS: sealed(versions)}:
        raise refused(Reason.REGISTRY_CORRUPT, "targets.json", "targets", "it names other bins")
    if before is not None and bin_bits(before) != bits:
        raise refused(Reason.REGISTRY_CORRUPT, "entries.json", ENTRIES, "other bins than it had")
    return top, parent


def _expected(root: Root, top: Targets) -> object:
    """What `targets` has to delegate, given its own words about keys of lists and registrars."""
    delegations = top.delegations
    roles = delegations.roles if delegations is not None else None
    if delegations is None or not roles or STATUS not in roles:
        return None
    try:
        (status,) = [delegations.keys[keyid] for keyid in roles[STATUS].keyids]
        registrars = [
            Delegated(
                name=name,
                members=tuple(_ours(delegations.keys[keyid]) for keyid in role.keyids),
                threshold=max(role.threshold, _LEAST_THRESHOLD),
            )
            for role in roles.values()
            if (name := registrar_name(role.name)) is not None
        ]
        return delegations_of(root, _ours(status), registrars)
    except (KeyError, ValueError):
        return None


def _ours(key: object) -> Ed25519Key:
    if not isinstance(key, Ed25519Key):
        raise ValueError("a key of another kind")
    return key


def refused(reason: Reason, file: str, role: str, rule: str) -> RegistryError:
    """An error that names the file, the role and the rule."""
    return RegistryError(reason, rule, file=file, role=role)
