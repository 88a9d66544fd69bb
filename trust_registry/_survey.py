"""What changed in a consortium's working folder since it published last, without reading all of it.

Each entry, and each folder of one organisation's lists or papers, has a mark: its inode and the
time of its last change. Marks are kept in `published.index`. What has another mark than the one
kept is looked at; whether it really differs is then decided by its bytes. A mark that is missing
or wrong costs time, and hides nothing but a list that was changed in place, not replaced.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from amana.cli import write_file

__all__ = ["Survey", "keep", "read_marks", "survey", "write_marks"]

_INDEX: Final = "published.index"
_FILES: Final = ("entries",)  # folders whose files have a mark each
_FOLDERS: Final = ("status", "issued", "vetting")  # and those whose folders do
# A file that changes twice within a tick of the clock keeps its mark: so young a one is not kept.
_TICK: Final = 50_000_000  # nanoseconds
_ONE_WORD: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The paths below the working folder that may have changed, and the marks of all that is."""

    changed: tuple[str, ...]
    marks: Mapping[str, str] = field(repr=False)
    known: Mapping[str, str] = field(repr=False)  # those that were kept before

    def below(self, *folders: str) -> list[str]:
        """The changed paths below these folders."""
        return [path for path in self.changed if path.partition("/")[0] in folders]


def survey(folder: Path) -> Survey:
    """Look at the marks of everything staged in `folder`."""
    known = read_marks(folder / _INDEX, bound=_published(folder))
    now = _now(folder)
    new: dict[str, str] = {}
    changed: list[str] = []
    for top in (*_FILES, *_FOLDERS):
        if not (folder / top).is_dir():
            continue
        with os.scandir(folder / top) as found:
            # Of 100,000 organisations this loop goes round twice for each, and publishing waits.
            for one in found:
                name = f"{top}/{one.name}"
                at = one.stat(follow_symlinks=False)
                mark = f"{at.st_ino}:{at.st_ctime_ns}"
                if known.get(name) == mark:
                    continue
                if one.name.startswith(".") or one.is_dir() is not (top in _FOLDERS):
                    continue
                if now - at.st_ctime_ns > _TICK and _ONE_WORD.fullmatch(one.name) is not None:
                    new[name] = mark
                changed += _within(folder, name)
    # Marks of what is gone do no harm: nothing that comes back has the same one.
    return Survey(changed=tuple(sorted(changed)), marks={**known, **new}, known=known)


def keep(
    folder: Path,
    found: Survey,
    *,
    only: Iterable[str] | None = None,
    others: Mapping[str, str] | None = None,
) -> None:
    """Remember the marks of what was published now, of all or `only` of what is below some folders.

    What else was found changed stays so, as it was not published; unless it still has the mark that
    it has in `others`, kept when a ceremony began.
    """
    marks = found.marks
    if only is not None:
        folders = tuple(f"{name}/" for name in only)
        others = found.known if others is None else others
        marks = {
            name: mark
            for name, mark in marks.items()
            if name.startswith(folders) or others.get(name) == mark
        }
    write_marks(folder / _INDEX, marks, bound=_published(folder))


def write_marks(path: Path, marks: Mapping[str, str], *, bound: str = "") -> None:
    """Write marks to a file; `bound` says what lay published then."""
    lines = [bound, *map(" ".join, marks.items())]
    write_file(path, "\n".join(lines).encode("ascii"))


def read_marks(path: Path, *, bound: str = "") -> dict[str, str]:
    """The marks in a file; none if it is not there, or was written at another version."""
    try:
        first, *rest = path.read_bytes().decode("ascii").split("\n")
        return dict(line.split(" ") for line in rest) if first == bound else {}
    except (FileNotFoundError, ValueError):  # not there, or damaged: everything is looked at
        return {}


def _published(folder: Path) -> str:
    try:
        stamp = (folder / "published/metadata/timestamp.json").read_bytes()
    except FileNotFoundError:
        stamp = b""
    return hashlib.sha256(stamp).hexdigest()


def _now(folder: Path) -> int:
    """The file system's own time: the machine's clock may be another one."""
    probe = folder / ".now"
    probe.touch()
    now = probe.stat().st_mtime_ns
    probe.unlink()
    return now


def _within(folder: Path, name: str) -> list[str]:
    """The files that a mark stands for."""
    path = folder / name
    if path.is_dir():
        return [f"{name}/{one.name}" for one in path.glob("*.json")]
    return [name] if name.endswith(".json") else []
