"""The folder that a demonstration writes: emptied first, if a demonstration made it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from amana.cli import make_folder, write_file
from amana.errors import InputError
from amana.reasons import Reason

__all__ = ["empty", "part_of"]

_MARK: Final = ".amana-demo"


def empty(out: Path) -> None:
    """Make room for a new run; only a folder that a demo made is ever emptied.

    Raises: InputError WOULD_OVERWRITE for a folder of somebody else's.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if not (out / _MARK).is_file():
            raise InputError(Reason.WOULD_OVERWRITE, "not a folder of the demo", file=str(out))
        _remove_all(out)
    make_folder(out)  # what people said on a real workbook stands in the pictures
    write_file(out / _MARK, b"Everything here was made by a demonstration and may be removed.\n")


def _remove_all(folder: Path) -> None:
    """Raises: InputError UNREADABLE_FILE for what can't be removed (the caller's fault)."""
    try:
        # Not the folder itself, which may be a link to a disk; and the mark at the very end.
        for path in sorted(folder.iterdir(), key=lambda path: path.name == _MARK):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be emptied", file=str(folder)
        ) from None


def part_of(out: Path, name: str) -> Path:
    """An empty folder `name` within a demonstration's folder, whose other files stay.

    Raises: InputError WOULD_OVERWRITE for a folder of somebody else's.
    """
    if not (out / _MARK).is_file():
        empty(out)
    empty(out / name)
    return out / name
