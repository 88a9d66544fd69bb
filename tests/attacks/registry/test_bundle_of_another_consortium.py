"""A bundle, and a delta, of another consortium, in order in itself."""

from pathlib import Path

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, delta_of, refused_file
from tests.registry_lab import Lab
from trust_registry.sources import FolderSource

EXPECT = (RegistryError, Reason.ANOTHER_REGISTRY)


def test_another_consortiums_bundle_is_named_as_such(tmp_path: Path) -> None:
    ours, theirs = Lab(tmp_path / "ours"), Lab(tmp_path / "theirs", label="theirs")
    ours.begin()
    theirs.begin()
    old = FolderSource(theirs.copy("old"))
    theirs.publish()
    refused_file(ours, bundle_of(theirs), EXPECT)
    refused_file(ours, delta_of(theirs, old), EXPECT)
