"""Sources: a folder hands over its own files, and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry.sources import FolderSource, read_all


def reason(source: FolderSource, name: str) -> Reason:
    with pytest.raises(RegistryError) as caught:
        read_all(source, name, limit=100)
    assert caught.value.where["file"] == name
    return caught.value.reason


def test_files_come_in_pieces(tmp_path: Path) -> None:
    (tmp_path / "metadata").mkdir()
    (tmp_path / "metadata/timestamp.json").write_bytes(b"x" * 100_000)
    source = FolderSource(tmp_path)
    chunks = source.fetch("metadata/timestamp.json")
    assert chunks is not None
    assert [len(chunk) for chunk in chunks] == [65_536, 34_464]
    assert read_all(source, "metadata/timestamp.json", limit=100_000) == b"x" * 100_000
    assert reason(source, "metadata/timestamp.json") is Reason.TOO_LARGE


def test_what_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for name in ("metadata/1.root.json", "file/1.root.json"):
        assert FolderSource(tmp_path).fetch(name) is None
        assert read_all(FolderSource(tmp_path), name, limit=1) is None


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "published"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    source = FolderSource(folder)
    for name in ("../secret", "a/../../secret", "link", "a\0b"):
        assert reason(source, name) is Reason.REGISTRY_CORRUPT
    assert source.fetch(str(tmp_path / "secret")) is None


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        assert reason(FolderSource(tmp_path), name) is Reason.REGISTRY_CORRUPT


def test_a_disk_that_fails_is_a_typed_error(tmp_path: Path, monkeypatch: Any) -> None:
    assert reason(FolderSource(tmp_path), "a" * 5_000) is Reason.UNREADABLE_FILE
    (tmp_path / "file").write_bytes(b"x")

    def broken(*_: Any, **__: Any) -> Iterator[bytes]:
        raise OSError(5, "the stick was pulled out")

    monkeypatch.setattr(Path, "open", broken)
    assert reason(FolderSource(tmp_path), "file") is Reason.UNREADABLE_FILE
