"""The client's memory: what was verified last, exchanged at one stroke.

    <cache>/<hash of the trust anchor>/current                   the state that counts
    <cache>/<hash of the trust anchor>/state-…/metadata/         what TUF's client trusts
    <cache>/<hash of the trust anchor>/state-…/floor             the trusted time
    <cache>/<hash of the trust anchor>/registry-<digest>.sqlite  everything else (`store`)
    <cache>/<hash of the trust anchor>/doubted                   there if a layer was found damaged

A state names its layers by the digest of its metadata, so nothing has to be written twice.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from amana.cli import write_file
from amana.dates import format_instant, parse_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from amana.strict_json import as_object, loads
from trust_registry.store import LAYER

__all__ = ["NEW", "Floor", "adopt", "copy_trusted", "current", "home_of"]

NEW: Final = ".new-"  # where a version is taken in
READ: Final = ".read-"  # where the current one is verified again
_LEFT_BEHIND: Final = 3600.0  # seconds: nobody reads for so long
_CURRENT: Final = "current"
_FLOOR: Final = "floor"
_DOUBTED: Final = "doubted"
_STATE: Final = re.compile(r"state-[A-Za-z0-9_]+")


@dataclass(frozen=True, kw_only=True)
class Floor:
    """It can't be earlier than `instant` now, as members said under version `root` of the root."""

    instant: datetime
    root: int

    @classmethod
    def after(cls, before: Floor | None, published: datetime, root: int) -> Floor:
        """The floor after a version, where there may have been none before."""
        if before is None:
            return cls(instant=published, root=root)
        return before.raised(published, root)

    def raised(self, published: datetime, root: int) -> Floor:
        """The floor after a version that was `published`, under this version of the root.

        Only a newer root, which k of n members signed too, may lower it: so one wrong date does
        not make every honest clock look wrong for ever.
        """
        if root > self.root or published > self.instant:
            return Floor(instant=published, root=root)
        return self


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


def digest_of(state: Path) -> str:
    """What the layers of a state are named by: its version of every role, as TUF trusts them."""
    found = hashlib.sha256()
    for role in ("snapshot", "targets"):
        found.update(hashlib.sha256((state / f"metadata/{role}.json").read_bytes()).digest())
    return found.hexdigest()[:32]


def floor_of(state: Path | None) -> Floor | None:
    """The trusted time of a state; None if there is none, or none that can be read."""
    if state is None:
        return None
    with suppress(InputError, OSError, KeyError):
        value = as_object(loads((state / _FLOOR).read_bytes()), Reason.REGISTRY_CORRUPT)
        instant, root = value["instant"], value["root"]
        if type(instant) is str and type(root) is int:
            return Floor(instant=parse_instant(instant), root=root)
    return None


def keep_floor(state: Path, floor: Floor) -> None:
    """Write the trusted time of a state that is not adopted yet."""
    data = canonical({"instant": format_instant(floor.instant), "root": floor.root})
    (state / _FLOOR).write_bytes(data)


def adopt(
    fresh: Path,
    home: Path,
    *,
    before: Path | None,
    layers: Iterable[Path],
    newest: Path | None = None,
) -> None:
    """Make `fresh` the current state at one stroke: a kill leaves the old one or the new one.

    `layers` are the files that it needs, `newest` the one among them that was written just now.
    Then forgets other states and layers; who has one open keeps it.
    """
    made_in = fresh.parent.name
    if newest is None and before is not None and _signed(before) == _signed(fresh):
        name = before.name
    else:
        if newest is not None:
            newest.replace(home / newest.name)
        name = f"state-{made_in.removeprefix(NEW)}"
        fresh.rename(home / name)
        _write(home / _CURRENT, name.encode("ascii"))
    _forget(home, {name, made_in, *(layer.name for layer in layers)}, made_in)


def _forget(home: Path, needed: set[str], made_in: str) -> None:
    """Remove what nobody needs: of others' work only what was left behind."""
    now = (home / made_in).stat().st_mtime  # by the disk's clock
    for other in home.iterdir():
        if other.name in needed:
            continue
        if other.name.startswith((NEW, "state-")):
            shutil.rmtree(other, ignore_errors=True)
        elif other.name.startswith(LAYER):
            other.unlink(missing_ok=True)
        elif other.name.startswith(READ):
            with suppress(FileNotFoundError):  # its reader was done just now
                if other.stat().st_mtime < now - _LEFT_BEHIND:
                    shutil.rmtree(other, ignore_errors=True)


def doubt(home: Path) -> None:
    """Note that what is kept was found damaged, so that the next refresh builds it anew."""
    with suppress(OSError):  # a full disk keeps nobody from going on
        (home / _DOUBTED).touch()


def is_doubted(home: Path) -> bool:
    """Whether what is kept was found damaged."""
    return (home / _DOUBTED).exists()


def trust_again(home: Path) -> None:
    """What is kept was built anew."""
    (home / _DOUBTED).unlink(missing_ok=True)


def _signed(state: Path) -> tuple[bytes, list[str]]:
    """What tells two states apart: the timestamp seals all metadata but the roots."""
    roots = sorted(path.name for path in (state / "metadata" / "root_history").iterdir())
    return (state / "metadata" / "timestamp.json").read_bytes(), roots


def _write(path: Path, data: bytes) -> None:
    try:
        write_file(path, data)
    except InputError as error:
        raise RegistryError(error.reason, error.detail, **error.where) from None
