"""The folder of another consortium is handed over, its own root and all."""

import shutil
from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def test_another_consortiums_folder_is_refused(tmp_path: Path) -> None:
    lab, other = Lab(tmp_path / "ours"), Lab(tmp_path / "theirs", label="other")
    lab.begin()
    other.begin()
    assert lab.refused(EXPECT, published=other.published).where["role"] == "timestamp"


def test_another_root_as_the_next_version_is_refused(tmp_path: Path) -> None:
    lab, other = Lab(tmp_path / "ours"), Lab(tmp_path / "theirs", label="other")
    lab.begin()
    other.begin()
    shutil.copy(other.published / "metadata/1.root.json", other.published / "metadata/2.root.json")
    assert lab.refused(EXPECT, published=other.published).where == {
        "file": "metadata/2.root.json",
        "role": "root",
    }


def test_another_pinned_root_has_a_cache_of_its_own(tmp_path: Path) -> None:
    """The state of one trust anchor neither hides nor becomes that of another."""
    lab, other = Lab(tmp_path / "ours"), Lab(tmp_path / "theirs", label="other")
    before = lab.begin()
    other.begin()
    other.folder = lab.folder
    assert other.load() != before
    assert lab.cached() == before
