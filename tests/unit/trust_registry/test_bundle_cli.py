"""`amana registry export`, `import` and `fetch`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from tests.bundle_lab import bundle_of
from tests.mirror_lab import Mirror, serve
from tests.registry_lab import Lab


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    def call(*words: object) -> tuple[int, Any]:
        status = main(["registry", *map(str, words), "--json"])
        return status, json.loads(capsys.readouterr().out or "null")

    return call


Run = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Version 1 lies in `old`, version 2 lies published."""
    lab = Lab(tmp_path_factory.mktemp("bundle-cli"), demo=True)
    lab.begin()
    lab.copy("old")
    lab.publish()
    return lab


def anchor(lab: Lab) -> Path:
    return lab.consortium.folder / "trust-anchor.json"


def test_from_hand_to_hand(world: Lab, tmp_path: Path, run: Run) -> None:
    """C11: a bundle, a delta, and the bundle that a device hands on, by commands."""
    bundle, cache = tmp_path / "sticks" / "a.amana", tmp_path / "cache"
    status, told = run("export", bundle, "--published", world.folder / "old")
    assert (status, told["version"], told["bytes"]) == (0, 1, bundle.stat().st_size)
    assert bundle.stat().st_mode & 0o777 == 0o644
    trust = ("--root", anchor(world), "--cache", cache)
    status, told = run("import", bundle, *trust)
    assert (status, told["version"], told["entries"]) == (0, 1, 1)

    for base in (("--base", bundle), ("--since", 1)):
        delta = tmp_path / f"{base[0]}.amana"
        status, told = run("export", delta, "--published", world.published, *base)
        assert (status, told["since"]) == (0, 1)
        assert told["bytes"] == delta.stat().st_size < bundle.stat().st_size / 2
        status, told = run("import", delta, *trust)
        assert (status, told["version"]) == (0, 2)

    again = tmp_path / "again.amana"
    assert run("export", again, *trust)[0] == 0
    assert again.read_bytes() == bundle_of(world)
    status, told = run("import", bundle, *trust)
    assert (status, told["reason"], told["where"]["file"]) == (
        65,
        "rollback",
        "metadata/timestamp.json",
    )


def test_an_export_that_fails_leaves_no_file(world: Lab, tmp_path: Path, run: Run) -> None:
    status, told = run("export", tmp_path / "a.amana", "--published", tmp_path / "none")
    assert (status, told["reason"]) == (65, "registry-missing")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").touch()
    status, told = run("export", tmp_path / "file/a.amana", "--published", world.published)
    assert (status, told["reason"]) == (65, "unreadable-file")


def test_a_bundle_serves_wherever_a_registry_is_asked_for(
    world: Lab, tmp_path: Path, run: Run
) -> None:
    file = tmp_path / "a.amana"
    file.write_bytes(bundle_of(world))
    words = ("--registry", file, "--root", anchor(world), "--cache", tmp_path / "cache")
    status, told = run("resolve", world.relief.did, *words)
    assert (status, told["document"]["id"]) == (0, world.relief.did)


# --- From a web server --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    made, end = serve(tmp_path_factory.mktemp("mirror"))
    yield made
    end()


@pytest.fixture
def mirror(running: Mirror, world: Lab, tmp_path: Path) -> Mirror:
    running.folder = tmp_path / "served"
    running.asked.clear()
    shutil.copytree(world.folder / "old", running.folder)
    return running


def fetched(run: Run, mirror: Mirror, world: Lab, cache: Path, file: str = "") -> tuple[int, Any]:
    return run(
        "fetch", mirror.url + file, "--root", anchor(world), "--cache", cache,
        "--private", "--authority", mirror.authority,
    )  # fmt: skip


def test_the_folder_of_a_web_server(mirror: Mirror, world: Lab, tmp_path: Path, run: Run) -> None:
    """C11: fetched when somebody asks; the second time only what changed is sent."""
    cache = tmp_path / "cache"
    assert mirror.folder is not None
    status, told = fetched(run, mirror, world, cache)
    assert (status, told["version"]) == (0, 1)
    assert mirror.asked[0][0] == "/registry.amana"
    first = len(mirror.asked)
    status, told = fetched(run, mirror, world, cache, "/")
    assert (status, told["version"]) == (0, 1)
    unchanged = [path for path, _ in mirror.asked[first:]]
    assert unchanged == ["/metadata/2.root.json", "/metadata/timestamp.json"]
    assert "if-none-match" not in mirror.asked[-1][1]  # another URL
    mirror.asked.clear()
    assert fetched(run, mirror, world, cache)[0] == 0
    assert "if-none-match" in mirror.asked[-1][1]
    shutil.copytree(world.published, mirror.folder, dirs_exist_ok=True)
    status, told = fetched(run, mirror, world, cache)
    assert (status, told["version"]) == (0, 2)


def test_what_is_known_goes_when_it_is_refused(
    mirror: Mirror, world: Lab, tmp_path: Path, run: Run
) -> None:
    cache = tmp_path / "cache"
    assert fetched(run, mirror, world, cache)[0] == 0
    (note,) = (cache / "mirrors").iterdir()
    note.write_bytes(note.read_bytes().replace(b'"version":1', b'"version":9'))
    status, told = fetched(run, mirror, world, cache)
    assert (status, told["reason"]) == (65, "below-threshold")
    assert fetched(run, mirror, world, cache)[0] == 0


def test_a_bundle_of_a_web_server(mirror: Mirror, world: Lab, tmp_path: Path, run: Run) -> None:
    """Who comes for the first time takes the bundle that lies beside the folders."""
    cache = tmp_path / "cache"
    status, told = fetched(run, mirror, world, cache, "/registry.amana")
    assert (status, told["reason"]) == (65, "no-such-file")
    assert mirror.folder is not None
    (mirror.folder / "registry.amana").write_bytes(bundle_of(world))
    status, told = fetched(run, mirror, world, tmp_path / "other", "/registry.amana")
    assert (status, told["version"]) == (0, 2)
    mirror.asked.clear()
    status, told = fetched(run, mirror, world, cache)
    # The folder is older than the bundle beside it: what was verified stays.
    assert (status, told["reason"]) == (65, "rollback")
    assert [path for path, _ in mirror.asked][:1] == ["/registry.amana"]
    shutil.copytree(world.published, mirror.folder, dirs_exist_ok=True)
    assert fetched(run, mirror, world, cache)[1]["version"] == 2


def test_a_connection_that_breaks_changes_nothing(
    mirror: Mirror, world: Lab, tmp_path: Path, run: Run
) -> None:
    cache = tmp_path / "cache"
    assert fetched(run, mirror, world, cache)[0] == 0
    assert mirror.folder is not None
    shutil.copytree(world.published, mirror.folder, dirs_exist_ok=True)
    mirror.breaks_after = 300
    status, told = fetched(run, mirror, world, cache)
    assert (status, told["reason"]) == (65, "no-answer")
    assert told["where"]["file"].startswith("metadata/")
    mirror.breaks_after = None
    words = ("resolve", world.relief.did, "--root", anchor(world), "--cache", cache)
    assert run(*words)[0] == 0
    assert fetched(run, mirror, world, cache)[1]["version"] == 2


def test_authorities_that_are_none(world: Lab, tmp_path: Path, run: Run) -> None:
    words = ("fetch", "https://127.0.0.1", "--root", anchor(world), "--cache", tmp_path / "cache")
    for authority in (tmp_path / "none", anchor(world)):
        status, told = run(*words, "--authority", authority)
        assert (status, told["reason"]) == (65, "unreadable-file")
    status, told = run(*words)
    assert (status, told["reason"]) == (65, "no-answer")
