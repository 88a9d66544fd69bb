"""Files of two versions of the registry are put together."""

from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_list_of_entries_in_a_newer_registry_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = (lab.published / "metadata/1.targets.json").read_bytes()
    lab.publish()
    (lab.published / "metadata/2.targets.json").write_bytes(old)
    assert lab.refused(EXPECT).where["role"] == "targets"


@pytest.mark.parametrize("version", [1, 3])
def test_a_statement_of_another_version_is_refused(tmp_path: Path, version: int) -> None:
    """Members are handed the statement of another version to sign: its date is not this one's."""
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(entries={"registry.json": lab.statement(version)})
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "registry.json", "role": "targets"}
    lab.force(entries={"registry.json": lab.statement(3)})  # built upon the forged version 2
    assert lab.load().version == 3


@pytest.mark.parametrize("parent", ["entries", "status"])
def test_an_older_bin_in_a_newer_registry_is_refused(tmp_path: Path, parent: str) -> None:
    """The snapshot says which version of each bin belongs to it."""
    lab = Lab(tmp_path)
    lab.begin()
    path = lab.relief.entry_path if parent == "entries" else lab.relief.list_path
    old = (lab.published / lab.bin_file(path, parent)).read_bytes()
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="fraud", now=NOW)
    lab.consortium.collect_status(lab.relief.list(revoked=(7, 8)), now=NOW)
    lab.publish()
    newer = lab.bin_file(path, parent)
    (lab.published / newer).write_bytes(old)
    assert lab.refused(EXPECT).where == {"file": newer, "role": newer.split(".")[1]}
