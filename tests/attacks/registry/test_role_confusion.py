"""One role's file in the place of another's: good signatures over something else."""

import shutil
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief

EXPECT = (RegistryError, Reason.REGISTRY_CORRUPT)
ROLES = ["timestamp.json", "1.snapshot.json", "1.targets.json", "1.status.json"]


@pytest.mark.parametrize("there", ROLES)
@pytest.mark.parametrize("here", ["timestamp.json", "1.snapshot.json", "1.targets.json"])
def test_the_kind_of_a_file_is_its_own(tmp_path: Path, here: str, there: str) -> None:
    if here == there:
        return
    lab = Lab(tmp_path)
    lab.begin()
    shutil.rmtree(lab.folder / "cache")
    shutil.copy(lab.published / "metadata" / there, lab.published / "metadata" / here)
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    # Targets of automated keys are not even signed by those who would have to.
    automated = here == "1.targets.json" and there == "1.status.json"
    assert caught.value.reason is (Reason.BELOW_THRESHOLD if automated else EXPECT[1])
    role = here.split(".")[-2]
    assert caught.value.where["role"] == role
    assert str(caught.value.where["file"]).endswith(f"{role}.json")


def test_members_root_is_no_targets(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    (lab.published / "metadata/2.targets.json").write_bytes(lab.consortium.anchor)
    thief(lab).reseal({"targets": 2})
    assert lab.refused(EXPECT).where == {"file": "metadata/2.targets.json", "role": "targets"}


def test_targets_are_no_root(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    shutil.copy(lab.published / "metadata/1.targets.json", lab.published / "metadata/2.root.json")
    assert lab.refused(EXPECT).where == {"file": "metadata/2.root.json", "role": "root"}
