"""What a device keeps of a registry: every verified byte, in SQLite files that never change again.

A file is a *layer*. The first one holds everything; a later one what has changed since then, and
names the layer below it. Layers are opened `immutable=1`: no locks and no journal, and who has one
open goes on reading it when a newer one takes its place.

    registry-<digest>.sqlite     digest: of the metadata whose version it materialises

Nothing in here is believed for standing here. Targets and metadata are checked against signatures
and hashes by whoever reads them; the tables of URLs and places only say where to look. The memory
of revocations can make this device refuse an update, and never accept one.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import weakref
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from amana.errors import RegistryError
from amana.limits import LIMITS
from amana.reasons import Reason

__all__ = ["Damaged", "Layer", "Store", "layer_name"]

LAYER: Final = "registry-"  # how the files of all layers begin
_FORMAT: Final = 1
_SCHEMA: Final = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA user_version = {_FORMAT};
BEGIN;
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE roles(role TEXT PRIMARY KEY, version INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE targets(path TEXT PRIMARY KEY, data BLOB);
CREATE TABLE lists(url TEXT PRIMARY KEY, path TEXT) WITHOUT ROWID;
CREATE INDEX lists_by_path ON lists(path);
CREATE TABLE places(place TEXT, did TEXT, owned INTEGER, PRIMARY KEY(place, did)) WITHOUT ROWID;
CREATE TABLE revoked(list BLOB PRIMARY KEY, bits BLOB NOT NULL) WITHOUT ROWID;
COMMIT;
"""
_TABLES: Final = ("roles", "targets", "lists", "places", "revoked")
_BULKY: Final = 4 * 1024 * 1024  # bytes: a layer above the first that has grown so far joins it


class Damaged(RegistryError):
    """A layer that can't be read as one: rebuild it from a source. Always REGISTRY_CORRUPT."""

    def __init__(self, file: str) -> None:
        super().__init__(Reason.REGISTRY_CORRUPT, "what was kept of it is damaged", file=file)


def layer_name(digest: str) -> str:
    """The file of the layer that materialises the version with this digest of its metadata."""
    return f"{LAYER}{digest}.sqlite"


class Store:
    """The layers of one version, newest first. Reading one that is damaged raises `Damaged`."""

    def __init__(self, connections: Sequence[sqlite3.Connection], files: Sequence[Path]) -> None:
        self._connections = tuple(connections)
        self.files = tuple(files)
        self.close = weakref.finalize(self, _close, self._connections)

    @classmethod
    def open(cls, home: Path, digest: str) -> Store:
        """Open the layer of this digest in `home`, and the one that it stands on.

        Raises: Damaged if one is missing, or is no such layer (whoever changed the cache).
        """
        files = [home / layer_name(digest)]
        first = _opened(files[0], digest)
        base = _said(first, files[0], "base")
        if type(base) is not str:
            return cls([first], files)
        files.append(home / layer_name(base))
        return cls([first, _opened(files[1], base)], files)

    @property
    def digest(self) -> str:
        """Which version it materialises, by the digest of that one's metadata."""
        return _digest_in(self.files[0])

    @property
    def base(self) -> str:
        """The digest of the lowest layer."""
        return _digest_in(self.files[-1])

    def said(self, name: str) -> Any:
        """What its writer said of it as a whole, under this name; None if nothing."""
        return _said(self._connections[0], self.files[0], name)

    def role(self, name: str, version: int) -> bytes | None:
        """The metadata of one role at one version. Not checked: anything."""
        found = self._one("SELECT version, data FROM roles WHERE role = ?", name)
        return self._bytes(found[1]) if found is not None and found[0] == version else None

    def role_before(self, name: str) -> bytes | None:
        """The metadata of one role at the version that is kept. Not checked: anything."""
        found = self._one("SELECT data FROM roles WHERE role = ?", name)
        return self._bytes(found[0]) if found is not None else None

    def target(self, path: str) -> bytes | None:
        """The bytes of one target, or None. Not checked: that they are what a role lists."""
        found = self._one("SELECT data FROM targets WHERE path = ?", path)
        return self._bytes(found[0]) if found is not None and found[0] is not None else None

    def below(self, folder: str) -> list[str]:
        """The paths of all targets in a folder, whose name ends with a slash."""
        found: dict[str, bool] = {}
        for connection, file in zip(self._connections, self.files, strict=True):
            with _reading(file):
                for path, there in connection.execute(
                    "SELECT path, data IS NOT NULL FROM targets WHERE path > ? AND path < ?",
                    (folder, folder[:-1] + chr(ord("/") + 1)),
                ):
                    found.setdefault(path, bool(there))
        return sorted(path for path, there in found.items() if there)

    def list_at(self, url: str) -> str | None:
        """Where the status list of this URL is said to be, or None."""
        found = self._one("SELECT path FROM lists WHERE url = ?", url)
        return found[0] if found is not None else None

    def urls_of(self, path: str) -> list[str]:
        """The URLs that are said to be served by the list at this path."""
        urls: set[str] = set()
        for connection, file in zip(self._connections, self.files, strict=True):
            with _reading(file):
                rows = connection.execute("SELECT url FROM lists WHERE path = ?", (path,))
                urls.update(row[0] for row in rows)
        return sorted(url for url in urls if self.list_at(url) == path)

    def owners(self, place: str) -> list[str]:
        """The DIDs of the organisations that are said to keep their lists at this place."""
        found: dict[str, bool] = {}
        for connection, file in zip(self._connections, self.files, strict=True):
            with _reading(file):
                for did, owned in connection.execute(
                    "SELECT did, owned FROM places WHERE place = ?", (place,)
                ):
                    found.setdefault(did, bool(owned))
        return sorted(did for did, owned in found.items() if owned)

    def revoked(self, name: str) -> bytes | None:
        """The bits of a list as last seen, or None; `name` tells its issuer and its URL."""
        found = self._one("SELECT bits FROM revoked WHERE list = ?", sha256(name.encode()).digest())
        return _inflated(found[0]) if found is not None else None

    def _bytes(self, value: object) -> bytes:
        if type(value) is not bytes:  # SQLite's columns take anything
            raise Damaged(self.files[0].name)
        return value

    def _one(self, query: str, name: str | bytes) -> tuple[Any, ...] | None:
        for connection, file in zip(self._connections, self.files, strict=True):
            with _reading(file):
                found: tuple[Any, ...] | None = connection.execute(query, (name,)).fetchone()
            if found is not None:
                return found
        return None


class Layer:
    """A layer in the making, in a file of its own until `finish`. What is put wins.

    Raises, throughout: RegistryError UNREADABLE_FILE if it can't be written (the disk).
    """

    def __init__(self, file: Path, *, onto: Store | None) -> None:
        self._file = file
        self._base: str | None = None
        with self._writing():
            if onto is None:
                self._connection = _created(file)
            elif len(onto.files) > 1 and onto.files[0].stat().st_size > _BULKY:
                self._connection = _joined(file, onto)
            else:
                self._base = onto.base
                self._connection = _created(file) if len(onto.files) == 1 else _copied(file, onto)
            self._connection.execute("BEGIN")
        connections, files = [self._connection], [file]
        if self._base is not None and onto is not None:
            connections.append(_opened(onto.files[-1], self._base))
            files.append(onto.files[-1])
        self.store = Store(connections, files)

    def put_role(self, name: str, version: int, data: bytes) -> None:
        """Keep the metadata of a role."""
        self._put("INSERT OR REPLACE INTO roles VALUES (?, ?, ?)", name, version, data)

    def put_target(self, path: str, data: bytes | None) -> None:
        """Keep the bytes of a target, or that there is none any more."""
        self._put("INSERT OR REPLACE INTO targets VALUES (?, ?)", path, data)

    def put_list(self, url: str, path: str | None) -> None:
        """Say where the list of a URL is, or that it is nowhere."""
        self._put("INSERT OR REPLACE INTO lists VALUES (?, ?)", url, path)

    def put_place(self, place: str, did: str, *, owned: bool) -> None:
        """Say who keeps their lists at a place."""
        self._put("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", place, did, owned)

    def put_revoked(self, name: str, bits: bytes) -> None:
        """Remember the bits of a list."""
        row = sha256(name.encode()).digest(), zlib.compress(bits, 1)
        self._put("INSERT OR REPLACE INTO revoked VALUES (?, ?)", *row)

    def remember(self, home: Path) -> None:
        """Take over the memory of revocations from all layers in `home`, where it can be read."""
        for file in sorted(home.glob(f"{LAYER}*.sqlite")):
            for name, bits in _revocations(file):
                before = self.store._one("SELECT bits FROM revoked WHERE list = ?", name)
                known = _inflated(before[0]) if before is not None else None
                if known is not None:  # each layer says what was revoked by then
                    size = max(len(known), len(bits))
                    both = int.from_bytes(known.ljust(size, b"\0"))
                    bits = (both | int.from_bytes(bits.ljust(size, b"\0"))).to_bytes(size)
                row = name, zlib.compress(bits, 1)
                self._put("INSERT OR REPLACE INTO revoked VALUES (?, ?)", *row)

    def finish(self, digest: str, meta: Mapping[str, Any]) -> None:
        """Write it out to the disk, bound to the version with this digest of its metadata."""
        about = {**meta, "registry": digest, "base": self._base}
        with self._writing():
            self._connection.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in about.items()],
            )
            self._connection.commit()
            with self._file.open("rb") as written:
                os.fsync(written.fileno())

    def _put(self, query: str, *values: object) -> None:
        with self._writing():
            self._connection.execute(query, values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise RegistryError(
                Reason.UNREADABLE_FILE, f"can't be written: {error}", file=self._file.name
            ) from None


def _opened(file: Path, digest: str) -> sqlite3.Connection:
    if not file.is_file():
        raise Damaged(file.name)
    name = f"file:{quote(str(file))}?immutable=1"
    connection = sqlite3.connect(name, uri=True, check_same_thread=False)
    try:
        with _reading(file):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != _FORMAT or _said(connection, file, "registry") != digest:
            raise Damaged(file.name)
    except Damaged:
        connection.close()
        raise
    return connection


def _said(connection: sqlite3.Connection, file: Path, name: str) -> Any:
    with _reading(file):
        row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row is not None else None


def _digest_in(file: Path) -> str:
    return file.name.removeprefix(LAYER).removesuffix(".sqlite")


def _created(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.executescript(_SCHEMA)
    return connection


def _copied(file: Path, onto: Store, *, layer: int = 0) -> sqlite3.Connection:
    """Begin with a copy of a layer of `onto`."""
    shutil.copyfile(onto.files[layer], file)
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    return connection


def _joined(file: Path, onto: Store) -> sqlite3.Connection:
    """Begin with everything that both layers of `onto` hold, in one."""
    connection = _copied(file, onto, layer=-1)
    connection.execute("ATTACH ? AS newer", (str(onto.files[0]),))
    for table in _TABLES:
        connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM newer.{table}")  # noqa: S608
    connection.execute("DELETE FROM targets WHERE data IS NULL")
    connection.execute("DELETE FROM lists WHERE path IS NULL")
    connection.execute("DELETE FROM places WHERE NOT owned")
    connection.execute("DETACH newer")
    return connection


def _revocations(file: Path) -> Iterator[tuple[bytes, bytes]]:
    """As many rows of a layer's memory as can still be read."""
    connection = sqlite3.connect(f"file:{quote(str(file))}?immutable=1", uri=True)
    with suppress(sqlite3.Error):
        for name, deflated in connection.execute("SELECT list, bits FROM revoked"):
            bits = _inflated(deflated)
            if bits is not None:
                yield name, bits
    connection.close()


def _inflated(bits: bytes) -> bytes | None:
    """The bits again; None for a row that was damaged, which its checksum tells."""
    most = LIMITS.status_list_bits_max // 8
    with suppress(zlib.error, TypeError):
        inflating = zlib.decompressobj()
        found = inflating.decompress(bits, most)
        return found if inflating.eof else None
    return None


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, ValueError, TypeError):
        raise Damaged(file.name) from None


def _close(connections: Sequence[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()
