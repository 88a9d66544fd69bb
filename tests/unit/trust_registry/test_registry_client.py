"""The client: offline, from a folder, with a memory that nobody rolls back."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.formats import encode_canonical

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.limits import Limits
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer, Lab
from trust_registry import client
from trust_registry.snapshot import Snapshot


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def resign_automatically(lab: Lab, name: str, role: str, change: Callable[[Any], None]) -> None:
    """Change a file that a key without a person signs, and sign it again with that key."""
    path = lab.published / name
    document = json.loads(path.read_bytes())
    change(document["signed"])
    payload = (encode_canonical(document["signed"]) or "").encode()
    (signature,) = document["signatures"]
    signature["sig"] = lab.consortium.automated[role].sign(payload).hex()
    path.write_text(json.dumps(document))


def test_a_folder_becomes_a_snapshot(lab: Lab) -> None:
    """C110, C111: whose credentials count, known with no network."""
    snapshot = lab.begin()
    assert (snapshot.version, snapshot.published, snapshot.name) == (1, NOW, "The circle")
    assert not snapshot.demo
    entry = snapshot.entry(lab.relief.did)
    assert entry is not None
    assert entry.names["en"] == "Relief"
    found = snapshot.status_list(lab.relief.url)
    assert found is not None
    assert found.is_set(7)
    assert found.valid_from == NOW.replace(hour=0)
    with pytest.raises(TypeError):
        snapshot.entries[lab.relief.did] = entry  # type: ignore[index]


def test_loading_again_changes_nothing_and_leaves_nothing_behind(lab: Lab) -> None:
    snapshot = lab.begin()
    (home,) = (lab.folder / "cache").iterdir()
    kept = {path.name: path.stat().st_ino for path in home.iterdir()}
    for _ in range(3):
        assert lab.load() == snapshot
        assert {path.name: path.stat().st_ino for path in home.iterdir()} == kept
    assert sorted(name[:6] for name in kept) == ["curren", "regist", "state-"]
    for number in (8, 9):
        lab.consortium.collect_status(lab.relief.list((7, number)[: number - 7]), now=NOW)
        lab.publish()
        lab.load()
    # The layer of the first version, and one of everything that has changed since then.
    assert sorted(path.name[:6] for path in home.iterdir()) == [
        "curren",
        "regist",
        "regist",
        "state-",
    ]


def test_the_cache_alone_is_enough(lab: Lab) -> None:
    snapshot = lab.begin()
    shutil.rmtree(lab.published)
    assert lab.cached() == snapshot


def test_nothing_loaded_is_said_so(lab: Lab) -> None:
    lab.publish()
    with pytest.raises(RegistryError) as caught:
        lab.cached()
    assert caught.value.reason is Reason.REGISTRY_MISSING


def test_an_empty_folder_is_a_missing_registry(lab: Lab, tmp_path: Path) -> None:
    lab.begin()
    error = lab.refused((RegistryError, Reason.REGISTRY_MISSING), published=tmp_path / "empty")
    assert error.where == {"file": "metadata/timestamp.json", "role": "timestamp"}


def test_status_lists_move_on_without_the_members(lab: Lab) -> None:
    """`published` is the members' word alone; the automated keys can't make a registry fresh."""
    lab.begin()
    later = NOW + timedelta(days=30)
    lab.consortium.collect_status(lab.relief.list((7, 9)), now=later)
    lab.consortium.publish_status(now=later)
    snapshot = lab.load(now=later)
    found = snapshot.status_list(lab.relief.url)
    assert found is not None
    assert found.is_set(9)
    assert (snapshot.version, snapshot.published) == (1, NOW)


@pytest.mark.parametrize(
    ("name", "role"), [("timestamp.json", "timestamp"), ("2.root.json", "root")]
)
def test_the_callers_now_decides_what_expired(lab: Lab, name: str, role: str) -> None:
    lab.begin()
    later = NOW + timedelta(days=399)
    assert lab.load(now=later) == lab.cached(now=later)

    def soon(signed: Any) -> None:
        signed["expires"] = "2027-11-01T00:00:00Z"
        if role == "root":
            signed["version"] = 2

    if role == "root":
        (lab.published / f"metadata/{name}").write_bytes(lab.consortium.anchor)
        lab.resign(f"metadata/{name}", soon)
    else:
        lab.publish()
        resign_automatically(lab, f"metadata/{name}", role, soon)
    assert lab.load(now=NOW + timedelta(days=300)).name == "The circle"
    for call in (lab.load, lab.cached):
        with pytest.raises(RegistryError) as caught:
            call(now=later)
        assert caught.value.reason is Reason.REGISTRY_EXPIRED
        assert caught.value.where == {"file": f"{role}.json", "role": role}


def test_the_machines_clock_decides_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    """TUF's client reads the clock; were ours not passed in, a registry of 2001 had expired."""
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    monkeypatch.setattr("tests.registry_lab.NOW", long_ago)
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.publish(now=long_ago)
    assert lab.load(now=long_ago).published == long_ago


@pytest.mark.parametrize("role", ["snapshot", "targets", "status", "bin"])
def test_a_missing_file_of_the_metadata_is_named(lab: Lab, role: str) -> None:
    lab.begin()
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=lambda _: None)
    file = f"metadata/2.{role}.json" if role != "bin" else lab.bin_file(lab.relief.entry_path)
    (lab.published / file).unlink()
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": file, "role": file.split(".")[1]}


def test_a_missing_entry_is_named(lab: Lab) -> None:
    lab.begin()
    lab.consortium.put_entry({**lab.relief.entry(), "appeals": "new@circle.example"})
    lab.publish()
    for path in (lab.published / "targets/entries").iterdir():
        path.unlink()
    assert lab.refused((RegistryError, Reason.REGISTRY_CORRUPT)).where["role"] == "entries"


def test_an_unreadable_file_is_a_typed_error(lab: Lab) -> None:
    lab.begin()
    stamp = lab.published / "metadata/timestamp.json"
    stamp.unlink()
    stamp.mkdir()
    lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))


def test_reading_that_fails_half_way_is_a_typed_error(lab: Lab, monkeypatch: Any) -> None:
    lab.begin()
    before = lab.cached()
    opened = Path.open

    def broken(self: Path, *arguments: Any, **named: Any) -> Any:
        if self.name == "timestamp.json":
            raise OSError(5, "the stick was pulled out")
        return opened(self, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", broken)
        with pytest.raises(RegistryError) as caught:
            lab.load()
    assert caught.value.reason is Reason.UNREADABLE_FILE
    assert lab.cached() == before


def test_bad_pinned_roots_are_refused(lab: Lab) -> None:
    lab.begin()

    def reason(root: bytes, limits: Limits | None = None) -> tuple[Reason, object]:
        with pytest.raises(RegistryError) as caught:
            client.load(
                lab.published,
                root=root,
                cache=lab.folder / "other",
                now=NOW,
                limits=limits or Limits(),
            )
        return caught.value.reason, caught.value.where["role"]

    assert reason(b"{}") == (Reason.REGISTRY_CORRUPT, "root")
    assert reason(b"") == (Reason.REGISTRY_CORRUPT, "root")
    assert reason((lab.published / "metadata/1.targets.json").read_bytes()) == (
        Reason.REGISTRY_CORRUPT,
        "root",
    )
    unsigned = {**json.loads(lab.consortium.anchor), "signatures": []}
    assert reason(json.dumps(unsigned).encode()) == (Reason.BELOW_THRESHOLD, "root")
    assert reason(lab.consortium.anchor, Limits(registry_root_bytes=10)) == (
        Reason.TOO_LARGE,
        "root",
    )


def change_root(lab: Lab, change: Any) -> RegistryError:
    """Members sign a second root that TUF accepts and our rules do not."""
    (lab.published / "metadata/2.root.json").write_bytes(lab.consortium.anchor)

    def second(root: Any) -> None:
        root["version"] = 2
        change(root)

    lab.resign("metadata/2.root.json", second)
    before = lab.cached()
    with pytest.raises(RegistryError) as caught:
        lab.load()
    assert lab.cached() == before
    assert caught.value.where["role"] == "root"
    return caught.value


def test_no_root_makes_one_member_enough(lab: Lab) -> None:
    """C112: no single key holder."""
    lab.begin()
    error = change_root(lab, lambda root: root["roles"]["targets"].update(threshold=1))
    assert error.reason is Reason.BELOW_THRESHOLD


def test_no_root_brings_another_kind_of_key(lab: Lab) -> None:
    lab.begin()
    other = {"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": "x"}}
    error = change_root(lab, lambda root: root["keys"].update({"ab" * 32: other}))
    assert error.reason is Reason.REGISTRY_CORRUPT


def test_no_root_gives_up_consistent_snapshots(lab: Lab) -> None:
    lab.begin()
    lab.publish()
    for path in list((lab.published / "metadata").glob("2.*.json")):
        shutil.copy(path, path.with_name(path.name.removeprefix("2.")))
    for path in list((lab.published / "targets").rglob("*.json")):
        shutil.copy(path, path.with_name(path.name.partition(".")[2]))
    error = change_root(lab, lambda root: root.update(consistent_snapshot=False))
    assert error.reason is Reason.REGISTRY_CORRUPT


@pytest.mark.parametrize(
    "root_key",
    [
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "01" + "00" * 31}},
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": "zz"}},
        {"keytype": "ed25519", "scheme": "ed25519", "keyval": {}},
    ],
)
def test_a_key_that_is_none_is_refused(lab: Lab, root_key: dict[str, Any]) -> None:
    """Under a key of small order, OpenSSL takes signatures that nobody made."""
    lab.begin()
    error = change_root(lab, lambda root: root["keys"].update({"ab" * 32: root_key}))
    assert error.reason is Reason.REGISTRY_CORRUPT


def test_a_newer_root_with_the_members_signatures_is_taken(lab: Lab) -> None:
    snapshot = lab.begin()
    (lab.published / "metadata/2.root.json").write_bytes(lab.consortium.anchor)
    lab.resign("metadata/2.root.json", lambda root: root.update(version=2))
    assert lab.load() == snapshot
    assert lab.cached() == snapshot


def test_targets_without_a_status_role_are_refused(lab: Lab) -> None:
    lab.begin()
    lab.publish()

    def forget(targets: Any) -> None:
        del targets["delegations"]

    lab.resign("metadata/2.targets.json", forget)
    lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))


def test_two_lists_of_one_url_are_refused(lab: Lab) -> None:
    """A did:key may serve its list anywhere, so also where another of its kind does."""
    lab.begin()
    keys = [lab.issuer("unused.example").key for _ in range(2)]
    both = [Issuer(key.public.did, key, "https://lists.example") for key in keys]
    entries = {issuer.entry_path: canonical(issuer.entry()) for issuer in (lab.relief, *both)}
    lists = {issuer.list_path: issuer.list() for issuer in (lab.relief, *both)}
    lab.force(entries=entries, lists=lists)
    lab.refused((RegistryError, Reason.BAD_STATUS_LIST))


def test_lists_of_suspensions_keep_no_memory(lab: Lab) -> None:
    lab.begin()
    path = lab.relief.list_path.replace("1.json", "2.json")
    url = lab.relief.url.replace("/1", "/2")
    for indices in ((3,), ()):
        lists = {
            lab.relief.list_path: lab.relief.list(),
            path: lab.relief.list(indices, url=url, purpose="suspension"),
        }
        lab.force(lists=lists)
        found = lab.load().status_list(url)
        assert found is not None
        assert found.is_set(3) is bool(indices)


@pytest.mark.parametrize("pointer", ["", "../..", "state-gone", "\xff"])
def test_a_broken_memory_is_rebuilt(lab: Lab, pointer: str) -> None:
    snapshot = lab.begin()
    (home,) = (lab.folder / "cache").iterdir()
    (home / "current").write_bytes(pointer.encode("latin-1"))
    with pytest.raises(RegistryError) as caught:
        lab.cached()
    assert caught.value.reason is Reason.REGISTRY_MISSING
    assert lab.load() == snapshot
    assert lab.cached() == snapshot


def test_a_cache_that_can_not_be_used_is_a_typed_error(lab: Lab) -> None:
    snapshot = lab.begin()
    cache = lab.folder / "file"
    cache.write_text("not a folder")
    with pytest.raises(RegistryError) as caught:
        client.load(lab.published, root=lab.consortium.anchor, cache=cache, now=NOW)
    assert caught.value.reason is Reason.UNREADABLE_FILE
    assert lab.cached() == snapshot


def test_a_full_disk_is_a_typed_error(lab: Lab, monkeypatch: Any) -> None:
    snapshot = lab.begin()

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copytree", full)
        for call in (lab.load, lab.cached):
            with pytest.raises(RegistryError) as caught:
                call()
            assert caught.value.reason is Reason.UNREADABLE_FILE
    lab.publish()
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkstemp", full)
        with pytest.raises(RegistryError) as caught:
            lab.load()
        assert caught.value.reason is Reason.UNREADABLE_FILE
    assert lab.cached() == snapshot


def test_importing_the_room_does_not_import_tuf() -> None:
    """TUF's client costs 149 ms of start-up: only who loads or publishes pays."""
    code = (
        "import sys, trust_registry.cli, trust_registry.consortium, trust_registry.snapshot;"
        "print([name for name in sys.modules if name.partition('.')[0] in "
        "('tuf', 'securesystemslib', 'urllib3')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_snapshot_says_little_in_its_repr(lab: Lab) -> None:
    snapshot: Snapshot = lab.begin()
    assert "relief" not in repr(snapshot)
