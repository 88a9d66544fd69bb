"""Which older credentials outlive a stolen key, a suspension or a withdrawal (design, section 6).

Two sides use the same rules. The collector takes a list of what was issued only while nothing
speaks against its key, and never one that dropped anything. The registry ships a list once its key
needs it, and the entry then names the list's SHA-256: members sign for that, k of n, so that a
thief who holds the organisation's key *and* the automated key for lists still can't slip in a list
of their own making.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from amana.errors import RegistryError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from trust_registry.entries import slug
from trust_registry.issued import EntryOf, IssuedList, nobody, read_issued_list
from trust_registry.snapshot import Entry, PinnedKey, State

__all__ = [
    "check_collected",
    "check_grown",
    "doubted_since",
    "issued_path",
    "vouched_list",
]

_FALLEN: Final = (State.SUSPENDED, State.WITHDRAWN)
# A list made today in the far east may be dated tomorrow here.
_EARLY: Final = timedelta(days=1)


def doubted_since(entry: Entry, key: PinnedKey, *, now: datetime) -> datetime | None:
    """From when on a date under `key` proves nothing; None while it does.

    That is the compromise of the key, or the beginning of the suspension or withdrawal that lasts
    until now, whichever came first. Retired keys, and organisations that left by themselves, are in
    no doubt.
    """
    instants = [
        change.since
        for change in key.history
        if change.state is State.COMPROMISED and change.since <= now
    ]
    fallen: datetime | None = None
    for change in entry.history:
        if change.since <= now:
            fallen = (fallen or change.since) if change.state in _FALLEN else None
    return min([*instants, *([] if fallen is None else [fallen])], default=None)


def issued_path(key_id: str, did: str) -> str:
    """Where the registry keeps the list of one key: `issued/<slug>/<key fragment>.json`.

    Raises: ValueError for a key of somebody else (the caller's fault).
    """
    owner, _, fragment = key_id.partition("#")
    if owner != did or not fragment:
        raise ValueError("a key's id is the DID, # and a name")
    return f"issued/{slug(did)}/{fragment}.json"


def check_grown(old: IssuedList | None, new: IssuedList) -> None:
    """What was issued stays issued: a newer list drops nothing and is no older.

    Raises: RegistryError ISSUED_LIST_SHRUNK or ROLLBACK (the organisation, or whoever hands over an
    old list); BAD_ISSUED_LIST for lists of two keys.
    """
    if old is None:
        return
    if (old.issuer, old.key_id) != (new.issuer, new.key_id):
        raise RegistryError(Reason.BAD_ISSUED_LIST, "lists of two keys")
    if len(new) < len(old) or not set(old) <= set(new):
        raise RegistryError(Reason.ISSUED_LIST_SHRUNK, "what was issued stays issued")
    if new.valid_from < old.valid_from:
        raise RegistryError(Reason.ROLLBACK, "an older list than the one we have")


def check_collected(
    found: IssuedList, *, signed_by: str, entry: Entry, old: IssuedList | None, now: datetime
) -> None:
    """What only a collector can ask, since it knows when it got a list: may this one count later?

    Neither the listed key nor the one that signed (`signed_by`) may be in doubt yet.

    Raises: RegistryError ISSUED_LIST_TOO_LATE (a thief, or an organisation that fell), and as
    `check_grown`; BAD_ISSUED_LIST if it is dated in the future; VerificationError
    KEY_RETIRED_WHEN_ISSUED or KEY_NOT_YET_VALID for the key that signed.
    """
    for key_id in (found.key_id, signed_by):
        since = doubted_since(entry, entry.keys[key_id], now=now)
        if since is not None:
            raise RegistryError(
                Reason.ISSUED_LIST_TOO_LATE, "its key was in doubt before it came", key=key_id
            )
    state = entry.keys[signed_by].state_at(now)
    if state is not State.GRANTED:
        raise VerificationError(
            Reason.KEY_NOT_YET_VALID if state is None else Reason.KEY_RETIRED_WHEN_ISSUED
        )
    if found.valid_from > now + _EARLY:
        raise RegistryError(Reason.BAD_ISSUED_LIST, "dated in the future")
    check_grown(old, found)


def vouched_list(
    data: bytes,
    *,
    path: str,
    entry: Entry,
    at: datetime,
    entry_of: EntryOf = nobody,
    limits: Limits = LIMITS,
) -> IssuedList:
    """A list that the registry ships at `path`, if the members vouch that it counts.

    `at` is the registry's own date; `entry_of` finds the consortium's own entry, which may have
    signed in the place of an organisation that was withdrawn.

    Raises: as `read_issued_list`; RegistryError BAD_ISSUED_LIST if the entry does not name these
    bytes or the path is another's, ISSUED_LIST_TOO_LATE if it is dated after the trouble began
    (whoever holds the automated key for lists).
    """
    found = read_issued_list(data, entry=entry, entry_of=entry_of, limits=limits)
    if path != issued_path(found.key_id, entry.did):
        raise RegistryError(Reason.BAD_ISSUED_LIST, "the file is another key's")
    if entry.issued.get(found.key_id) != sha256(data).hexdigest():
        raise RegistryError(Reason.BAD_ISSUED_LIST, "the members did not sign for it")
    since = doubted_since(entry, entry.keys[found.key_id], now=at)
    if since is not None and found.valid_from > since:
        raise RegistryError(Reason.ISSUED_LIST_TOO_LATE, "made after its key was in doubt")
    return found
