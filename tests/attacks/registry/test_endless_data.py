"""A mirror answers with a file without end, or one that never answers at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.sources import FolderSource

EXPECT = (RegistryError, Reason.TOO_LARGE)
STAMP = {"file": "metadata/timestamp.json", "role": "timestamp"}
_BLOCK = b" " * 1_000_000


class Endless(FolderSource):
    """Serves one file for ever, and counts how much of it was taken."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder)
        self._name = name
        self.given = 0

    def fetch(self, name: str) -> Iterator[bytes] | None:
        return self._for_ever() if name == self._name else super().fetch(name)

    def _for_ever(self) -> Iterator[bytes]:
        while True:
            self.given += len(_BLOCK)
            yield _BLOCK


def next_root(lab: Lab) -> tuple[str, str, int]:
    return "metadata/2.root.json", "root", LIMITS.registry_root_bytes


def timestamp(lab: Lab) -> tuple[str, str, int]:
    return "metadata/timestamp.json", "timestamp", LIMITS.registry_file_bytes


def snapshot(lab: Lab) -> tuple[str, str, int]:
    return "metadata/1.snapshot.json", "snapshot", LIMITS.registry_file_bytes


def targets(lab: Lab) -> tuple[str, str, int]:
    return "metadata/1.targets.json", "targets", LIMITS.registry_file_bytes


def a_bin(lab: Lab) -> tuple[str, str, int]:
    name = lab.bin_file(lab.relief.entry_path)
    return name, name.split(".")[1], LIMITS.registry_file_bytes


def an_entry(lab: Lab) -> tuple[str, str, int]:
    path = lab.target(lab.relief.entry_path)
    return path.relative_to(lab.published).as_posix(), "entries", path.stat().st_size


@pytest.mark.parametrize("of", [next_root, timestamp, snapshot, targets, a_bin, an_entry])
def test_no_file_is_read_beyond_what_its_role_allows(
    tmp_path: Path, of: Callable[[Lab], tuple[str, str, int]]
) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    name, role, most = of(lab)
    source = Endless(lab.published, name)
    with pytest.raises(EXPECT[0]) as caught:
        lab.load(source)
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": name, "role": role}
    assert 0 < source.given <= most + len(_BLOCK)
    assert lab.load().version == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.unlink()
    os.mkfifo(stamp)
    assert lab.refused((RegistryError, Reason.REGISTRY_CORRUPT)).where == STAMP


@pytest.mark.parametrize("left", [0, 1, 200])
def test_a_truncated_file_is_refused(tmp_path: Path, left: int) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.write_bytes(stamp.read_bytes()[:left])
    assert lab.refused((RegistryError, Reason.REGISTRY_CORRUPT)).where == STAMP
