"""Resolving a DID, offline first: what the registry pins, then what is kept, then the network.

What the registry pins is never asked for elsewhere, so that no host can put a new key in its place.
What comes from a cache or a network is only what somebody published: its issuer stays unknown to
the registry, and a `Resolution` says so.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from amana.cli import read_file, write_file
from amana.dates import format_instant, parse_instant
from amana.did import key as did_key
from amana.did import web as did_web
from amana.did import webvh
from amana.did.document import DidDocument, parse_document
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import VerifyingKey, public_jwk
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads
from trust_registry.snapshot import Entry, KeyChange, Snapshot, State, StatusChange

__all__ = ["DiskCache", "Kept", "Resolution", "Resolver", "Source", "described"]

Fetch = Callable[[str, int], bytes]  # a URL and the most bytes wanted; `_fetch.fetch` is one
_ANY_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
_HEADER_BYTES: Final = 4 * 1024


class Source(StrEnum):
    """What a resolution relied on."""

    REGISTRY = "registry"  # keys that the members pinned, k of n
    IDENTIFIER = "identifier"  # a did:key holds its key
    CACHE = "cache"
    NETWORK = "network"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The bytes that a host served, and when."""

    data: bytes = field(repr=False)
    fetched: datetime


class Cache(Protocol):
    """Where answers of the network are kept; `DiskCache` is one."""

    def get(self, did: str) -> Kept | None:
        """What was kept for `did`, or None."""

    def put(self, did: str, kept: Kept) -> None:
        """Keep it, instead of what was kept before."""


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The keys of a DID, and what they rest on.

    `as_of` is when the registry was signed or the bytes were fetched (None for a did:key), `age`
    how long ago; it is None where the clock says that this has not happened yet. `refused` says why
    something newer from the network was not taken.
    """

    did: str
    document: DidDocument
    source: Source
    as_of: datetime | None = None
    age: timedelta | None = None
    entry: Entry | None = None
    log: webvh.Log | None = None
    refused: Reason | None = None

    @property
    def reason(self) -> Reason | None:
        """ISSUER_UNKNOWN unless the registry vouches for this DID. Good keys are no trust."""
        return None if self.entry is not None else Reason.ISSUER_UNKNOWN


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Where to look, in this order: `snapshot`, `cache`, `fetch`. What is None is not asked.

    An answer that is younger than `fresh` (and than the `ttl` of a did:webvh) is not asked for
    again.
    """

    snapshot: Snapshot | None = None
    cache: Cache | None = None
    fetch: Fetch | None = None
    fresh: timedelta = timedelta(hours=1)

    def resolve(self, did: str, *, now: datetime) -> Resolution:
        """The keys of `did` and what they rest on.

        Raises: InputError BAD_DID and what the parsers raise (the document's or log's author);
        VerificationError DID_NOT_FOUND, DID_METHOD_UNKNOWN or DID_DEACTIVATED, and what
        `webvh.verify_log` raises.
        """
        entry = self.snapshot.entry(did) if self.snapshot is not None else None
        if self.snapshot is not None and entry is not None:
            return Resolution(
                did=did,
                document=_pinned(entry, now),
                source=Source.REGISTRY,
                as_of=self.snapshot.published,
                age=_age(self.snapshot.published, now),
                entry=entry,
            )
        if did.startswith(did_key.PREFIX):
            return Resolution(did=did, document=_of_itself(did), source=Source.IDENTIFIER)
        url = _url(did)
        kept = self._from_cache(did, now)
        if kept is not None and (self.fetch is None or self._is_fresh(kept)):
            return _unless_deactivated(kept)  # for good: then no network need be asked either
        if self.fetch is None:
            raise VerificationError(Reason.DID_NOT_FOUND, "neither pinned nor kept here")
        known = kept.log if kept is not None else None
        limit = LIMITS.did_log_bytes if did.startswith(webvh.PREFIX) else LIMITS.json_bytes
        try:
            fresh = Kept(data=self.fetch(url, limit), fetched=now)
            found = _read(did, fresh, Source.NETWORK, known=known, now=now)
        except (InputError, VerificationError) as error:
            if kept is None:
                raise
            return replace(kept, refused=error.reason)
        if self.cache is not None:
            self.cache.put(did, fresh)
        return _unless_deactivated(found)

    def key(self, method: str, *, purpose: str, now: datetime) -> VerifyingKey:
        """The key of a verification method, for `purpose`. Says nothing about trust.

        Raises: as `resolve` and `DidDocument.key`.
        """
        return self.resolve(method.partition("#")[0], now=now).document.key(
            method, purpose=purpose, now=now
        )

    def _from_cache(self, did: str, now: datetime) -> Resolution | None:
        kept = self.cache.get(did) if self.cache is not None else None
        if kept is None:
            return None
        try:
            return _read(did, kept, Source.CACHE, known=None, now=now)
        except (InputError, VerificationError):
            return None  # spoilt, or of an older Amana: as if it were not there

    def _is_fresh(self, kept: Resolution) -> bool:
        longest = self.fresh
        if kept.log is not None:
            if kept.log.deactivated:
                return True
            longest = min(longest, timedelta(seconds=kept.log.newest.parameters.ttl))
        return kept.age is not None and kept.age < longest


class DiskCache:
    """One file a DID in a folder. Its name is a hash; its content is verified whenever it is read.

    Nothing here is secret, and nothing in it is trusted: whoever can write there can keep an older
    answer in place, and no more.
    """

    def __init__(self, folder: Path) -> None:
        """Not checked: that the folder is there; it is made when something is kept."""
        self._folder = folder

    def get(self, did: str) -> Kept | None:
        """What was kept for `did`; None if nothing was, or nothing that can be read."""
        try:
            limit = LIMITS.did_log_bytes + _HEADER_BYTES
            line, _, data = read_file(self._path(did), limit=limit).partition(b"\n")
            header = as_object(loads(line))
            if header.get("did") != did or type(header.get("fetched")) is not str:
                return None
            return Kept(data=data, fetched=parse_instant(header["fetched"]))
        except InputError:
            return None

    def put(self, did: str, kept: Kept) -> None:
        """Replace what was kept, in one step. Raises: InputError UNREADABLE_FILE."""
        header = canonical({"did": did, "fetched": format_instant(kept.fetched)})
        write_file(self._path(did), header + b"\n" + kept.data)

    def _path(self, did: str) -> Path:
        return self._folder / f"{hashlib.sha256(did.encode()).hexdigest()}.did"


def _url(did: str) -> str:
    if did.startswith(webvh.PREFIX):
        return webvh.log_url(did)
    if did.startswith("did:web:"):
        return did_web.document_url(did)
    if len(did) > LIMITS.did_chars or _ANY_DID.fullmatch(did) is None:
        raise InputError(Reason.BAD_DID, "not a DID")
    raise VerificationError(Reason.DID_METHOD_UNKNOWN, "neither did:key, did:web nor did:webvh")


def _read(
    did: str, kept: Kept, source: Source, *, known: webvh.Log | None, now: datetime
) -> Resolution:
    log = None
    if did.startswith(webvh.PREFIX):
        log = webvh.verify_log(kept.data, did=did, now=now, known=known)
        document = log.newest.document()
    else:
        document = parse_document(kept.data, did=did)
    return Resolution(
        did=did,
        document=document,
        source=source,
        as_of=kept.fetched,
        age=_age(kept.fetched, now),
        log=log,
    )


def _unless_deactivated(found: Resolution) -> Resolution:
    if found.log is not None and found.log.deactivated:
        raise VerificationError(Reason.DID_DEACTIVATED, "its controller ended this DID")
    return found


def _of_itself(did: str) -> DidDocument:
    key = {did_key.verification_method(did): did_key.resolve_any(did)}
    return DidDocument(id=did, assertion_method=key, authentication=key)


def _pinned(entry: Entry, now: datetime) -> DidDocument:
    """The pinned keys as a document: none before its time, and ended since it lost its standing."""
    keys = [key for key in entry.keys.values() if key.history[0].since <= now]
    lost = _lost(entry.history)
    ends = {key.id: min(dates) for key in keys if (dates := [*lost, *_lost(key.history)])}
    return DidDocument(
        id=entry.did,
        assertion_method={k.id: k.public for k in keys if "assertionMethod" in k.relationships},
        authentication={k.id: k.public for k in keys if "authentication" in k.relationships},
        ends=ends,
    )


def _lost(history: tuple[KeyChange, ...] | tuple[StatusChange, ...]) -> list[datetime]:
    """Since when it is not granted any more, if so."""
    return [history[-1].since] if history[-1].state is not State.GRANTED else []


def _age(then: datetime, now: datetime) -> timedelta | None:
    return now - then if then <= now else None


def described(found: Resolution) -> JsonObject:
    """A resolution for programs: whose keys, and what they rest on."""
    document = found.document
    return {
        "did": found.did,
        "source": found.source.value,
        "as_of": None if found.as_of is None else format_instant(found.as_of),
        "age_seconds": None if found.age is None else int(found.age.total_seconds()),
        "reason": found.reason,
        "refused": found.refused,
        "document": {
            "id": document.id,
            "assertionMethod": {
                name: public_jwk(k) for name, k in document.assertion_method.items()
            },
            "authentication": {name: public_jwk(k) for name, k in document.authentication.items()},
            "ends": {name: format_instant(end) for name, end in document.ends.items()},
        },
        "metadata": {} if found.log is None else found.log.metadata(found.log.newest),
    }
