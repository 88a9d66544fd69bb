"""The client's memory: exchanged at one stroke, with a trusted time that only members raise."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry import _states, client, store
from trust_registry._states import Floor

LATER = NOW + timedelta(days=30)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def home(lab: Lab) -> Path:
    (found,) = (lab.folder / "cache").iterdir()
    return found


def state(lab: Lab) -> Path:
    found = _states.current(home(lab))
    assert found is not None
    return found


def test_only_a_later_date_or_a_newer_root_moves_the_floor() -> None:
    floor = Floor(instant=NOW, root=2)
    assert floor.raised(NOW, 2) is floor.raised(NOW - timedelta(days=9), 2) is floor
    assert floor.raised(LATER, 2) == Floor(instant=LATER, root=2)
    earlier = NOW - timedelta(days=9)
    assert floor.raised(earlier, 3) == Floor(instant=earlier, root=3)


def test_members_raise_the_floor_and_automated_keys_do_not(lab: Lab) -> None:
    assert lab.begin().floor == NOW
    lab.consortium.publish_status(now=LATER)
    assert lab.load(now=LATER).floor == NOW
    lab.publish(now=LATER)
    assert lab.load(now=LATER).floor == lab.cached(now=LATER).floor == LATER
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})  # dated NOW
    found = lab.load(now=LATER)
    assert (found.published, found.floor) == (NOW, LATER)
    assert lab.cached(now=LATER).floor == LATER


@pytest.mark.parametrize("years", [-30, -1, 2, 70])
def test_a_clock_that_is_wrong_by_years_stops_nothing(lab: Lab, years: int) -> None:
    wrong = NOW.replace(year=NOW.year + years)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish()
    snapshot = lab.load(now=wrong)
    assert snapshot.entry(lab.relief.did) is not None
    assert snapshot.floor == NOW
    assert lab.cached(now=wrong) == snapshot
    lab.publish()
    assert lab.load(now=wrong).version == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"instant": 1, "root": 1}',
        b'{"instant": "2026-11-22T12:00:00Z", "root": "1"}',
        b'{"instant": "x", "root": 1}',
        b'{"instant": "2026-11-22T12:00:00Z"}',
        None,
    ],
)
def test_a_floor_that_can_not_be_read_is_found_again(lab: Lab, data: bytes | None) -> None:
    snapshot = lab.begin()
    floor = state(lab) / "floor"
    if data is None:
        floor.unlink()
    else:
        floor.write_bytes(data)
    assert _states.floor_of(state(lab)) is None
    assert lab.cached() == snapshot
    assert lab.load() == snapshot
    assert _states.floor_of(state(lab)) == Floor(instant=NOW, root=1)
    assert _states.floor_of(None) is None


class KilledError(BaseException):
    """What no handler of errors catches, like the end of the process."""


def killed_at(number: int, patch: Any) -> Callable[[], int]:
    """End with the `number`th step that changes the disk; returns how many there were."""
    steps = 0

    def step(then: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*arguments: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == number:
                raise KilledError
            return then(*arguments, **named)

        return taken

    for kind, name in (
        (Path, "replace"),
        (Path, "rename"),
        (Path, "unlink"),
        (Path, "write_bytes"),
        (_states, "write_file"),
        (store.Layer, "finish"),
        (store.Layer, "put_target"),
        (shutil, "rmtree"),
    ):
        patch.setattr(kind, name, step(getattr(kind, name)))
    return lambda: steps


def test_who_is_killed_has_the_old_state_or_the_new_one(lab: Lab, monkeypatch: Any) -> None:
    """Wherever the power goes, there is a registry, and the next refresh goes on from it."""
    before = lab.begin()
    kept = shutil.copytree(lab.folder / "cache", lab.folder / "kept", symlinks=True)
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    lab.publish()
    seen, number, done = set(), 0, False
    while not done:
        number += 1
        shutil.rmtree(lab.folder / "cache")
        shutil.copytree(kept, lab.folder / "cache", symlinks=True)
        with monkeypatch.context() as patch:
            steps = killed_at(number, patch)
            with suppress(KilledError):
                lab.load()
            done = steps() < number
        found = lab.cached()
        seen.add(found.version)
        assert found.version == 2 or found == before
        assert found.status_lists[lab.relief.url].is_set(8) is (found.version == 2)
        assert lab.load().version == 2
        # The pointer, the state, and two layers: nothing is left behind.
        assert sorted(path.name[:5] for path in home(lab).iterdir()) == [
            "curre",
            "regis",
            "regis",
            "state",
        ]
    assert seen == {1, 2}
    assert number > 10


def test_who_reads_goes_on_while_another_process_refreshes(lab: Lab, monkeypatch: Any) -> None:
    """The state that a reader found may be gone before it is opened: then there is a newer one."""
    lab.begin()
    lab.publish()
    found = _states.current(home(lab))
    taken = iter([found])

    def seen(folder: Path) -> Path | None:
        return next(taken, None) or _states.current(folder)

    lab.load()
    monkeypatch.setattr(client, "current", seen)
    assert lab.cached().version == 2
    taken = iter([found] * 2)
    with pytest.raises(RegistryError) as caught:
        lab.cached()
    assert caught.value.reason is Reason.UNREADABLE_FILE


def test_an_open_snapshot_outlives_its_files(lab: Lab) -> None:
    lab.begin()
    old = lab.cached()
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    for _ in range(3):
        lab.publish()
        lab.load()
    listed = old.status_list(lab.relief.url)
    assert listed is not None
    assert not listed.is_set(8)
    assert lab.cached().status_lists[lab.relief.url].is_set(8)


def test_what_readers_left_behind_goes_and_what_they_use_stays(lab: Lab) -> None:
    lab.begin()
    used, left = home(lab) / ".read-used", home(lab) / ".read-left"
    for folder in (used, left):
        folder.mkdir()
    before = used.stat().st_mtime - 2 * 3600
    os.utime(left, (before, before))
    lab.load()
    assert used.exists()
    assert not left.exists()


def test_a_note_of_damage_needs_no_disk(tmp_path: Path) -> None:
    _states.doubt(tmp_path / "no/such/folder")
    assert not _states.is_doubted(tmp_path)
    _states.doubt(tmp_path)
    assert _states.is_doubted(tmp_path)
    _states.trust_again(tmp_path)
    _states.trust_again(tmp_path)
    assert not _states.is_doubted(tmp_path)


def test_a_floor_is_written_to_the_second(tmp_path: Path) -> None:
    floor = Floor(instant=datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC), root=7)
    _states.keep_floor(tmp_path, floor)
    assert _states.floor_of(tmp_path) == floor
