"""Whoever stole the snapshot and timestamp keys puts together what was never published together."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from tests.registry_thief import Thief, thief
from trust_registry.snapshot import State

EXPECT = (RegistryError, Reason.ROLLBACK)


def suspended(tmp_path: Path) -> Lab:
    """A device has seen version 2, in which the organisation is suspended."""
    lab = Lab(tmp_path)
    lab.begin()
    lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="fraud", now=NOW)
    lab.publish()
    assert lab.load().version == 2
    return lab


def test_older_targets_are_not_taken_again(tmp_path: Path) -> None:
    lab = suspended(tmp_path)
    thief(lab).reseal({"targets": 1})
    assert lab.refused(EXPECT).where["role"] == "snapshot"


def test_the_bin_from_before_a_suspension_is_not_taken_again(tmp_path: Path) -> None:
    lab = suspended(tmp_path)
    bin_name = Path(lab.bin_file(lab.relief.entry_path)).name.split(".")[1]
    thief(lab).reseal({bin_name: 1})
    assert lab.refused(EXPECT).where["role"] == "snapshot"
    assert lab.cached().entries[lab.relief.did].history[-1].state is State.SUSPENDED


def leave_out(role: str) -> Callable[[Thief], None]:
    def change(one: Thief) -> None:
        def drop(signed: dict[str, dict[str, object]]) -> None:
            del signed["meta"][f"{role}.json"]

        one.point_at(one.forge("snapshot", drop, by=[one.stolen["snapshot"]]))

    return change


@pytest.mark.parametrize("role", ["targets", "status", "entries-0"])
def test_a_role_that_was_there_does_not_go_missing(tmp_path: Path, role: str) -> None:
    lab = suspended(tmp_path)
    leave_out(role)(thief(lab))
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where["role"] == "snapshot"


@pytest.mark.parametrize("role", ["entries-0", "status", "status-0"])
def test_a_new_device_misses_it_too(tmp_path: Path, role: str) -> None:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish()
    leave_out(role)(thief(lab))
    with pytest.raises(RegistryError) as caught:
        lab.load()
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where["role"] == ("snapshot" if "entries" in role else role)


def test_a_new_device_takes_no_bin_from_before_a_suspension(tmp_path: Path) -> None:
    """It has nothing to compare with; but members signed which bins belong to their version."""
    lab = suspended(tmp_path)
    shutil.rmtree(lab.folder / "cache")
    name = lab.bin_file(lab.relief.entry_path).split(".")[1]
    thief(lab).reseal({name: 1})
    with pytest.raises(RegistryError) as caught:
        lab.load()
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where == {"file": "snapshot.json", "role": "snapshot"}


def test_nor_does_the_next_version_build_upon_it(tmp_path: Path) -> None:
    """A thief at the consortium's own desk: else members would lift the suspension unawares."""
    lab = suspended(tmp_path)
    name = lab.bin_file(lab.relief.entry_path).split(".")[1]
    thief(lab).reseal({name: 1})
    with pytest.raises(RegistryError) as caught:
        lab.publish()
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where == {"file": "snapshot.json", "role": "snapshot"}


def test_members_targets_are_not_the_thiefs_to_sign(tmp_path: Path) -> None:
    lab = suspended(tmp_path)
    someone = thief(lab)
    number = someone.forge("targets", by=[someone.stolen["snapshot"], someone.stolen["timestamp"]])
    someone.reseal({"targets": number})
    error = lab.refused((RegistryError, Reason.BELOW_THRESHOLD))
    assert error.where == {"file": "metadata/3.targets.json", "role": "targets"}
