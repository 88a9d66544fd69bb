"""An organisation's good entry is listed under the file name of another's."""

from pathlib import Path

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab

EXPECT = (RegistryError, Reason.ENTRY_FOR_ANOTHER_DID)


def test_an_entry_counts_only_under_its_own_name(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    other = lab.issuer("other.example")
    lab.force(entries={lab.relief.entry_path: canonical(other.entry())}, lists={})
    assert lab.refused(EXPECT).where["file"] == lab.relief.entry_path
