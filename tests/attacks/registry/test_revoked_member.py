"""A member's key that left the root goes on signing: alone, and with one that is still good."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import Thief, rotate, thief

EXPECT = (RegistryError, Reason.BELOW_THRESHOLD)


def without_the_third(tmp_path: Path) -> tuple[Lab, SecretKey, Thief]:
    """Members 1, 2 and a new one are left; a device knows."""
    lab = Lab(tmp_path)
    lab.begin()
    gone = lab.keys[2]
    rotate(lab, members=[*lab.keys[:2], SecretKey.generate(lab.random)])
    assert lab.load().version == 2
    return lab, gone, thief(lab)


def test_it_does_not_count_for_a_version(tmp_path: Path) -> None:
    """C112: losing a key costs one signature, and gives the finder none."""
    lab, gone, someone = without_the_third(tmp_path)
    someone.reseal({"targets": someone.forge("targets", by=[lab.keys[0], gone])})
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/3.targets.json", "role": "targets"}


@pytest.mark.parametrize("role", ["entries", "entries-1"])
def test_nor_for_entries(tmp_path: Path, role: str) -> None:
    lab, gone, someone = without_the_third(tmp_path)
    lab.publish()  # a version in which that role is the same as before
    number = int(someone.newest(role).name.partition(".")[0])
    someone.forge(role, by=[lab.keys[0], gone], version=number)
    shutil.rmtree(lab.folder / "cache")
    with pytest.raises(EXPECT[0]) as caught:
        lab.load()
    assert caught.value.reason is EXPECT[1]
    assert caught.value.where == {"file": f"metadata/{number}.{role}.json", "role": role}


def test_nor_for_the_next_root(tmp_path: Path) -> None:
    lab, gone, someone = without_the_third(tmp_path)
    someone.forge("root", by=[lab.keys[0], gone])
    assert lab.refused(EXPECT).where == {"file": "metadata/3.root.json", "role": "root"}


def test_bins_of_a_time_with_other_members_are_signed_again(tmp_path: Path) -> None:
    """A bin signed by the one who left would have to be believed, or its organisations be lost."""
    lab, _, someone = without_the_third(tmp_path)

    def old_bins(signed: Any) -> None:
        for name in ("entries", "entries-0", "entries-1"):
            signed["meta"][f"{name}.json"] = {"version": 1}

    number = someone.forge("snapshot", old_bins, by=[someone.stolen["snapshot"]])
    someone.point_at(number)
    lab.refused((RegistryError, Reason.ROLLBACK))
