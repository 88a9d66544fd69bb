"""A file from a stick is copied block by block, verified, and adopted or refused as a whole."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.limits import Limits
from amana.reasons import Reason
from tests.bundle_lab import bundle_of, delta_of, refused_file, take_in
from tests.registry_lab import Lab
from trust_registry import _held, incoming
from trust_registry._held import HeldSource, is_held
from trust_registry.bundle import write_bundle
from trust_registry.delta import build_delta
from trust_registry.incoming import copy_in
from trust_registry.sources import FolderSource, read_all

BLOCK = 64


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "BLOCK", BLOCK)
    monkeypatch.setattr(incoming, "_ENDS", 32)


def refused(call: Callable[[], object]) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        call()
    return caught.value


# --- Whole files --------------------------------------------------------------------------------


def test_a_device_lives_on_sticks_alone(tmp_path: Path) -> None:
    """C11: founded by a bundle, kept up to date by deltas, and able to hand all of it on."""
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish()
    root, cache = lab.consortium.anchor, tmp_path / "cache"
    assert not is_held(root=root, cache=cache)
    delta = delta_of(lab, FolderSource(lab.published))
    error = refused(lambda: take_in(lab, delta))
    assert (error.reason, error.where) == (Reason.REGISTRY_MISSING, {"file": str(cache)})
    first = bundle_of(lab)
    assert take_in(lab, first).version == 1
    assert is_held(root=root, cache=cache)

    old = FolderSource(lab.copy("old"))
    other = lab.issuer("other.example")
    lab.consortium.put_entry(other.entry())
    lab.publish()
    delta = delta_of(lab, old)
    found = take_in(lab, delta)
    assert found.entry(other.did) is not None
    assert take_in(lab, delta).version == found.version == 2
    assert take_in(lab, bundle_of(lab)).version == 2
    assert not list((cache / "incoming").iterdir())

    handed_on = io.BytesIO()
    write_bundle(HeldSource(root=root, cache=cache), handed_on)
    assert handed_on.getvalue() == bundle_of(lab)
    refused_file(lab, first, (RegistryError, Reason.ROLLBACK))


def test_a_new_root_travels_along(tmp_path: Path) -> None:
    """C112: who holds the first root alone follows the members to the next one, from files."""
    lab = Lab(tmp_path)
    lab.begin()
    old = FolderSource(lab.copy("old"))
    name = "metadata/2.root.json"
    (lab.published / name).write_bytes(lab.consortium.anchor)
    lab.resign(name, lambda signed: signed.update(version=2))
    lab.force()
    delta = delta_of(lab, old)
    held = HeldSource(root=lab.consortium.anchor, cache=tmp_path / "cache")
    assert held.fetch(name) is None
    take_in(lab, delta)
    held = HeldSource(root=lab.consortium.anchor, cache=tmp_path / "cache")
    assert read_all(held, name, limit=10**6) == (lab.published / name).read_bytes()
    handed_on = io.BytesIO()
    write_bundle(held, handed_on)
    assert handed_on.getvalue() == bundle_of(lab)
    since = build_delta(FolderSource(lab.published), base=old, base_snapshot=1)
    assert since == delta
    shutil.rmtree(tmp_path / "cache")
    assert take_in(lab, handed_on.getvalue()).version == lab.load().version


def test_what_is_held_is_what_was_published(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    held = HeldSource(root=lab.consortium.anchor, cache=tmp_path / "cache")
    for path in lab.published.rglob("*.json"):
        name = path.relative_to(lab.published).as_posix()
        assert read_all(held, name, limit=10**6) == path.read_bytes()
    for name in (
        "metadata/9.root.json", "metadata/9.entries-0.json", "metadata/entries-0.json", "x",
        f"targets/{'0' * 64}.registry.json",
    ):  # fmt: skip
        assert held.fetch(name) is None


def test_a_memory_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(tmp_path)
    lab.begin()
    held = HeldSource(root=lab.consortium.anchor, cache=tmp_path / "cache")
    (state,) = (tmp_path / "cache").glob("*/state-*")
    stamp = state / "metadata/timestamp.json"
    stamp.unlink()
    stamp.mkdir()
    error = refused(lambda: held.fetch("metadata/timestamp.json"))
    assert error.reason is Reason.UNREADABLE_FILE
    (state / "metadata/snapshot.json").unlink()
    with pytest.raises(RegistryError):
        HeldSource(root=lab.consortium.anchor, cache=tmp_path / "cache")
    assert _held.is_held(root=lab.consortium.anchor, cache=tmp_path / "cache")


# --- Copies -------------------------------------------------------------------------------------


class _Stick(io.FileIO):
    """Fails once more than `most` bytes were read behind the ends that tell it apart."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.most and size == BLOCK:
            raise OSError(5, "Input/output error")
        return super().read(size) or b""


@contextmanager
def pulled_out(monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    def opened(path: Path, mode: str = "r", *_: Any) -> Any:
        if mode == "rb":
            stick = _Stick(path)
            stick.most = after
            return stick
        return io.open(path, mode)  # noqa: UP020 - `open` is what is replaced

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        yield


DATA = bytes(range(251)) * 2


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    file = tmp_path / "stick.amana"
    file.write_bytes(DATA)
    return file


def test_a_stick_pulled_out_goes_on_later(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C11: what was copied is kept, and all but its last block is not read again."""
    with pulled_out(monkeypatch, 4 * BLOCK):
        error = refused(lambda: copy_in(stick, tmp_path / "in"))
    assert (error.reason, error.where) == (Reason.UNREADABLE_FILE, {"file": str(stick)})
    (part,) = (tmp_path / "in").iterdir()
    assert part.read_bytes() == DATA[: 4 * BLOCK]
    part.write_bytes(b"x" * 3 * BLOCK + b"garbage of a power cut")
    copy = copy_in(stick, tmp_path / "in")
    assert copy == part
    assert copy.read_bytes() == b"x" * 3 * BLOCK + DATA[3 * BLOCK :]


def test_another_file_begins_anew(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pulled_out(monkeypatch, 4 * BLOCK):
        refused(lambda: copy_in(stick, tmp_path / "in"))
    stick.write_bytes(DATA[:-1] + b"!")
    copy = copy_in(stick, tmp_path / "in")
    assert copy.read_bytes() == DATA[:-1] + b"!"
    assert list((tmp_path / "in").iterdir()) == [copy]


def test_files_that_can_not_be_copied(
    stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        error = refused(partial(copy_in, path, folder))
        assert (error.reason, error.where) == (Reason.UNREADABLE_FILE, {"file": str(path)})
    limits = Limits(bundle_bytes=len(DATA) - 1)
    assert refused(lambda: copy_in(stick, folder, limits=limits)).reason is Reason.TOO_LARGE
    assert refused(lambda: copy_in(stick, stick / "in")).reason is Reason.UNREADABLE_FILE
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "_read", lambda *_: b"")
        assert refused(lambda: copy_in(stick, folder)).reason is Reason.UNREADABLE_FILE
    with pulled_out(monkeypatch, 0):
        assert refused(lambda: copy_in(stick, folder)).reason is Reason.UNREADABLE_FILE


@pytest.mark.parametrize("data", [b"", b"PK", b"amana-delta-1\n", b"\0" * 500])
def test_a_file_of_another_kind_leaves_nothing(
    tmp_path_factory: pytest.TempPathFactory, lab: Lab, data: bytes
) -> None:
    refused_file(lab, data, (RegistryError, Reason.BAD_BUNDLE))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("incoming"))
    made.begin()
    return made
