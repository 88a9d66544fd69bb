"""Where a published registry is read from: a folder here, other carriers in modules of their own.

Nothing that a source gives is trusted. It is asked for names below the published folder, and each
answer is checked against signed metadata by whoever asked.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from amana.errors import RegistryError
from amana.reasons import Reason

__all__ = ["FolderSource", "Source", "read_all"]

_CHUNK: Final = 64 * 1024


class Source(Protocol):
    """Hands over published files by name."""

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """The bytes of `metadata/…` or `targets/…`, in pieces; None if there is no such file.

        Raises: RegistryError naming the file, at once or between two pieces (whoever carries it).
        """


class FolderSource:
    """A published folder on a disk or a stick; nothing that lies outside of it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.realpath(folder)

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """As `Source`. Raises: RegistryError REGISTRY_CORRUPT or UNREADABLE_FILE."""
        try:
            return self._found(name)
        except OSError as error:  # too long a name, no right to look, a stick that was pulled out
            raise _unreadable(name, error) from None

    def _found(self, name: str) -> Iterator[bytes] | None:
        # Of pathlib's own, `resolve` takes ten times as long; a registry has 200,000 files.
        found = "" if "\0" in name else os.path.realpath(f"{self._folder}/{name}")
        if ".." in name.split("/") or not found.startswith(f"{self._folder}/"):
            raise RegistryError(Reason.REGISTRY_CORRUPT, "a path that leaves the folder", file=name)
        try:
            mode = Path(found).stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(mode):  # a pipe would keep us waiting for ever
            raise RegistryError(Reason.REGISTRY_CORRUPT, "not a regular file", file=name)
        return _chunks(Path(found), name)


def read_all(source: Source, name: str, *, limit: int) -> bytes | None:
    """A whole file of at most `limit` bytes, or None if the source has none of that name.

    Raises: RegistryError TOO_LARGE, or what the source raises (whoever carries it).
    """
    chunks = source.fetch(name)
    if chunks is None:
        return None
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > limit:
            raise RegistryError(Reason.TOO_LARGE, f"more than {limit} bytes", file=name)
    return bytes(found)


def _chunks(path: Path, name: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> RegistryError:
    return RegistryError(Reason.UNREADABLE_FILE, error.strerror or "can't be read", file=name)
