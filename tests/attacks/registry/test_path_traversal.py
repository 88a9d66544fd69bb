"""Signed metadata names a target, or a hash, that leads out of the folder."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import TargetFile

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab
from trust_registry._layout import bin_of
from trust_registry.sources import FolderSource

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


class Watched(FolderSource):
    """Writes down what was asked of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []

    def fetch(self, name: str) -> Iterator[bytes] | None:
        self.asked.append(name)
        return super().fetch(name)


@pytest.mark.parametrize("path", ["entries/../../../secret.json", "entries/\0.json", "entries//a"])
def test_a_target_outside_the_folder_is_never_read(tmp_path: Path, path: str) -> None:
    lab = Lab(tmp_path)
    lab.begin()

    def smuggle(unsigned: Mapping[str, Any]) -> None:
        target = TargetFile.from_data(path, b"{}", ["sha256"])
        unsigned[bin_of(path, "entries", 1)].signed.targets[path] = target

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=smuggle)
    role = bin_of(path, "entries", 1)
    assert lab.refused(EXPECT).where == {"file": f"{role}.json", "role": role}
    with pytest.raises(EXPECT[0]):
        lab.load(watched := Watched(lab.published))
    assert f"metadata/2.{role}.json" in watched.asked
    assert not [name for name in watched.asked if "secret" in name or name.startswith(path[:9])]


def test_a_hash_that_is_a_path_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    path = lab.relief.entry_path

    def mislead(unsigned: Mapping[str, Any]) -> None:
        target = unsigned[bin_of(path, "entries", 1)].signed.targets[path]
        target.hashes["sha256"] = "../../../x"

    lab.force(entries={path: canonical(lab.relief.entry())}, spoil=mislead)
    role = bin_of(path, "entries", 1)
    assert lab.refused(EXPECT).where == {"file": f"{role}.json", "role": role}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    shutil.move(stamp, tmp_path / "outside.json")
    stamp.symlink_to(tmp_path / "outside.json")
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}
    stamp.unlink()
    shutil.move(tmp_path / "outside.json", stamp)
    assert lab.load().version == 1  # it was a good one: only the link was refused
