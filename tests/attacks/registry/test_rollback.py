"""An old copy of the folder is handed to a device that has seen a newer one."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_registry_never_comes_back(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = lab.copy("old")
    lab.publish()
    assert lab.load().version == 2
    error = lab.refused(EXPECT, published=old)
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}
