"""Changes to an entry: dated, with a reason, and never a rewriting of what was published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from amana.dates import format_instant
from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from amana.strict_json import JsonObject
from trust_registry.entries import check_entry
from trust_registry.snapshot import Entry, State

__all__ = ["check_dated", "check_grown", "with_key_state", "with_state"]

OF_ENTRIES: Final = (State.GRANTED, State.SUSPENDED, State.WITHDRAWN, State.TERMINATED)
EARLY: Final = timedelta(days=1)  # a clock elsewhere, or the far east
OF_KEYS: Final = (State.RETIRED, State.COMPROMISED)


def with_state(document: JsonObject, state: State, *, reason: str, now: datetime) -> JsonObject:
    """A copy of an entry whose organisation has `state` from `now` on, for a `reason` (C79).

    Raises: InputError REASON_REQUIRED or ENTRY_INVALID (the caller's fault).
    """
    if not reason.strip():
        raise InputError(Reason.REASON_REQUIRED, "each change of status says why")
    change = {"since": format_instant(now), "state": state.value, "reason": reason}
    changed = {**document, "history": [*document["history"], change]}
    check_entry(changed)
    return changed


def with_key_state(
    document: JsonObject,
    key_id: str,
    state: State,
    *,
    now: datetime,
    since: datetime | None = None,
) -> JsonObject:
    """A copy of an entry in which one key has `state` from `since` on, or else from `now` on.

    A key that leaked is often found out later: then the instant of the leak counts.

    Raises: InputError KEY_UNKNOWN or ENTRY_INVALID (the caller's fault).
    """
    since = now if since is None else since
    if since > now:
        raise InputError(Reason.ENTRY_INVALID, "a key's state begins in the future")
    if key_id not in [key["id"] for key in document["keys"]]:
        raise InputError(Reason.KEY_UNKNOWN, "the entry has no such key")
    change = {"since": format_instant(since), "state": state.value}
    keys = [
        {**key, "history": [*key["history"], change]} if key["id"] == key_id else key
        for key in document["keys"]
    ]
    changed = {**document, "keys": keys}
    check_entry(changed)
    return changed


def check_dated(entry: Entry, *, now: datetime) -> None:
    """What is published has happened: an entry holds no change that is yet to come.

    A state that begins by itself, on some later day, would be nobody's act on that day.

    Raises: RegistryError ENTRY_INVALID (whoever prepared the change).
    """
    last = [entry.history[-1].since, *(key.history[-1].since for key in entry.keys.values())]
    if max(last) > now:
        raise RegistryError(Reason.ENTRY_INVALID, "it is dated in the future")


def check_grown(old: Entry | None, new: Entry) -> None:
    """Histories only grow: what members once published about an organisation stays as it was.

    Raises: RegistryError ENTRY_INVALID (whoever prepared the change).
    """
    if old is None:
        return
    if new.history[: len(old.history)] != old.history:
        raise RegistryError(Reason.ENTRY_INVALID, "it rewrites the published history")
    for key_id, before in old.keys.items():
        after = new.keys.get(key_id)
        if (
            after is None
            or after.public != before.public
            or after.history[: len(before.history)] != before.history
        ):
            raise RegistryError(Reason.ENTRY_INVALID, "it rewrites or drops a published key")
