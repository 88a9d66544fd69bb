"""Takes a bundle or a delta in: copied first, then verified from its bytes, adopted at one stroke.

A stick may be pulled out at any moment, a phone may die. So the file is copied beside the cache
block by block, and each block reaches the disk before the next one is begun. Who gives the same
file again goes on where the copy ended (all but the last block is trusted to be whole). What was
copied is only ever read by the client, which verifies it like anything else; a copy that went wrong
is refused, forgotten, and begun anew the next time.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from amana.cli import read_file
from amana.errors import RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from trust_registry._held import HeldSource
from trust_registry.bundle import check_anchor, open_bundle
from trust_registry.delta import is_delta, read_delta
from trust_registry.snapshot import Snapshot

__all__ = ["BLOCK", "copy_in", "import_file", "install"]

BLOCK: Final = 4 * 1024 * 1024  # bytes between two visits to the disk
INCOMING: Final = "incoming"
_PART: Final = ".part"
# The end of a bundle holds the checksums of all its members: that tells two of them apart.
_ENDS: Final = 1024 * 1024


def import_file(
    file: Path, *, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS
) -> Snapshot:
    """Copy a bundle or a delta in, verify it against the pinned `root`, and adopt it.

    Raises: RegistryError: UNREADABLE_FILE if the file can't be read to its end (then what was
    copied is kept for the next try); else as `install`, and the last good state stays.
    """
    copy = copy_in(file, cache / INCOMING, limits=limits)
    return install(copy, name=file.name, root=root, cache=cache, now=now, limits=limits)


def copy_in(file: Path, folder: Path, *, limits: Limits = LIMITS) -> Path:
    """A copy of `file` in `folder`, going on where an earlier copy of the same file ended.

    Raises: RegistryError UNREADABLE_FILE or TOO_LARGE, naming the file (whoever carries it).
    """
    with _opened(file) as carried, _translated(folder):
        size = os.fstat(carried.fileno()).st_size
        if size > limits.bundle_bytes:
            raise RegistryError(
                Reason.TOO_LARGE, f"more than {limits.bundle_bytes} bytes", file=str(file)
            )
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = folder / f"{_identity(carried, size, file)}{_PART}"
        for other in folder.iterdir():
            if other != copy:
                other.unlink()
        with copy.open("a+b") as part:
            done = whole_blocks(part)
            while done < size:
                block = _read(carried, done, min(BLOCK, size - done), file)
                if not block:
                    raise _unreadable(file, f"it ended after {done} of {size} bytes")
                write_block(part, block)
                done += len(block)
    return copy


def install(
    copy: Path, *, name: str, root: bytes, cache: Path, now: datetime, limits: Limits = LIMITS
) -> Snapshot:
    """Verify a copied bundle or delta (called `name` in errors) and adopt it; the copy goes.

    Raises: RegistryError with the reasons of `bundle`, `delta` and `client.load` (ROLLBACK for an
    older one, ANOTHER_REGISTRY for another consortium's); the last good state stays.
    """
    # The TUF client takes its time to be imported: only who installs waits for it.
    from trust_registry import client

    try:
        with _opened(copy) as opened:
            delta = is_delta(opened.read(64))
        if delta:
            data = read_file(copy, limit=limits.delta_bytes)
            base = HeldSource(root=root, cache=cache)
            changes = read_delta(data, base=base, root=root, name=name, limits=limits)
            return client.load(changes, root=root, cache=cache, now=now, limits=limits)
        with open_bundle(copy, name=name, limits=limits) as bundle:
            check_anchor(bundle.header.anchor, root=root, name=name)
            return client.load(bundle, root=root, cache=cache, now=now, limits=limits)
    finally:
        copy.unlink(missing_ok=True)


def whole_blocks(part: BinaryIO) -> int:
    """Cut a broken copy back to the blocks that surely reached the disk, and say how long it is.

    The last one may not have, even if it looks complete: a file can have grown without its bytes.
    """
    done = max(0, part.seek(0, os.SEEK_END) - 1) // BLOCK * BLOCK
    part.truncate(done)
    return done


def write_block(part: BinaryIO, block: bytes) -> None:
    """Append one block, and wait until the disk has it."""
    part.write(block)
    part.flush()
    os.fsync(part.fileno())


def _identity(carried: BinaryIO, size: int, file: Path) -> str:
    ends = _read(carried, 0, _ENDS, file) + _read(carried, max(0, size - _ENDS), _ENDS, file)
    return hashlib.sha256(size.to_bytes(8) + ends).hexdigest()[:32]


def _read(carried: BinaryIO, at: int, length: int, file: Path) -> bytes:
    try:
        carried.seek(at)
        return carried.read(length)
    except OSError as error:
        raise _unreadable(file, error.strerror or "can't be read") from None


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would keep us waiting for ever
            raise _unreadable(file, "not a regular file")
        opened = file.open("rb")
    except OSError as error:
        raise _unreadable(file, error.strerror or "can't be read") from None
    with opened:
        yield opened


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(folder, error.strerror or "can't be written") from None


def _unreadable(file: Path, detail: str) -> RegistryError:
    return RegistryError(Reason.UNREADABLE_FILE, detail, file=str(file))
