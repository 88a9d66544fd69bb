"""The client's memory: what was verified last, kept whole, exchanged at one stroke.

    <cache>/<hash of the trust anchor>/current      the name of the state that counts
    <cache>/<hash of the trust anchor>/state-…/     metadata/ targets/ bits/

`bits` holds the bits of each list of revocations as last seen: they outlive a list's absence.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Final

from amana.cli import write_file
from amana.errors import InputError, RegistryError

__all__ = ["NEW", "adopt", "copy_trusted", "current", "home_of"]

NEW: Final = ".new-"
_CURRENT: Final = "current"
_STATE: Final = re.compile(r"state-[A-Za-z0-9_]+")


def home_of(cache: Path, root: bytes) -> Path:
    """Each trust anchor has a cache of its own: a state of one must not hide that of another."""
    return cache / hashlib.sha256(root).hexdigest()[:32]


def current(home: Path) -> Path | None:
    """The folder of the last good state."""
    try:
        name = (home / _CURRENT).read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    state = home / name
    return state if _STATE.fullmatch(name) is not None and state.is_dir() else None


def copy_trusted(before: Path | None, fresh: Path) -> None:
    """Give TUF's client the metadata it trusted last, to work on a copy."""
    fresh.mkdir()
    if before is None:
        (fresh / "metadata").mkdir()
        return
    shutil.copytree(before / "metadata", fresh / "metadata", symlinks=True)
    if (before / "bits").is_dir():
        shutil.copytree(before / "bits", fresh / "bits")


def adopt(fresh: Path, home: Path) -> None:
    """Make `fresh` the current state at one stroke: a kill leaves the old one or the new one."""
    made_in = fresh.parent.name
    name = f"state-{made_in.removeprefix(NEW)}"
    fresh.rename(home / name)
    try:
        write_file(home / _CURRENT, name.encode("ascii"))
    except InputError as error:
        raise RegistryError(error.reason, error.detail, **error.where) from None
    for other in home.iterdir():
        if other.is_dir() and other.name not in {name, made_in}:
            shutil.rmtree(other, ignore_errors=True)
