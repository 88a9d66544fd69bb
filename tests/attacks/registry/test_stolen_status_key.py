"""Who holds the automated keys tries to admit an organisation, or to speak for one."""

from pathlib import Path

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab
from trust_registry._layout import bin_of

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


def test_the_status_role_admits_nobody(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    thief = lab.issuer("thief.example")
    lab.force(lists={thief.entry_path: canonical(thief.entry())})
    role = bin_of(thief.entry_path, "status", 1)
    assert lab.refused(EXPECT).where == {"file": thief.entry_path, "role": role}
    assert lab.cached().entry(thief.did) is None


def test_a_list_of_an_organisation_without_entry_is_left_out(tmp_path: Path) -> None:
    """It counts for nobody, and stops nobody: members may withdraw an entry before its lists go."""
    lab = Lab(tmp_path)
    lab.begin()
    thief = lab.issuer("thief.example")
    lab.force(lists={thief.list_path: thief.list(), lab.relief.list_path: lab.relief.list()})
    found = lab.load()
    assert set(found.status_lists) == {lab.relief.url}
    (left_out,) = found.left_out
    assert (left_out.file, left_out.role) == (thief.list_path, "status")
    assert left_out.rule is Reason.ISSUER_UNKNOWN


def test_the_status_role_can_not_name_what_members_signed(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    lab.force(lists={"registry.json": b"{}"})
    role = bin_of("registry.json", "status", 1)
    assert lab.refused(EXPECT).where == {"file": "registry.json", "role": role}


def test_a_list_under_another_number_is_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    moved = lab.relief.list_path.replace("1.json", "2.json")
    lab.force(lists={moved: lab.relief.list()})
    error = lab.refused((RegistryError, Reason.BAD_STATUS_LIST))
    assert error.where == {"file": moved, "role": "status"}
