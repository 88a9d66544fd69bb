"""Whoever stole the snapshot key fills the snapshot until devices choke on it."""

from pathlib import Path
from typing import Any

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import Lab
from tests.registry_thief import thief

EXPECT = (RegistryError, Reason.TOO_LARGE)


def test_a_snapshot_of_a_million_roles_is_not_read_to_its_end(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    someone = thief(lab)
    number = someone.forge("snapshot", by=[someone.stolen["snapshot"]])
    someone.point_at(number)
    path = someone.newest("snapshot")
    path.write_bytes(path.read_bytes() + b" " * 20_000_000)
    error = lab.refused(EXPECT)
    assert error.where == {"file": "metadata/2.snapshot.json", "role": "snapshot"}


def test_roles_that_nobody_delegates_to_are_never_fetched(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    before = lab.begin()
    someone = thief(lab)

    def invent(signed: Any) -> None:
        signed["meta"] |= {f"status-{number:x}.json": {"version": 1} for number in range(2, 4_000)}

    someone.point_at(someone.forge("snapshot", invent, by=[someone.stolen["snapshot"]]))
    assert lab.load() == before
