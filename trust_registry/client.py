"""A verifier's side of the registry: from files that anybody may have touched to a `Snapshot`.

The one module that talks to the TUF client. It works from files alone; whatever carried them here
(a web server, a USB stick) is not trusted. What was verified once stays in the cache and is the
state that nobody can roll back; a refused update leaves it as it was.

Root, timestamp, snapshot and targets are verified at every start. Of everything below them only
what has changed is read when a version is taken in, and each file is verified again when it is
first used, so the size of a registry hardly matters to a start.

One process at a time updates a cache folder; others may go on reading. It has to lie in a file
system with symbolic links (TUF's client makes one), such as an app's private storage.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tuf.api import exceptions
from tuf.api.metadata import Root, Targets, Timestamp
from tuf.api.metadata import Snapshot as SnapshotRole
from tuf.ngclient import FetcherInterface, Updater, UpdaterConfig

from amana.errors import RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from trust_registry import _tuf_keys
from trust_registry._content import Content
from trust_registry._history import carried_on, history_of, keep_history
from trust_registry._layout import CHECKPOINT, GOVERNANCE, STOLEN
from trust_registry._materialise import left_out_in, materialise
from trust_registry._registry import Registry, naming
from trust_registry._states import (
    NEW,
    READ,
    Floor,
    adopt,
    copy_trusted,
    current,
    digest_of,
    doubt,
    floor_of,
    home_of,
    is_doubted,
    keep_floor,
    trust_again,
)
from trust_registry._trusted import BINS_KEPT, Trusted, check_root
from trust_registry._views import Entries, IssuedLists, StatusLists
from trust_registry.log import Checkpoint
from trust_registry.snapshot import CLOCK_LIMIT, Snapshot
from trust_registry.sources import FolderSource, Source
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement, read_statement
from trust_registry.stolen import read_stolen
from trust_registry.store import Damaged, Layer, Store, layer_name

__all__ = ["load", "load_cached"]

# Read as TUF reads its dates, which has Python import and compile what it reads them with: with the
# other imports, and not in the middle of the first refresh.
_BEFORE_ALL: Final = datetime.strptime("0001-01-01T00:00:00Z", "%Y-%m-%dT%H:%M:%SZ").replace(
    tzinfo=UTC
)
# To take in a whole registry asks for each bin as often as it lists files, in no order.
_ALL_BINS: Final = 1 << 17


def load(
    published: Path | Source, *, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS
) -> Snapshot:
    """Verify what is published against the pinned first `root`, and remember it in `cache`.

    `published` is a folder, or any other source of its files; only a folder is asked again later,
    should what is kept be found damaged.

    Raises: RegistryError naming file and role: REGISTRY_MISSING (nothing there), BELOW_THRESHOLD,
    ROLLBACK, REGISTRY_EXPIRED, REGISTRY_CORRUPT, ENTRY_INVALID, ENTRY_FOR_ANOTHER_DID, DEMO_KEY,
    REVOCATION_CLEARED, the reason an entry or list was refused for, or what the source raises
    (whoever supplied the files). The last good state stays, and `load_cached` gives it.
    Not checked: how old it is; that is policy, over `Snapshot.published`.
    """
    source = FolderSource(published) if isinstance(published, Path) else published
    home = home_of(cache, root)
    with _usable(cache):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = current(home)
        with tempfile.TemporaryDirectory(dir=home, prefix=NEW) as folder:
            fresh = Path(folder, "state")
            copy_trusted(before, fresh)
            version = _Version.of(source, fresh, root=root, now=now, limits=limits)
            return _taken_in(version, source, fresh, home=home, before=before)


def load_cached(*, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS) -> Snapshot:
    """The last good state under this `root`, verified again from its bytes.

    Raises: RegistryError REGISTRY_MISSING if there is none; else as `load` (whoever changed the
    cache, or REGISTRY_EXPIRED with time).
    """
    home = home_of(cache, root)
    before = current(home)
    while before is not None:
        try:
            with _usable(cache):
                return _remembered(before, home, root=root, now=now, limits=limits)
        except RegistryError:
            tried, before = before, current(home)
            # Another process may have taken in a newer version, and this one is going away.
            if before == tried:
                raise
    raise RegistryError(Reason.REGISTRY_MISSING, "no registry was loaded yet", file=str(cache))


def _remembered(
    before: Path, home: Path, *, root: bytes, now: datetime, limits: Limits
) -> Snapshot:
    with tempfile.TemporaryDirectory(dir=home, prefix=READ) as folder:
        fresh = Path(folder, "state")
        copy_trusted(before, fresh)
        version = _Version.of(_Own(before), fresh, root=root, now=now, limits=limits)
        store = Store.open(home, digest_of(fresh))
        return version.snapshot(store, None, home=home, floor=floor_of(before))


def bounds(limits: Limits) -> UpdaterConfig:
    """How much TUF's client takes from whoever carries a registry."""
    return UpdaterConfig(
        root_max_length=limits.registry_root_bytes,
        snapshot_max_length=limits.registry_file_bytes,
        targets_max_length=limits.registry_file_bytes,
    )


class _Own:
    """The last good state as a source: TUF's client asks it for nothing but the timestamp."""

    def __init__(self, state: Path) -> None:
        self._folder = FolderSource(state)

    def fetch(self, name: str) -> Iterator[bytes] | None:
        return self._folder.fetch(name) if name == "metadata/timestamp.json" else None


class _Fetcher(FetcherInterface):
    """Hands TUF's client the files of a source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.asked = "pinned/root.json"

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.asked = url
        chunks = self._source.fetch(url)
        if chunks is None:
            raise exceptions.DownloadHTTPError("not there", 404)
        return chunks


@dataclass(frozen=True, kw_only=True)
class _Version:
    """The metadata at the top of one version, as TUF's client verified it.

    Nothing has expired yet: it takes a date that members signed to know the time.
    """

    root: Root
    timestamp: Timestamp
    listed: SnapshotRole
    targets: Targets
    now: datetime
    limits: Limits

    @classmethod
    def of(
        cls, source: Source, fresh: Path, *, root: bytes, now: datetime, limits: Limits
    ) -> _Version:
        """Refresh the trusted metadata in `fresh`. Raises: RegistryError as `load`."""
        _tuf_keys.register()
        fetcher = _Fetcher(source)
        try:
            if len(root) > limits.registry_root_bytes:
                raise RegistryError(Reason.TOO_LARGE, "the pinned root")
            updater = Updater(
                metadata_dir=str(fresh / "metadata"),
                metadata_base_url="metadata",
                fetcher=fetcher,
                config=bounds(limits),
                bootstrap=root,
            )
            # TUF's client reads the clock itself and offers no way to pass an instant in; a phone
            # whose clock is wrong has to be judged by more than that. A test fails when this stops
            # working.
            trusted = updater._trusted_set
            trusted.reference_time = _BEFORE_ALL
            updater.refresh()
        except (exceptions.RepositoryError, exceptions.DownloadError) as error:
            raise _translated(error, fetcher.asked) from None
        except RegistryError as error:
            where = {"file": fetcher.asked, "role": _role(fetcher.asked), **error.where}
            raise RegistryError(error.reason, error.detail, **where) from None
        check_root(trusted.root)
        return cls(
            root=trusted.root,
            timestamp=trusted.timestamp,
            listed=trusted.snapshot,
            targets=trusted.targets,
            now=now,
            limits=limits,
        )

    def registry(
        self,
        content: Content,
        *,
        before: Floor | None,
        checked: bool = False,
        bins_kept: int = BINS_KEPT,
    ) -> tuple[Registry, Floor]:
        """What can be asked of it, and the trusted time with it.

        Raises: RegistryError for a rule that its top breaks (the members), or if it has expired;
        unless that was `checked` before.
        """
        trusted = Trusted(
            root=self.root,
            snapshot=self.listed,
            targets=self.targets,
            checked=content.role,
            now=_BEFORE_ALL,
            bins_kept=bins_kept,
        )
        statement = self._statement(trusted, content)
        floor = Floor.after(before, statement.published, self.root.version)
        trusted.now = self._credible(floor)
        for role, signed in (
            ("root", self.root),
            ("timestamp", self.timestamp),
            ("snapshot", self.listed),
            ("targets", self.targets),
        ):
            if signed.is_expired(trusted.now):
                raise RegistryError(
                    Reason.REGISTRY_EXPIRED, "it has expired", file=f"{role}.json", role=role
                )
        if not checked:
            trusted.check_layout()
        found = Registry(trusted=trusted, content=content, statement=statement, limits=self.limits)
        return found, floor

    def snapshot(
        self,
        store: Store,
        source: Source | None,
        *,
        home: Path,
        floor: Floor | None,
        checked: bool = False,
    ) -> Snapshot:
        """The version as a verifier sees it, from what is kept. Raises: as `registry`."""
        content = Content(store=store, source=source, doubt=lambda: doubt(home), limits=self.limits)
        registry, floor = self.registry(content, before=floor, checked=checked)
        statement = registry.statement
        stolen, governance = registry.top(STOLEN), registry.trusted.top().get(GOVERNANCE)
        with naming(STOLEN, "targets"):
            serials = frozenset[str]() if stolen is None else read_stolen(stolen)
        return Snapshot(
            version=statement.version,
            published=statement.published,
            name=statement.name,
            entries=Entries(registry),
            status_lists=StatusLists(registry),
            demo=statement.demo,
            issued=IssuedLists(registry),
            stolen=serials,
            left_out=left_out_in(store),
            floor=floor.instant,
            checkpoint=registry.top(CHECKPOINT),
            log=statement.log,
            governance=governance.sha256 if governance is not None else None,
            registrars={name: registry.limits_of(name) for name in registry.trusted.registrars()},
        )

    def _statement(self, trusted: Trusted, content: Content) -> Statement:
        listed = trusted.top().get(STATEMENT)
        if listed is None:
            raise RegistryError(
                Reason.REGISTRY_CORRUPT, "it says nothing of itself", file=STATEMENT, role="targets"
            )
        data = content.target(listed, "targets")
        with naming(STATEMENT, "targets"):
            statement = read_statement(data, limits=self.limits)
            if statement.version != self.targets.version:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "its version is not its metadata's")
        return statement

    def _credible(self, floor: Floor) -> datetime:
        """The instant by which expiry is judged: the clock's, where it can be right.

        Members signed that it is no earlier than `floor`. A clock further off than that proves
        nothing, least of all that a registry is of no use any more.
        """
        possible = floor.instant <= self.now and self.now - floor.instant <= CLOCK_LIMIT
        return self.now if possible else floor.instant


def _taken_in(
    version: _Version, source: Source, fresh: Path, *, home: Path, before: Path | None
) -> Snapshot:
    """Materialise what is new in a version, make it the current state, and open it."""
    digest, earlier, history = digest_of(fresh), floor_of(before), history_of(before)
    again = source if isinstance(source, FolderSource) else None
    kept, doubted = _kept(home, before), is_doubted(home)
    if kept is not None and not doubted and kept.digest == digest:
        try:
            snapshot = version.snapshot(kept, again, home=home, floor=earlier)
        except RegistryError as error:
            if not isinstance(error, Damaged) and not is_doubted(home):
                raise
            doubted = True  # found out just now
        else:
            keep_floor(fresh, Floor.after(earlier, snapshot.published, version.root.version))
            keep_history(fresh, history)
            adopt(fresh, home, before=before if earlier is not None else None, layers=kept.files)
            return snapshot
    file = fresh.parent / layer_name(digest)
    try:
        onto = None if doubted else kept
        taken = _layer(version, source, file, home, digest, onto=onto, floor=earlier, log=history)
    except Damaged:
        file.unlink(missing_ok=True)
        taken = _layer(version, source, file, home, digest, onto=None, floor=earlier, log=history)
    floor, layers, history = taken
    keep_floor(fresh, floor)
    keep_history(fresh, history)
    adopt(fresh, home, before=before, layers=layers, newest=file)
    trust_again(home)
    store = Store.open(home, digest)
    return version.snapshot(store, again, home=home, floor=floor, checked=True)


def _layer(
    version: _Version,
    source: Source,
    file: Path,
    home: Path,
    digest: str,
    *,
    onto: Store | None,
    floor: Floor | None,
    log: tuple[Checkpoint, ...],
) -> tuple[Floor, tuple[Path, ...], tuple[Checkpoint, ...]]:
    """Write the layer of a version; returns the trusted time then, the layers it needs, its log."""
    layer = Layer(file, onto=onto)
    try:
        if onto is None:
            layer.remember(home)
        content = Content(store=layer.store, source=source, layer=layer, limits=version.limits)
        registry, floor = version.registry(content, before=floor, bins_kept=_ALL_BINS)
        note, key = registry.top(CHECKPOINT), registry.statement.log
        log = carried_on(log, note, key=key, source=source, limits=version.limits)
        said = materialise(registry, layer, onto)
        layer.finish(digest, said)
        return floor, layer.store.files, log
    finally:
        layer.store.close()


def _kept(home: Path, before: Path | None) -> Store | None:
    """What is kept of the state before, if it can be used."""
    if before is None:
        return None
    try:
        return Store.open(home, digest_of(before))
    except (Damaged, OSError):
        return None


@contextmanager
def _usable(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RegistryError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be used", file=str(cache)
        ) from None


def _translated(error: Exception, asked: str) -> RegistryError:
    where = {"file": asked, "role": _role(asked)}
    if isinstance(error.__cause__, RegistryError):  # of the source, before it gave anything
        cause = error.__cause__
        return RegistryError(cause.reason, cause.detail, **{**where, **cause.where})
    reason = next((r for kind, r in _REASONS if isinstance(error, kind)), Reason.REGISTRY_CORRUPT)
    if isinstance(error, exceptions.DownloadHTTPError) and asked == "metadata/timestamp.json":
        reason = Reason.REGISTRY_MISSING
    return RegistryError(reason, str(error), **where)


def _role(asked: str) -> str:
    """The role that a metadata file is of."""
    return asked.rpartition("/")[2].removesuffix(".json").rpartition(".")[2]


_REASONS: Final = (
    (exceptions.UnsignedMetadataError, Reason.BELOW_THRESHOLD),
    (exceptions.BadVersionNumberError, Reason.ROLLBACK),
    (exceptions.DownloadLengthMismatchError, Reason.TOO_LARGE),
)
