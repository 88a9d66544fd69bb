"""Metadata in the making: bins that list files, and the roles above them; who signs comes later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from securesystemslib.signer import Key, Signature
from tuf.api.metadata import Metadata, Role, Root, TargetFile, Targets
from tuf.api.serialization.json import JSONSerializer

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry._layout import ROLE, bin_bits, bin_delegations, bin_of, bins_of
from trust_registry._previous import Previous
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.signers import Signer

__all__ = ["Changes", "changed_bins", "parent_of", "sign", "stored", "to_bytes"]

SIGNED_BY_MEMBERS: Final = timedelta(days=5 * 365 + 1)
SIGNED_AUTOMATICALLY: Final = timedelta(days=2 * 365)

Changes = Mapping[str, bytes | None]  # target path -> its new bytes, or None to list it no more


def expiry(now: datetime, span: timedelta) -> datetime:
    """When metadata signed now expires: far off, as freshness is policy over `published`."""
    return (now.astimezone(UTC) + span).replace(microsecond=0)


def stored(targets: Mapping[str, bytes], files: dict[str, bytes]) -> dict[str, TargetFile]:
    """Describe the targets, and put their bytes among the files under their hashed names."""
    described = {
        path: TargetFile.from_data(path, data, ["sha256"]) for path, data in sorted(targets.items())
    }
    for path, target in described.items():
        files[f"targets/{target.get_prefixed_paths()[0]}"] = targets[path]
    return described


def parent_of(
    name: str,
    role: Role,
    keys: Sequence[Key],
    *,
    version: int,
    bits: int,
    expires: datetime,
) -> Targets:
    """The metadata of a role that lists nothing itself and has bins, under the same keys."""
    return Targets(
        version=version,
        expires=expires,
        targets={},
        delegations=bin_delegations(name, role, keys, bits),
        unrecognized_fields={ROLE: name},
    )


def same_keys(parent: Targets, role: Role) -> bool:
    """Whether the bins of `parent` are still signed by the keys that `role` now has."""
    found = parent.delegations.succinct_roles if parent.delegations is not None else None
    return (
        found is not None
        and set(found.keyids) == set(role.keyids)
        and found.threshold == role.threshold
    )


def changed_bins(
    previous: Previous,
    parent: Targets,
    name: str,
    changes: Changes,
    files: dict[str, bytes],
    *,
    expires: datetime,
    every: bool,
) -> dict[str, Metadata[Any]]:
    """New versions of the bins of `name` that list something else now; of all of them if `every`.

    Raises: RegistryError as `Previous.role` (whoever changed what is published).
    """
    bits = bin_bits(parent)
    by_bin: dict[str, dict[str, bytes | None]] = {}
    for path, data in changes.items():
        by_bin.setdefault(bin_of(path, name, bits), {})[path] = data
    made: dict[str, Metadata[Any]] = {}
    for bin_name in bins_of(name, bits) if every else sorted(by_bin):
        before = previous.role(bin_name, parent=name)
        listed = dict(before.targets) if before is not None else {}
        change = by_bin.get(bin_name, {})
        for path in (path for path, data in change.items() if data is None):
            listed.pop(path, None)
        brought: dict[str, bytes] = {}
        fresh = stored({p: data for p, data in change.items() if data is not None}, brought)
        for (path, target), (place, data) in zip(fresh.items(), brought.items(), strict=True):
            if listed.get(path) != target:  # else its bytes lie there already
                listed[path], files[place] = target, data
        if every or before is None or listed != before.targets:
            version = previous.role_version(bin_name) + 1
            targets = dict(sorted(listed.items()))
            made[bin_name] = Metadata(
                Targets(
                    version=version,
                    expires=expires,
                    targets=targets,
                    unrecognized_fields={ROLE: bin_name},
                )
            )
    return made


def sign(
    role: str,
    metadata: Metadata[Any],
    signers: Iterable[Signer],
    delegators: Sequence[Root | Targets],
) -> None:
    """Add the signatures of those whose keys count for `role`, by one delegator or another.

    Raises: RegistryError BAD_CEREMONY for a key that counts nowhere (the caller's fault).
    """
    payload = metadata.signed_bytes
    for signer in signers:
        keyid = Ed25519Key(signer.public).keyid
        if not any(keyid in one.get_delegated_role(role).keyids for one in delegators):
            raise RegistryError(Reason.BAD_CEREMONY, "that key may not sign this", role=role)
        metadata.signatures[keyid] = Signature(keyid, signer.sign(payload).hex())


def to_bytes(metadata: Metadata[Any]) -> bytes:
    """Metadata as a file."""
    return metadata.to_bytes(JSONSerializer(compact=True))
