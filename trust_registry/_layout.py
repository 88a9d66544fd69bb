"""Which role lists which file: the shape of the registry's TUF metadata.

    root                                     k of n members
    targets                                  k of n members: what the registry says as a whole
      status    status/*/*  issued/*/*       automated key `status`; its bins list the files
      entries   entries/*                    k of n members;         its bins list the files
      registrar-<name>  registrars/<name>/entries/*     that registrar's own members
    snapshot, timestamp                      an automated key each

Bins spread their targets by hash (TAP 15), so that one change touches one small file among 1024.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Delegations, Role, Root, SuccinctRoles, Targets

from trust_registry import statement
from trust_registry._tuf_keys import Ed25519Key

__all__ = [
    "BINS",
    "ENTRIES",
    "ROLE",
    "STATUS",
    "Delegated",
    "bin_of",
    "delegations_of",
    "registrar_role",
]

# A member of what each role of targets signs: its own name. TUF does not ask for one, so a carrier
# could hand over one bin, an empty one perhaps, in the place of another that the same keys signed.
ROLE: Final = "role"
# A member of what `targets` signs: `sealed` over the bins of entries that belong to it. Whoever
# stole the snapshot's key could else show a new device an old bin, where nobody is suspended yet.
BINS: Final = "bins"
STATUS: Final = "status"
ENTRIES: Final = "entries"
STATUS_PATHS: Final = ("status/*/*", "issued/*/*")
ENTRY_PATHS: Final = ("entries/*",)
CHECKPOINT: Final = "log/checkpoint"
GOVERNANCE: Final = statement.GOVERNANCE
STOLEN: Final = "stations/stolen.json"
_OF_REGISTRAR: Final = "registrar-"


@dataclass(frozen=True, kw_only=True)
class Delegated:
    """Who signs for one regional registrar: its own members, and how many of them."""

    name: str
    members: tuple[Ed25519Key, ...]
    threshold: int


def registrar_role(name: str) -> str:
    """The role of the regional registrar `name`."""
    return f"{_OF_REGISTRAR}{name}"


def registrar_name(role: str) -> str | None:
    """The registrar whose role this is, or None for another role."""
    return role.removeprefix(_OF_REGISTRAR) if role.startswith(_OF_REGISTRAR) else None


def registrar_roles(targets: Targets) -> list[str]:
    """The roles of regional registrars that `targets` delegates to, in order."""
    delegations = targets.delegations
    roles = delegations.roles if delegations is not None else None
    return [role for role in roles or () if role.startswith(_OF_REGISTRAR)]


def registrar_paths(name: str) -> str:
    """The one pattern of paths that a registrar may list."""
    return f"registrars/{name}/entries/*"


def bin_of(path: str, parent: str, bits: int) -> str:
    """The bin of `parent` (`status` or `entries`) that lists `path`."""
    return SuccinctRoles([], 1, bits, parent).get_role_for_target(path)


def bins_of(parent: str, bits: int) -> list[str]:
    """The names of all bins of `parent`, in order."""
    return list(SuccinctRoles([], 1, bits, parent).get_roles())


def sealed(versions: Mapping[str, int]) -> str:
    """What members sign of the version of each role that holds entries: a SHA-256, in hex."""
    lines = [f"{role} {versions[role]}\n" for role in sorted(versions)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def bin_bits(delegator: Targets) -> int:
    """How many bits tell the bins of this role apart; 0 if it has none."""
    delegations = delegator.delegations
    found = delegations.succinct_roles if delegations is not None else None
    return found.bit_length if found is not None else 0


def delegations_of(root: Root, status: Ed25519Key, registrars: Iterable[Delegated]) -> Delegations:
    """What `targets` delegates: first the consortium's own files, then the registrars'."""
    members = root.roles["targets"]
    roles = [
        DelegatedRole(STATUS, [status.keyid], 1, terminating=True, paths=list(STATUS_PATHS)),
        DelegatedRole(
            ENTRIES, members.keyids, members.threshold, terminating=True, paths=list(ENTRY_PATHS)
        ),
    ]
    keys = {status.keyid: status} | {keyid: root.keys[keyid] for keyid in members.keyids}
    for one in registrars:
        keys |= {key.keyid: key for key in one.members}
        roles.append(
            DelegatedRole(
                registrar_role(one.name),
                [key.keyid for key in one.members],
                one.threshold,
                terminating=True,
                paths=[registrar_paths(one.name)],
            )
        )
    return Delegations(keys, {role.name: role for role in roles})


def bin_delegations(parent: str, role: Role, keys: Sequence[Key], bits: int) -> Delegations:
    """The bins of `parent`: the same keys and threshold as it has itself."""
    succinct = SuccinctRoles(list(role.keyids), role.threshold, bits, parent)
    return Delegations({key.keyid: key for key in keys}, succinct_roles=succinct)
