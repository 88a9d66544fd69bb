"""The consortium's collector: lists of all organisations in, checked one by one, kept for later.

    status/<slug>/<n>.json                          the newest status list, which is published
    collected/<slug>/<instant>.<key fragment>.json  what a key had issued, as it came, by when
    issued/<slug>/<key fragment>.json               the one that counts, once its key needs it

Lists of what was issued are collected always and published only after a key leaked, or after its
organisation was suspended or withdrawn (design, section 6). Which of them came before that instant
only the collector knows: it writes the time into the name, and keeps older ones, since a leak is
often found long after it happened. The entry then names the digest of the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.cli import read_file, write_file
from amana.dates import parse_instant
from amana.errors import AmanaError, InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.status import StatusList
from amana.strict_json import JsonObject
from trust_registry import backdating, collect
from trust_registry.entries import check_entry, read_entry, slug
from trust_registry.issued import (
    IssuedList,
    is_issued_list,
    issued_list_issuer,
    issued_list_signer,
    read_issued_list,
)
from trust_registry.snapshot import Entry

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = ["Places", "Taken", "collect_all", "collect_issued", "lists_in", "pinned", "staged_entry"]

LARGEST: Final = max(LIMITS.status_list_json_bytes, LIMITS.issued_list_bytes)
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_STAMP_CHARS: Final = len("20261122T120000Z")
_LIST_KEPT: Final = 64  # of each key: more than a year, if one comes every week


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What became of one file. `reason` says why it was refused; None if it was taken."""

    name: str
    issuer: str | None
    reason: Reason | None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Places:
    """Which URL is whose: read from the folder once, however many lists come."""

    own: dict[str, str]
    urls: dict[str, Path] = field(repr=False)

    @classmethod
    def of(cls, folder: Path, dids: Iterable[str], *, name: str = "*.json") -> Places:
        """The places of these organisations, and where the lists lie that were taken before.

        A list's URL ends in its number: lists of another file `name` can't be at the same one.
        """
        urls: dict[str, Path] = {}
        for path in sorted(folder.glob(f"status/*/{name}")):
            url = collect.list_url(read_file(path, limit=LARGEST))
            if type(url) is str:
                urls[url] = path
        return cls(own=collect.own_places(dids), urls=urls)

    def check(self, found: StatusList, path: Path) -> None:
        """One URL, one list: a second one would stop every verifier from loading the registry.

        Raises: InputError BAD_STATUS_LIST (the organisation that lays it there).
        """
        if self.urls.get(found.url, path) != path or not collect.in_place(found, self.own):
            raise InputError(Reason.BAD_STATUS_LIST, "its URL is another organisation's place")


def lists_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The JSON files in a folder and all below it, by their names there, in order.

    Raises: InputError NO_SUCH_FILE for a folder that is none (the caller), UNREADABLE_FILE.
    """
    if not folder.is_dir():
        raise InputError(Reason.NO_SUCH_FILE, "no such folder", file=str(folder))
    for path in sorted(folder.rglob("*.json")):
        if path.is_file():  # not a pipe, which would keep us waiting for ever
            # One byte too many is enough to be refused later, with the others taken.
            with path.open("rb") as file:
                yield path.relative_to(folder).as_posix(), file.read(LARGEST + 1)


def collect_all(
    consortium: Consortium, lists: Iterable[tuple[str, bytes]], *, now: datetime
) -> list[Taken]:
    """Take in every list that passes, whatever the others are like.

    Raises: InputError or RegistryError only for a working folder that is broken.
    """
    places = Places.of(consortium.folder, consortium.admitted)
    taken = []
    for name, data in lists:
        issuer: str | None = None
        try:
            if is_issued_list(data):
                issuer = issued_list_issuer(data)
                collect_issued(consortium.folder, data, now=now)
            else:
                issuer = collect.list_issuer(data)
                consortium.collect_status(data, now=now, places=places)
        except AmanaError as error:
            taken.append(Taken(name=name, issuer=issuer, reason=error.reason, detail=error.detail))
        else:
            taken.append(Taken(name=name, issuer=issuer, reason=None))
    return taken


def collect_issued(folder: Path, data: bytes, *, now: datetime) -> IssuedList:
    """Keep a list of what a staged organisation's key has issued, if it may count later.

    Raises: InputError ISSUER_UNKNOWN or as `read_issued_list` (the list's author);
    VerificationError or RegistryError as `backdating.check_collected` (the organisation, or a
    thief).
    """
    entry = staged_entry(folder, issued_list_issuer(data))
    found = read_issued_list(data, entry=entry)
    earlier = _collected(folder, found.key_id)
    old = read_issued_list(_read(earlier[-1][1]), entry=entry) if earlier else None
    backdating.check_collected(
        found, signed_by=issued_list_signer(data), entry=entry, old=old, now=now
    )
    if old is None or len(old) != len(found):
        owner, _, fragment = found.key_id.partition("#")
        name = f"{now.astimezone(UTC):{_STAMP}}.{fragment}.json"
        write_file(folder / "collected" / slug(owner) / name, data)
        for _, path in earlier[: len(earlier) + 1 - _LIST_KEPT]:
            path.unlink()
    return found


def pinned(
    folder: Path, document: JsonObject, *, now: datetime
) -> tuple[JsonObject, dict[str, bytes]]:
    """A copy of an entry that names, for each key in doubt, the list that counts; and those lists.

    That is the newest one that was collected before the doubt began. Where there is none, nothing
    that the key signed outlives it. A list that was named before stays, unless the doubt began
    anew.

    Raises: InputError as `check_entry` (the entry's author) or UNREADABLE_FILE.
    """
    entry = check_entry(document)
    named, files = dict(entry.issued), {}
    for key in entry.keys.values():
        since = backdating.doubted_since(entry, key, now=now)
        before = [path for at, path in _collected(folder, key.id) if since and at < since]
        if before:
            data = _read(before[-1])
            named[key.id] = sha256(data).hexdigest()
            files[backdating.issued_path(key.id, entry.did)] = data
    if not named:
        return document, files
    changed = {**document, "issued": named}
    check_entry(changed)
    return changed, files


def _collected(folder: Path, key_id: str) -> list[tuple[datetime, Path]]:
    """When the lists of one key came, and where they lie, oldest first."""
    did, _, fragment = key_id.partition("#")
    found = []
    for path in sorted((folder / "collected" / slug(did)).glob("*.json")):
        stamp, rest = path.name[:_STAMP_CHARS], path.name[_STAMP_CHARS:]
        if rest == f".{fragment}.json":
            date, time = stamp[:8], stamp[9:15]
            at = f"{date[:4]}-{date[4:6]}-{date[6:]}T{time[:2]}:{time[2:4]}:{time[4:]}Z"
            found.append((parse_instant(at), path))
    return found


def staged_entry(folder: Path, did: str) -> Entry:
    """The entry that somebody's lists are held against: the members' own, or a registrar's.

    Raises: InputError ISSUER_UNKNOWN, or as `read_entry` (the folder's fault).
    """
    for pattern in ("entries", "registrars/*/entries"):
        for path in folder.glob(f"{pattern}/{slug(did)}.json"):
            return read_entry(read_file(path))
    raise InputError(Reason.ISSUER_UNKNOWN, "no entry for that DID")


def _read(path: Path) -> bytes:
    return read_file(path, limit=LIMITS.issued_list_bytes)
