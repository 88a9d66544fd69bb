"""The client holds each new checkpoint of the log against what it remembers."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry._history import history_of, tiles_of
from trust_registry._states import current, home_of
from trust_registry.log import every_leaf, read_checkpoint
from trust_registry.notes import VerifierKey, read_verifier_key
from trust_registry.snapshot import State
from trust_registry.sources import FolderSource


def remembered(lab: Lab) -> list[int]:
    state = current(home_of(lab.folder / "cache", lab.consortium.anchor))
    return [head.size for head in history_of(state)]


def decide(lab: Lab, *hours: int) -> None:
    """One decision an hour, each in a version of its own."""
    for hour in hours:
        now = NOW + timedelta(hours=hour)
        state = State.SUSPENDED if hour % 2 else State.GRANTED
        lab.consortium.change_state(lab.relief.did, state, reason="looked into", now=now)
        lab.publish(now=now)


def log_key(lab: Lab) -> VerifierKey:
    statement = lab.consortium.statement()
    assert statement is not None
    assert statement.log is not None
    return read_verifier_key(statement.log)


def test_a_registry_comes_with_its_log(tmp_path: Path) -> None:
    """C51: what was decided can be read by anybody, and leads to what k of n members signed."""
    lab = Lab(tmp_path)
    snapshot = lab.begin()
    assert snapshot.checkpoint is not None
    checkpoint = read_checkpoint(snapshot.checkpoint, key=log_key(lab))
    leaves = every_leaf(checkpoint, read=tiles_of(FolderSource(lab.published)))
    assert "entry-added" in {leaf.kind for leaf in leaves}
    assert remembered(lab) == [checkpoint.size]


def test_each_version_carries_the_log_on(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    (first,) = remembered(lab)
    decide(lab, 1)
    lab.load()
    (second,) = remembered(lab)
    assert second > first
    lab.load()  # the same once more
    assert remembered(lab) == [second]


def test_a_registry_without_tiles_counts_and_the_older_head_is_kept(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    (first,) = remembered(lab)
    decide(lab, 1)
    bare = lab.copy("bare")
    shutil.rmtree(bare / "log")
    assert lab.load(bare).version == 2
    assert remembered(lab)[0] == first
    assert len(remembered(lab)) == 2
    decide(lab, 2)
    assert lab.load().version == 3
    assert len(remembered(lab)) == 1


def test_spoiled_tiles_are_the_carriers_fault(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    decide(lab, 1)
    spoiled = lab.copy("spoiled")
    for path in (spoiled / "log" / "tile" / "0").rglob("*"):
        if path.is_file():
            path.write_bytes(bytes(path.stat().st_size))
    error = lab.refused((RegistryError, Reason.LOG_CORRUPT), published=spoiled)
    assert error.where == {"file": "log/checkpoint", "role": "log"}
    assert lab.load().version == 2


@pytest.mark.parametrize(
    ("decisions", "reason"),
    [(0, Reason.LOG_SHRUNK), (2, Reason.LOG_FORKED), (3, Reason.LOG_FORKED)],
)
def test_a_log_that_was_begun_anew_is_refused(
    tmp_path: Path, decisions: int, reason: Reason
) -> None:
    """Members may sign it; a device that remembers the old one does not take it."""
    lab = Lab(tmp_path)
    lab.begin()
    assert remembered(lab) == [2]
    shutil.rmtree(lab.consortium.folder / "log")
    shutil.rmtree(lab.published / "log")
    lab.publish()
    decide(lab, *range(1, decisions + 1))
    lab.refused((RegistryError, reason))
