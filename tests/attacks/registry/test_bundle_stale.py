"""A stick with last month's registry reaches a device that has seen a newer one."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, refused_file
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_bundle_never_comes_back(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    old = bundle_of(lab)
    lab.publish()
    assert lab.load().version == 2
    refused_file(lab, old, EXPECT)
