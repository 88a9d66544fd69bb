"""Whoever carries the folder puts one bin's metadata in the place of another's.

The same keys signed both, and both have the same version. An empty bin in the place of a full one
would make organisations disappear without any stolen key; so each role signs its own name.
"""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


def swap(lab: Lab, parent: str, path: str) -> str:
    """Lay the other bin in the place of the one that lists `path`; the file's name."""
    full = lab.bin_file(path, parent)
    number, name, _ = Path(full).name.split(".")
    other = f"metadata/{number}.{parent}-{1 - int(name[-1])}.json"
    assert b'"targets":{}' in (lab.published / other).read_bytes()
    (lab.published / full).write_bytes((lab.published / other).read_bytes())
    return full


@pytest.mark.parametrize("parent", ["entries", "status"])
def test_an_empty_bin_hides_nobody(tmp_path: Path, parent: str) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    path = lab.relief.entry_path if parent == "entries" else lab.relief.list_path
    full = swap(lab, parent, path)
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": full, "role": Path(full).name.split(".")[1]}


def test_nor_on_the_consortiums_own_desk(tmp_path: Path) -> None:
    """Else the next version would be built upon it, and the organisation be gone for good."""
    lab = Lab(tmp_path)
    lab.begin()
    swap(lab, "entries", lab.relief.entry_path)
    with pytest.raises(EXPECT[0]) as caught:
        lab.publish()
    assert caught.value.reason is EXPECT[1]


@pytest.mark.parametrize("role", ["entries", "targets"])
def test_nor_do_the_roles_above_stand_in_for_each_other(tmp_path: Path, role: str) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish()
    other = {"entries": "targets", "targets": "entries"}[role]
    data = (lab.published / f"metadata/1.{other}.json").read_bytes()
    (lab.published / f"metadata/1.{role}.json").write_bytes(data)
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where["role"] == role
