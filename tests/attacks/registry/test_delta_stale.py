"""A delta from the past, and one for a state that this device has not."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import delta_of, refused_file, take_in
from tests.registry_lab import Lab
from trust_registry.sources import FolderSource

EXPECT = (RegistryError, Reason.ROLLBACK)


def test_an_older_delta_never_comes_back(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    first = FolderSource(lab.copy("first"))
    lab.publish()
    second = FolderSource(lab.copy("second"))
    to_second = delta_of(lab, first)
    lab.publish()
    to_third = delta_of(lab, second)
    refused_file(lab, to_third, (RegistryError, Reason.BASE_MISSING))
    assert take_in(lab, to_second).version == 2
    assert take_in(lab, to_third).version == 3
    refused_file(lab, to_second, EXPECT)
