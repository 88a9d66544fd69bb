"""Whoever carries the folder leaves one bin out, to be rid of the organisations in it."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


@pytest.mark.parametrize("parent", ["entries", "status"])
@pytest.mark.parametrize("full", [True, False])
def test_a_bin_that_is_not_there_is_missed(tmp_path: Path, parent: str, full: bool) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    path = lab.relief.entry_path if parent == "entries" else lab.relief.list_path
    file = lab.bin_file(path, parent)
    if not full:
        file = file.replace(f"{parent}-{file[-6]}", f"{parent}-{1 - int(file[-6])}")
    (lab.published / file).unlink()
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": file, "role": file.split(".")[1]}


@pytest.mark.parametrize("kind", ["entries", "status"])
def test_a_file_that_a_bin_lists_is_missed(tmp_path: Path, kind: str) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.publish()
    path = lab.relief.entry_path if kind == "entries" else lab.relief.list_path
    lab.target(path).unlink()
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    assert caught.value.reason is EXPECT[1]
    assert str(caught.value.where["role"]).startswith(kind)
