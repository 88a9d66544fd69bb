"""A verifier's side of the registry: from a folder that anybody may have touched to a `Snapshot`.

The one module that talks to the TUF client. It works from files alone; whatever carried them here
(a web server, a USB stick) is not trusted. What was verified once stays in the cache and is the
state that nobody can roll back; a refused update leaves it as it was.

A cache folder belongs to one process at a time, and needs a file system with symbolic links (TUF's
client makes one), such as an app's private storage.
"""

from __future__ import annotations

import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from tuf.api import exceptions
from tuf.api.metadata import Root, TargetFile, Targets
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from amana.errors import InputError, RegistryError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.status import StatusList
from trust_registry import _tuf_keys, collect
from trust_registry._layout import bin_bits, bins_of
from trust_registry._memory import NEW, adopt, bits_of, copy_trusted, current, home_of, keep_bits
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.entries import read_entry, slug
from trust_registry.snapshot import Entry, Snapshot
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement, read_statement

__all__ = ["load", "load_cached"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){0,7}")
_NAMED_ROLE: Final = re.compile(
    r"\b(?:root|timestamp|snapshot|targets|(?:status|entries)(?:-[0-9a-f]+)?)\b"
)
_VERSIONED: Final = re.compile(r"metadata/[0-9]+\.(?!root\.)([a-z0-9-]+)\.json")
_CHUNK: Final = 64 * 1024
_LEAST_THRESHOLD: Final = 2  # no single key holder (C112)


def load(
    published: Path, *, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS
) -> Snapshot:
    """Verify a published folder against the pinned first `root`, and remember it in `cache`.

    Raises: RegistryError naming file and role: REGISTRY_MISSING (nothing there), BELOW_THRESHOLD,
    ROLLBACK, REGISTRY_EXPIRED, REGISTRY_CORRUPT, ENTRY_INVALID, ENTRY_FOR_ANOTHER_DID, DEMO_KEY,
    REVOCATION_CLEARED, or the reason an entry or list was refused for (whoever supplied the
    folder). The last good state stays, and `load_cached` gives it.
    Not checked: how old it is; that is policy, over `Snapshot.published`.
    """
    home = home_of(cache, root)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = current(home)
        with tempfile.TemporaryDirectory(dir=home, prefix=NEW) as folder:
            fresh = Path(folder, "state")
            copy_trusted(before, fresh)
            found = _Found(home=home)
            snapshot = _verified(
                _Folder(published), fresh, found, root=root, now=now, limits=limits
            )
            adopt(fresh, home, before=before, used=found.used)
        for name, bits in found.revoked.items():
            keep_bits(home, name, bits)
    except OSError as error:
        raise _unusable(error, cache) from None
    return snapshot


def load_cached(*, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS) -> Snapshot:
    """The last good state under this `root`, verified again from its bytes.

    Raises: RegistryError REGISTRY_MISSING if there is none; else as `load` (whoever changed the
    cache, or REGISTRY_EXPIRED with time).
    """
    home = home_of(cache, root)
    before = current(home)
    if before is None:
        raise RegistryError(Reason.REGISTRY_MISSING, "no registry was loaded yet", file=str(cache))
    try:
        with tempfile.TemporaryDirectory(dir=home, prefix=NEW) as folder:
            fresh = Path(folder, "state")
            copy_trusted(before, fresh)
            return _verified(
                _Memory(home, before), fresh, _Found(home=home), root=root, now=now, limits=limits
            )
    except OSError as error:
        raise _unusable(error, cache) from None


def _unusable(error: OSError, cache: Path) -> RegistryError:
    return RegistryError(Reason.UNREADABLE_FILE, error.strerror or "can't be used", file=str(cache))


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What one verification met: kept targets it used, and the revocations it read, by list."""

    home: Path
    used: set[Path] = field(default_factory=set)
    revoked: dict[str, bytes] = field(default_factory=dict)


class _Folder(FetcherInterface):
    """Hands the TUF client files of one folder, and nothing that lies outside of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.asked = ""

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.asked = url
        parts = PurePosixPath(url).parts
        path = self._folder.joinpath(*parts)
        if ".." in parts or not path.resolve().is_relative_to(self._folder):
            raise exceptions.DownloadError("a path that leaves the folder")
        try:
            regular = stat.S_ISREG(path.stat().st_mode)  # a pipe would keep us waiting for ever
        except (FileNotFoundError, NotADirectoryError):
            raise exceptions.DownloadHTTPError("not there", 404) from None
        if not regular:
            raise exceptions.DownloadError("not a regular file")
        return _chunks(path)


class _Memory(_Folder):
    """Serves the last good state to the client; there, each role lies under its bare name."""

    def __init__(self, home: Path, state: Path) -> None:
        super().__init__(home)
        self._state = state.name

    def _fetch(self, url: str) -> Iterator[bytes]:
        name = _VERSIONED.sub(r"metadata/\1.json", url)
        return super()._fetch(f"{self._state}/{name}" if name.startswith("metadata/") else name)


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise exceptions.DownloadError(error.strerror or "can't be read") from None


@dataclass(frozen=True, kw_only=True)
class _Verified:
    """Targets that TUF vouches for: their bytes on request, each kept for the next start."""

    updater: Updater
    fetcher: _Folder
    root: Root
    targets: Targets
    bins: Mapping[str, tuple[str, ...]]  # by the role above them, the paths that they list
    found: _Found

    def read(self, path: str) -> bytes:
        """The bytes of one target, as its role signed them."""
        self.fetcher.asked = path
        target = self.updater.get_targetinfo(path)
        if target is None:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "listed by a role that may not list it")
        stored = self.found.home.joinpath("targets", *_parts(target))
        self.found.used.add(stored)
        if self.updater.find_cached_target(target, str(stored)) is None:
            self.updater.download_target(target, str(stored))
        self.fetcher.asked = path
        return stored.read_bytes()


def _parts(target: TargetFile) -> tuple[str, ...]:
    """Where the bytes of a target lie. Its path and its hash are somebody else's words."""
    path = target.get_prefixed_paths()[0]
    parts = PurePosixPath(path).parts
    if "sha256" not in target.hashes or _PLAIN.fullmatch(path) is None or ".." in parts:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a path or a hash that no registry has")
    return parts


def _verified(
    fetcher: _Folder,
    fresh: Path,
    found: _Found,
    *,
    root: bytes,
    now: datetime,
    limits: Limits,
) -> Snapshot:
    """Refresh the trusted metadata in `fresh` and read everything it lists."""
    fetcher.asked = "pinned/root.json"
    try:
        verified = _refreshed(fetcher, fresh, found, root=root, now=now, limits=limits)
        _check_rules(verified)
        return _materialised(verified, limits=limits)
    except (exceptions.RepositoryError, exceptions.DownloadError) as error:
        raise _translated(error, fetcher.asked) from None
    except (InputError, RegistryError, VerificationError) as error:
        # What stands in the registry breaks a rule of its own: name the file and who signed it.
        asked = fetcher.asked
        where = {"file": asked, "role": _role(asked), **error.where}
        raise RegistryError(error.reason, error.detail, **where) from None


def _refreshed(
    fetcher: _Folder, fresh: Path, found: _Found, *, root: bytes, now: datetime, limits: Limits
) -> _Verified:
    _tuf_keys.register()
    if len(root) > limits.registry_root_bytes:
        raise RegistryError(Reason.TOO_LARGE, "the pinned root")
    updater = Updater(
        metadata_dir=str(fresh / "metadata"),
        metadata_base_url="metadata",
        target_base_url="targets",
        fetcher=fetcher,
        config=UpdaterConfig(
            root_max_length=limits.registry_root_bytes,
            targets_max_length=limits.registry_file_bytes,
        ),
        bootstrap=root,
    )
    # TUF's client reads the clock itself and offers no way to pass an instant in; a phone whose
    # clock is wrong has to be judged by the caller's `now`. A test fails when this stops working.
    trusted = updater._trusted_set
    trusted.reference_time = now
    updater.refresh()
    bins: dict[str, tuple[str, ...]] = {}
    for parent, probe in (("status", "status/-/-.json"), ("entries", "entries/-.json")):
        updater.get_targetinfo(probe)  # has the delegated role verified, as a side effect
        above = trusted.get(parent)
        if not isinstance(above, Targets) or bin_bits(above) == 0:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "a role is not delegated", role="targets")
        listed: list[str] = []
        for name in bins_of(parent, bin_bits(above)):
            listed += updater._load_targets(name, parent).targets
        bins[parent] = tuple(listed)
    return _Verified(
        updater=updater,
        fetcher=fetcher,
        root=trusted.root,
        targets=trusted.targets,
        bins=bins,
        found=found,
    )


_ROOT: Final = {"file": "root.json", "role": "root"}


def _check_rules(verified: _Verified) -> None:
    """Rules of ours on top of TUF's: several members decide, with Ed25519 keys, consistently."""
    root, delegations = verified.root, verified.targets.delegations
    if any(root.roles[role].threshold < _LEAST_THRESHOLD for role in ("root", "targets")):
        raise RegistryError(Reason.BELOW_THRESHOLD, "one member alone decides", **_ROOT)
    keys = [*root.keys.values(), *(delegations.keys.values() if delegations is not None else ())]
    if not all(isinstance(key, Ed25519Key) for key in keys):
        raise RegistryError(Reason.REGISTRY_CORRUPT, "a key that is not Ed25519", **_ROOT)
    if not root.consistent_snapshot:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "no consistent snapshot", **_ROOT)


def _materialised(verified: _Verified, *, limits: Limits) -> Snapshot:
    statement = read_statement(verified.read(STATEMENT), limits=limits)
    if statement.version != verified.targets.version:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "its version is not its metadata's")
    by_slug = {
        path.removeprefix("entries/").removesuffix(".json"): _entry(
            verified, path, statement, limits=limits
        )
        for path in verified.bins["entries"]
    }
    lists: dict[str, StatusList] = {}
    places = collect.own_places(entry.did for entry in by_slug.values())
    for path in verified.bins["status"]:
        one = _status_list(verified, path, by_slug, at=statement.published, limits=limits)
        if one is None or not collect.in_place(one, places):
            continue  # it counts for nobody, and must not stand in its neighbour's way
        if one.url in lists:
            raise RegistryError(Reason.BAD_STATUS_LIST, "two lists of one URL")
        lists[one.url] = one
    return Snapshot(
        version=statement.version,
        published=statement.published,
        name=statement.name,
        entries=MappingProxyType({entry.did: entry for entry in by_slug.values()}),
        status_lists=MappingProxyType(lists),
        demo=statement.demo,
    )


def _entry(verified: _Verified, path: str, statement: Statement, *, limits: Limits) -> Entry:
    entry = read_entry(verified.read(path), limits=limits)
    if path != f"entries/{slug(entry.did)}.json":
        raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
    if entry.demo and not statement.demo:
        raise RegistryError(Reason.DEMO_KEY, "a demo's entry, and this is no demo")
    return entry


def _status_list(
    verified: _Verified,
    path: str,
    by_slug: Mapping[str, Entry],
    *,
    at: datetime,
    limits: Limits,
) -> StatusList | None:
    """The list at `path`, or None if the key that signed it had leaked by `at`."""
    data = verified.read(path)
    entry = by_slug.get(PurePosixPath(path).parent.name)
    if entry is None:
        raise RegistryError(Reason.ISSUER_UNKNOWN, "a list of nobody's")
    one = collect.read_list(data, entry=entry, limits=limits)
    if collect.is_compromised(data, entry=entry, at=at, limits=limits):
        return None
    if collect.list_path(one.url, entry.did) != path:
        raise RegistryError(Reason.BAD_STATUS_LIST, "the file is another list's")
    if "revocation" in one.purposes:
        # By issuer too: nobody else's list may make an honest one look as if it cleared a bit.
        remembered = f"{one.issuer} {one.url}"
        known = bits_of(verified.found.home, remembered)
        if known is not None and collect.clears(known, one.bits):
            raise RegistryError(Reason.REVOCATION_CLEARED, "a revocation is for ever")
        verified.found.revoked[remembered] = one.bits
    return one


def _translated(error: Exception, asked: str) -> RegistryError:
    if isinstance(error, exceptions.ExpiredMetadataError):
        # It shows only when the file after the expired one is wanted; TUF's words name it.
        named = _NAMED_ROLE.search(str(error))
        role = named[0] if named is not None else _role(asked)
        return RegistryError(Reason.REGISTRY_EXPIRED, str(error), file=f"{role}.json", role=role)
    reason = next((r for kind, r in _REASONS if isinstance(error, kind)), Reason.REGISTRY_CORRUPT)
    if isinstance(error, exceptions.DownloadHTTPError) and asked == "metadata/timestamp.json":
        reason = Reason.REGISTRY_MISSING
    return RegistryError(reason, str(error), file=asked, role=_role(asked))


def _role(asked: str) -> str:
    """Whose signature stands for a file: the role that the metadata is of, or lists it."""
    kind, _, name = asked.removeprefix("targets/").partition("/")
    if kind in ("metadata", "pinned"):
        return name.removesuffix(".json").rpartition(".")[2]
    return kind if kind in ("status", "entries") else "targets"


_REASONS: Final = (
    (exceptions.UnsignedMetadataError, Reason.BELOW_THRESHOLD),
    (exceptions.BadVersionNumberError, Reason.ROLLBACK),
    (exceptions.DownloadLengthMismatchError, Reason.TOO_LARGE),
)
