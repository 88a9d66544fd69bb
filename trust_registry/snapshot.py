"""The registry as a verifier sees it: one version that never changes, and no network behind it.

Whoever builds a `Snapshot` vouches that everything in it was signed by enough members; the client
does that with TUF, and its mappings read and check what they are asked for. Nothing here verifies a
signature.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from amana.dates import months_after
from amana.keys import PublicKey
from amana.reasons import Reason
from amana.status import StatusList

if TYPE_CHECKING:
    from trust_registry.registrars import RegistrarLimits

__all__ = [
    "Entry",
    "IssuedList",
    "KeyChange",
    "LeftOut",
    "PinnedKey",
    "Snapshot",
    "State",
    "StatusChange",
]


DIGEST_BYTES: Final = 16
# A clock that is further past what members last signed than this is not believed.
CLOCK_LIMIT: Final = timedelta(days=400)


def _nothing() -> Mapping[str, Any]:
    return _EMPTY


_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})


class State(StrEnum):
    """The standing of an organisation or of one of its keys, from an instant on."""

    GRANTED = "granted"
    SUSPENDED = "suspended"  # organisations only
    WITHDRAWN = "withdrawn"  # organisations only: by the consortium
    TERMINATED = "terminated"  # organisations only: by itself
    RETIRED = "retired"  # keys only: replaced in good order
    COMPROMISED = "compromised"  # keys only


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyChange:
    """From `since` on, a key has this state (granted, retired or compromised)."""

    since: datetime
    state: State


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusChange:
    """From `since` on, an organisation has this state, for a reason that was published."""

    since: datetime
    state: State
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedKey:
    """One key of an organisation, with what it may sign and its dated history, oldest first."""

    id: str
    public: PublicKey
    relationships: frozenset[str]
    history: tuple[KeyChange, ...]

    def state_at(self, instant: datetime) -> State | None:
        """Its state at `instant`; None before it was first granted."""
        return _state_at(self.history, instant)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An organisation that the consortium vouches for. `actions` are TRQP's (action, resource)."""

    did: str
    names: Mapping[str, str]
    keys: Mapping[str, PinnedKey]
    actions: frozenset[tuple[str, str]]
    history: tuple[StatusChange, ...]
    registrar: str
    appeals: str
    dossier: str
    demo: bool = False
    jurisdictions: frozenset[str] = frozenset()  # ISO 3166-1 or 3166-2; empty: not limited
    # By resource: the service tiers at which it may ask for it.
    tiers: Mapping[str, frozenset[str]] = field(default_factory=_nothing)
    focal_point: PublicKey | None = None  # of somebody independent who takes complaints
    # By key id: SHA-256, in hex, of the one list of issued credentials that counts.
    issued: Mapping[str, str] = field(default_factory=_nothing)

    def may(self, action: str, resource: str) -> bool:
        """Whether the consortium accredited it to do `action` (issue, ask) with `resource`."""
        return (action, resource) in self.actions

    def may_ask(self, resource: str, *, tier: str) -> bool:
        """Whether it may ask for `resource` at a service of this tier (registered, checked).

        A resource that `tiers` does not name is not limited to any.
        """
        if ("ask", resource) not in self.actions:
            return False
        tiers = self.tiers.get(resource)
        return tiers is None or tier in tiers

    def state_at(self, instant: datetime) -> State | None:
        """Its state at `instant`; None before it was first granted."""
        return _state_at(self.history, instant)


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedList:
    """What one key had signed when `valid_from` was written: the exact list, and nothing else.

    `digests` are those of `trust_registry.issued.digest_of`, 16 bytes each, in order, one after
    another; `digest in found` looks one up.
    """

    issuer: str
    key_id: str
    valid_from: datetime
    digests: bytes = field(repr=False)

    def __len__(self) -> int:
        return len(self.digests) // DIGEST_BYTES

    def __contains__(self, digest: bytes) -> bool:
        place = bisect_left(range(len(self)), digest, key=self._at)
        return place < len(self) and self._at(place) == digest

    def __iter__(self) -> Iterator[bytes]:
        return (self._at(place) for place in range(len(self)))

    def _at(self, place: int) -> bytes:
        return self.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A published file that counts for nothing here, the role that listed it, and the rule."""

    file: str
    role: str
    rule: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A registry at one version. `published` is the one date that its members signed k of n.

    `floor` is the newest such date that this device has seen: it can't be earlier than that now.
    """

    version: int
    published: datetime
    name: str
    entries: Mapping[str, Entry] = field(repr=False)
    status_lists: Mapping[str, StatusList] = field(repr=False)
    demo: bool = False
    # By key id: what stays good of a key that leaked, or whose organisation fell (issued.py).
    issued: Mapping[str, IssuedList] = field(repr=False, default_factory=_nothing)
    stolen: frozenset[str] = field(repr=False, default=frozenset())  # serials of stations
    left_out: tuple[LeftOut, ...] = field(repr=False, default=())  # for people to read
    floor: datetime | None = None
    checkpoint: bytes | None = field(repr=False, default=None)  # of the log of decisions (C2SP)
    log: str | None = None  # the verifier key of that log (trust_registry/notes.py)
    governance: str | None = None  # SHA-256, in hex, of the consortium's own answers
    # By name: who admits organisations in a region, and what it may accredit.
    registrars: Mapping[str, RegistrarLimits] = field(repr=False, default_factory=_nothing)

    @property
    def earliest(self) -> datetime:
        """The instant that it can't be before now: members signed a later version's date, too."""
        return self.floor or self.published

    def entry(self, did: str) -> Entry | None:
        """The entry of `did`, or None: the registry does not know it.

        Raises: RegistryError, as `status_list` does, where what is kept of it turns out to be
        damaged (whoever changed the cache).
        """
        return self.entries.get(did)

    def status_list(self, url: str) -> StatusList | None:
        """The newest status list collected from `url`, or None."""
        return self.status_lists.get(url)


# What the state *now* says about older credentials, until a list of what was issued tells more.
_SINCE: Final = {
    State.SUSPENDED: Reason.ISSUER_SUSPENDED_SINCE,
    State.WITHDRAWN: Reason.ISSUER_WITHDRAWN_SINCE,
}
_WHEN_ISSUED: Final = {
    State.SUSPENDED: Reason.ISSUER_SUSPENDED_WHEN_ISSUED,
    State.WITHDRAWN: Reason.ISSUER_WITHDRAWN_WHEN_ISSUED,
    State.TERMINATED: Reason.ISSUER_WITHDRAWN_WHEN_ISSUED,
}


_INSTANT: Final = timedelta(microseconds=1)


@lru_cache(maxsize=4096)
def _window(issued: datetime) -> tuple[datetime, datetime]:
    """The span in which something dated `issued` was made: a month or a day, if it is cut to one.

    Credentials are dated by the month, the certificates of stations by the day.
    """
    if (issued.day, issued.hour, issued.minute, issued.second) == (1, 0, 0, 0):
        try:
            month = months_after(date(issued.year, issued.month, 1), 1)
        except ValueError:  # the last month of the calendar
            return issued, datetime.max.replace(tzinfo=issued.tzinfo)
        return issued, issued.replace(year=month.year, month=month.month) - _INSTANT
    if (issued.hour, issued.minute, issued.second) == (0, 0, 0):
        return issued, issued + (timedelta(days=1) - _INSTANT)
    return issued, issued


def standing(
    entry: Entry,
    key: PinnedKey,
    *,
    issued: datetime | None,
    now: datetime,
    listed: bool = False,
) -> Reason | None:
    """What speaks against a credential dated `issued` under `key` of `entry`; None if nothing does.

    Design: dates inside a credential count only while its key is granted or retired; after a
    compromise, a suspension or a withdrawal anybody could have set them back. A credential whose
    date is cut to the month or the day is only refused if *no* instant of it would do. What is
    `listed` was collected before any of that; then its date counts (`issued.standing_of`).
    """
    if issued is not None and _never_changed(key.history, entry.history, issued, now):
        return None
    key_now = _state_at(key.history, now)
    if key_now is State.COMPROMISED and (issued is None or not listed):
        return Reason.KEY_COMPROMISED
    if key_now is None:
        return Reason.KEY_NOT_YET_VALID
    if issued is None:
        # Nothing dates it, so only the present can speak for it.
        if key_now is not State.GRANTED:
            return Reason.KEY_RETIRED_WHEN_ISSUED
        state = _state_at(entry.history, now)
        return None if state is State.GRANTED else _SINCE.get(state or State.GRANTED, _NOT_YET)
    first, last = _window(issued)
    granted = [at for at in _turns(key.history, entry.history, first, last) if _good(key, at)]
    if not granted:
        dated_before = first < key.history[0].since
        return Reason.KEY_NOT_YET_VALID if dated_before else Reason.KEY_RETIRED_WHEN_ISSUED
    if not any(entry.state_at(at) is State.GRANTED for at in granted):
        state_then = entry.state_at(granted[-1])
        return _WHEN_ISSUED.get(state_then, _NOT_YET) if state_then is not None else _NOT_YET
    state_now = _state_at(entry.history, now)
    if state_now is None:
        return _NOT_YET
    return None if listed else _SINCE.get(state_now)


_NOT_YET: Final = Reason.ISSUER_NOT_YET_GRANTED


def _never_changed(
    key: tuple[KeyChange, ...],
    entity: tuple[StatusChange, ...],
    issued: datetime,
    now: datetime,
) -> bool:
    """The ordinary case, quickly: granted once, before the credential, and nothing since."""
    if len(key) != 1 or len(entity) != 1:
        return False
    key_granted, granted = key[0], entity[0]
    return (
        key_granted.state is State.GRANTED
        and granted.state is State.GRANTED
        and key_granted.since <= issued
        and granted.since <= issued <= now
    )


def _state_at(
    history: tuple[KeyChange, ...] | tuple[StatusChange, ...], instant: datetime
) -> State | None:
    state: State | None = None
    for change in history:
        if change.since > instant:
            break
        state = change.state
    return state


def _turns(
    key: tuple[KeyChange, ...],
    entity: tuple[StatusChange, ...],
    first: datetime,
    last: datetime,
) -> list[datetime]:
    """The instants from `first` to `last` at which something may have become good, in order."""
    changes = {change.since for change in key} | {change.since for change in entity}
    return [first, *sorted(since for since in changes if first < since <= last)]


def _good(key: PinnedKey, at: datetime) -> bool:
    return _state_at(key.history, at) is State.GRANTED
