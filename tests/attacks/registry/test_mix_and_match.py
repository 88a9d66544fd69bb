"""Files of two versions of the registry are put together."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_list_of_entries_in_a_newer_registry_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = (lab.published / "metadata/1.targets.json").read_bytes()
    lab.publish()
    (lab.published / "metadata/2.targets.json").write_bytes(old)
    assert lab.refused(EXPECT).where["role"] == "targets"


def test_a_statement_of_another_version_is_refused(tmp_path: Path) -> None:
    """Members sign targets that repeat an older `published`."""
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(entries={"registry.json": lab.statement(1)})
    lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
