"""Automated keys that a ceremony replaces: made when it starts, in force once it is finished.

    automated/<role>.key      the key in force
    automated/<public>.new    one that members are asked to put in its place

A new key signs from the version on that names it, and that version needs the members' threshold.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.cli import read_file, write_private
from amana.errors import RegistryError
from amana.keys import PublicKey, Randomness, SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.sealed import Cost, open_key_file, read_public, seal_key_file
from trust_registry._layout import STATUS
from trust_registry._shape import Proposed, refused
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.publish import Automated

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = ["adopt", "cut_short", "in_force", "make_key"]

_EXCHANGED: Final = ("snapshot", "timestamp", STATUS)


def make_key(
    consortium: Consortium,
    role: str,
    *,
    passphrase: bytes,
    randomness: Randomness | None,
    cost: Cost | None,
) -> PublicKey:
    """Make the key that is to sign as `role`, sealed under the passphrase of the automated keys.

    Raises: RegistryError BAD_CEREMONY for another role than snapshot, timestamp and status, or
    without randomness (the coordinator).
    """
    if role not in _EXCHANGED or randomness is None:
        raise RegistryError(Reason.BAD_CEREMONY, "that key is not exchanged", role=role)
    secret = SecretKey.generate(randomness)
    sealed = seal_key_file(
        secret, passphrase, randomness=randomness, demo=consortium.demo, cost=cost
    )
    write_private(consortium.folder / f"automated/{secret.public.multikey}.new", sealed)
    return secret.public


def in_force(consortium: Consortium, proposed: Proposed, passphrase: bytes) -> Automated:
    """The automated keys that a new version names, exchanged ones among them.

    Raises: RegistryError BAD_CEREMONY for a key that is not here; InputError WRONG_PASSPHRASE.
    """
    keys = dict(consortium.automated)
    for role, keyid in _named(proposed).items():
        if Ed25519Key(keys[role].public).keyid != keyid:
            keys[role] = _exchanged(consortium, keyid, role, passphrase)
    return Automated(**keys)


def adopt(consortium: Consortium, proposed: Proposed) -> None:
    """Take the members and the automated keys of a version that was published for one's own."""
    for path, role in _waiting(consortium, proposed):
        path.replace(path.with_name(f"{role}.key"))
    consortium.replace_members(
        proposed.package.members, threshold=proposed.root.roles["targets"].threshold
    )


def cut_short(consortium: Consortium, proposed: Proposed) -> bool:
    """Whether a package with a new root was published, and `adopt` was kept from its end."""
    new, base = proposed.package.metadata, proposed.base
    if not {"root", "targets"} <= new.keys():
        return False
    if (base.root, base.top) != (new["root"].signed, new["targets"].signed):
        return False
    known = {member.name: member.public for member in consortium.members}, consortium.threshold
    named = proposed.package.members, proposed.root.roles["targets"].threshold
    return known != named or bool(_waiting(consortium, proposed))


def _waiting(consortium: Consortium, proposed: Proposed) -> list[tuple[Path, str]]:
    """The files of new keys that the version names, each with its role."""
    roles = {keyid: role for role, keyid in _named(proposed).items()}
    found = []
    for path in sorted((consortium.folder / "automated").glob("*.new")):
        public, _ = read_public(read_file(path, limit=LIMITS.key_file_bytes))
        role = roles.get(Ed25519Key(public).keyid)
        if role is not None:
            found.append((path, role))
    return found


def _named(proposed: Proposed) -> dict[str, str]:
    """By role, the id of the automated key that a version names."""
    root, top = proposed.root, proposed.package.metadata["targets"].signed
    named = {role: root.roles[role].keyids[0] for role in ("snapshot", "timestamp")}
    return {**named, STATUS: top.get_delegated_role(STATUS).keyids[0]}


def _exchanged(consortium: Consortium, keyid: str, role: str, passphrase: bytes) -> SecretKey:
    for path in (consortium.folder / "automated").glob("*.new"):
        secret = open_key_file(read_file(path, limit=LIMITS.key_file_bytes), passphrase).secret
        if Ed25519Key(secret.public).keyid == keyid:
            return secret
    raise refused(Reason.BAD_CEREMONY, f"{role}.json", role, "its key is not on this machine")
