"""The client's memory: what was verified last, exchanged at one stroke.

    <cache>/<hash of the trust anchor>/current     the name of the state that counts
    <cache>/<hash of the trust anchor>/state-…/    the metadata that TUF's client trusts
    <cache>/<hash of the trust anchor>/targets/    entries and lists, each under its own hash
    <cache>/<hash of the trust anchor>/bits/       revocations as last seen

A target's name holds its hash, so states share the folder and never disturb each other. `bits`
outlives a list's absence from the registry.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Final

from amana.cli import write_file
from amana.errors import InputError, RegistryError

__all__ = ["NEW", "adopt", "copy_trusted", "current", "home_of", "keep_bits"]

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
    if before is None:
        (fresh / "metadata").mkdir(parents=True)
    else:
        shutil.copytree(before / "metadata", fresh / "metadata", symlinks=True)


def adopt(fresh: Path, home: Path, *, before: Path | None, used: set[Path]) -> None:
    """Make `fresh` the current state at one stroke: a kill leaves the old one or the new one.

    Then forgets other states, and kept targets that are not `used`.
    """
    if before is not None and _signed(before) == _signed(fresh):
        return
    made_in = fresh.parent.name
    name = f"state-{made_in.removeprefix(NEW)}"
    fresh.rename(home / name)
    _write(home / _CURRENT, name.encode("ascii"))
    for other in home.iterdir():
        if other.name.startswith((NEW, "state-")) and other.name not in {name, made_in}:
            shutil.rmtree(other, ignore_errors=True)
    for path in (home / "targets").rglob("*.json"):
        if path not in used:
            path.unlink()


def bits_of(home: Path, name: str) -> bytes | None:
    """The bits of a list as last seen, or None."""
    try:
        return _bits(home, name).read_bytes()
    except FileNotFoundError:
        return None


def keep_bits(home: Path, name: str, bits: bytes) -> None:
    """Remember the bits of a list, whose `name` tells its issuer and its URL."""
    if bits_of(home, name) != bits:
        _write(_bits(home, name), bits)


def _bits(home: Path, name: str) -> Path:
    return home / "bits" / hashlib.sha256(name.encode()).hexdigest()


def _signed(state: Path) -> tuple[bytes, list[str]]:
    """What tells two states apart: the timestamp seals all metadata but the roots."""
    roots = sorted(path.name for path in (state / "metadata" / "root_history").iterdir())
    return (state / "metadata" / "timestamp.json").read_bytes(), roots


def _write(path: Path, data: bytes) -> None:
    try:
        write_file(path, data)
    except InputError as error:
        raise RegistryError(error.reason, error.detail, **error.where) from None
