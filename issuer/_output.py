"""One file of lines that is there whole or not at all, and that never replaces anything."""

from __future__ import annotations

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from amana.errors import InputError
from amana.reasons import Reason

__all__ = ["LineFile"]

_BUFFER: Final = 1 << 20


class LineFile:
    """Lines gathered in `<name>.part`, readable by the owner only; `publish` gives them their name.

    An older `.part` is begun anew: its lines are made again, not trusted.

    Raises: InputError UNREADABLE_FILE if the place can't be written (the caller's fault).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Never into a file or through a link that somebody else may have laid there.
            self._part.unlink(missing_ok=True)
            handle = os.open(self._part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except OSError as error:
            raise _unwritable(self._part, error) from None
        self._file = os.fdopen(handle, "wb", buffering=_BUFFER)

    def write(self, lines: Iterable[bytes]) -> None:
        """Append lines, given without their ends.

        Raises: InputError UNREADABLE_FILE (a full disk).
        """
        try:
            for line in lines:
                self._file.write(line + b"\n")
        except OSError as error:
            raise _unwritable(self._part, error) from None

    def publish(self) -> None:
        """Make sure that the lines are on the disk, then give the file its name.

        A file of that name is replaced only if each of its lines stands in the new one as well, as
        after a crash between this step and the next.

        Raises: InputError WOULD_OVERWRITE or UNREADABLE_FILE (the caller's fault).
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if self.path.exists() and not _digests(self.path) <= _digests(self._part):
                raise InputError(
                    Reason.WOULD_OVERWRITE, "it holds other lines", file=str(self.path)
                )
            self._part.replace(self.path)
            _flush_folder(self.path.parent)
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def discard(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def refuse_to_overwrite(path: Path) -> None:
    """Raises: InputError WOULD_OVERWRITE if a file is there that holds anything."""
    if path.exists() and path.stat().st_size > 0:
        raise InputError(Reason.WOULD_OVERWRITE, "it is there already", file=str(path))


def _digests(path: Path) -> set[bytes]:
    with path.open("rb") as file:
        return {sha256(line).digest() for line in file}


def _flush_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is; some systems can't flush a folder."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows: folders can't be opened
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(Reason.UNREADABLE_FILE, error.strerror or "can't be written", file=str(path))
