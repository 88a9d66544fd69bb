"""An import that dies at a chosen moment: after so many steps on the disk, or by the clock.

The dying part is a fork of the test, so that it dies within the import and not while it starts.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Timer

from amana.jcs import canonical
from tests.registry_lab import NOW, Lab
from trust_registry import client
from trust_registry.incoming import import_file

# What Python tells of before it does it; writes go on between any two of them.
_STEPS = (
    "open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.truncate",
    "shutil.copyfile", "shutil.rmtree", "sqlite3.connect",
)  # fmt: skip
_DIED, _DONE = -signal.SIGKILL, 0


class Device:
    """A cache that holds the first version; each trial takes the second into a copy of it."""

    def __init__(self, lab: Lab, file: Path, *, before: int, after: int) -> None:
        self._lab = lab
        self._file = file
        self._before = before
        self._after = after
        self._cache = lab.folder / "cache"
        self._number = 0

    def steps(self) -> int:
        """How many steps on the disk a whole import takes."""
        read, write = os.pipe()
        assert self._forked(self._copied(), lambda: _count(write)) == _DONE
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            return len(pipe.read())

    def seconds(self) -> float:
        """How long a whole import takes."""
        began = time.monotonic()
        assert self._forked(self._copied(), lambda: None) == _DONE
        return time.monotonic() - began

    def dies_at(self, step: int) -> int:
        """Kill an import just before this step; which version the device has then."""
        cache = self._copied()
        assert self._forked(cache, lambda: _count(None, step)) == _DIED
        return self._whole(cache)

    def dies_before_adopting(self) -> int:
        """Kill an import just before the one step that makes the new version the current one."""
        cache = self._copied()
        assert self._forked(cache, _die_before_adopting) == _DIED
        return self._whole(cache)

    def dies_after(self, seconds: float) -> tuple[bool, int]:
        """Kill an import by the clock: whether it died in time, and which version is there then."""
        cache = self._copied()
        died = self._forked(cache, lambda: None, seconds) == _DIED
        return died, self._whole(cache)

    def _copied(self) -> Path:
        self._number += 1
        return Path(
            shutil.copytree(self._cache, self._lab.folder / f"cache-{self._number}", symlinks=True)
        )

    def _forked(self, cache: Path, prepare: Callable[[], object], after: float = 60.0) -> int:
        child = os.fork()
        if not child:
            try:
                prepare()
                self._import(cache)
                os._exit(_DONE)
            finally:
                os._exit(1)
        killer = Timer(after, os.kill, (child, signal.SIGKILL))
        killer.start()
        try:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        finally:
            killer.cancel()
            killer.join()

    def _import(self, cache: Path) -> int:
        root = self._lab.consortium.anchor
        return import_file(self._file, root=root, cache=cache, now=NOW).version

    def _whole(self, cache: Path) -> int:
        """Old or new, never neither; and the same file brings the new one all the same."""
        root = self._lab.consortium.anchor
        found = client.load_cached(root=root, cache=cache, now=NOW)
        assert found.version in (1, 2)
        assert len(found.entries) == (self._before if found.version == 1 else self._after)
        assert len([*found.entries.values()]) == len(found.entries)
        assert self._import(cache) == 2
        assert len(client.load_cached(root=root, cache=cache, now=NOW).entries) == self._after
        assert not list((cache / "incoming").iterdir())
        shutil.rmtree(cache)
        return found.version


def _count(pipe: int | None, die_at: int = 0) -> None:
    """Tell a pipe of each step, and die before the one with this number. It can't be undone."""
    done = 0

    def hook(event: str, _: object) -> None:
        nonlocal done
        if event in _STEPS:
            done += 1
            if pipe is not None:
                os.write(pipe, b".")
            if done == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _die_before_adopting() -> None:
    def hook(event: str, given: tuple[object, ...]) -> None:
        if event == "os.rename" and str(given[1]).endswith("/current"):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def device(folder: Path, make: Callable[[Lab], bytes], *, more: int) -> Device:
    """A device with the first version, and a file that `make` makes of the second.

    The second has `more` organisations than the first.
    """
    lab = Lab(folder)
    lab.begin()
    lab.copy("old")
    entries = {lab.relief.entry_path: lab.relief.entry()}
    for number in range(more):
        issuer = lab.issuer(f"aid-{number}.example")
        entries[issuer.entry_path] = issuer.entry()
    lab.force(entries={path: canonical(document) for path, document in entries.items()})
    file = folder / "second.amana"
    file.write_bytes(make(lab))
    return Device(lab, file, before=1, after=1 + more)
