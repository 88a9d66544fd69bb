"""A role lists what belongs to another: entries a status list, status an entry, targets either."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tuf.api.metadata import TargetFile

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief
from trust_registry._layout import bin_of

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)


def test_a_status_list_signed_by_members_is_no_status_list(tmp_path: Path) -> None:
    """Else a revocation could be cleared by members' hands, past the issuer."""
    lab = Lab(tmp_path)
    lab.begin()
    path = lab.relief.list_path
    listed = TargetFile.from_data(path, lab.relief.list(revoked=()), ["sha256"])
    role = bin_of(lab.relief.entry_path, "entries", 1)

    def add(unsigned: Mapping[str, Any]) -> None:
        unsigned[role].signed.targets[path] = listed

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=add)
    assert lab.refused(EXPECT).where == {"file": path, "role": role}


@pytest.mark.parametrize("kind", ["entries", "status"])
def test_what_targets_itself_lists_hides_nothing_in_a_bin(tmp_path: Path, kind: str) -> None:
    """TUF searches targets first: an entry there would stand before the one in its bin."""
    lab = Lab(tmp_path)
    lab.begin()
    path = lab.relief.entry_path if kind == "entries" else lab.relief.list_path

    def add(unsigned: Mapping[str, Any]) -> None:
        unsigned["targets"].signed.targets[path] = TargetFile.from_data(path, b"{}", ["sha256"])

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=add)
    error = lab.refused(EXPECT)
    assert error.where["role"] == "targets"


def test_the_status_key_lists_no_entry(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    intruder = lab.issuer("intruder.example")
    someone = thief(lab)
    role = bin_of(intruder.entry_path, "status", 1)

    def add(signed: Any) -> None:
        data = canonical(intruder.entry())
        listed = TargetFile.from_data(intruder.entry_path, data, ["sha256"])
        signed["targets"][intruder.entry_path] = listed.to_dict()
        path = lab.published / "targets" / listed.get_prefixed_paths()[0]
        path.write_bytes(data)

    someone.reseal({role: someone.forge(role, add, by=[someone.stolen["status"]])})
    assert lab.refused(EXPECT).where == {"file": intruder.entry_path, "role": role}
