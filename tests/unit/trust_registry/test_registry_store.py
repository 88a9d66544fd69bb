"""Layers: what is put is found again, the newest first; what is damaged is found out."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry import store as store_module
from trust_registry.store import Damaged, Layer, Store, layer_name


def write(home: Path, digest: str, onto: Store | None, **changes: Any) -> Store:
    """A layer in `home`; `changes` are the arguments of its puts, by table."""
    layer = Layer(home / layer_name(digest), onto=onto)
    for table, rows in changes.items():
        for row in rows:
            getattr(layer, f"put_{table}")(*row)
    layer.finish(digest, {"said": digest})
    layer.store.close()
    return Store.open(home, digest)


@pytest.fixture
def first(tmp_path: Path) -> Store:
    layer = Layer(tmp_path / layer_name("aa"), onto=None)
    layer.put_role("entries-0", 3, b"three")
    layer.put_target("status/x/1.json", b"list")
    layer.put_target("status/x/2.json", b"another")
    layer.put_target("status/xy/1.json", b"not below x")
    layer.put_list("https://x.example/status/1", "status/x/1.json")
    layer.put_place("https://x.example/status", "did:web:x.example", owned=True)
    layer.put_revoked("x 1", bytes(16_384))
    layer.finish("aa", {"said": "aa"})
    layer.store.close()
    return Store.open(tmp_path, "aa")


def test_what_was_put_is_found(first: Store) -> None:
    assert (first.digest, first.said("said")) == ("aa", "aa")
    assert first.role("entries-0", 3) == first.role_before("entries-0") == b"three"
    assert first.role("entries-0", 4) is first.role("entries-1", 3) is None
    assert first.role_before("entries-1") is None
    assert first.target("status/x/1.json") == b"list"
    assert first.target("status/x/3.json") is None
    assert first.below("status/x/") == ["status/x/1.json", "status/x/2.json"]
    assert first.list_at("https://x.example/status/1") == "status/x/1.json"
    assert first.list_at("https://x.example/status/2") is None
    assert first.urls_of("status/x/1.json") == ["https://x.example/status/1"]
    assert first.owners("https://x.example/status") == ["did:web:x.example"]
    assert first.revoked("x 1") == bytes(16_384)
    assert first.revoked("x 2") is None


CHANGES: dict[str, Any] = {
    "role": [("entries-0", 4, b"four")],
    "target": [("status/x/1.json", None), ("status/x/3.json", b"third")],
    "list": [
        ("https://x.example/status/1", None),
        ("https://x.example/status/3", "status/x/3.json"),
    ],
    "revoked": [("x 1", b"\x01")],
}


def changed(home: Path, first: Store) -> Store:
    found = write(home, "bb", first, **CHANGES)
    layer = Layer(home / layer_name("cc"), onto=found)
    layer.put_place("https://x.example/status", "did:web:x.example", owned=False)
    layer.put_place("https://x.example/status", "did:key:z6Mk", owned=True)
    layer.finish("cc", {})
    layer.store.close()
    return Store.open(home, "cc")


def check_changed(found: Store) -> None:
    assert found.role("entries-0", 4) == b"four"
    assert found.role("entries-0", 3) is None
    assert found.target("status/x/1.json") is None
    assert found.target("status/x/2.json") == b"another"
    assert found.below("status/x/") == ["status/x/2.json", "status/x/3.json"]
    assert found.list_at("https://x.example/status/1") is None
    assert found.urls_of("status/x/1.json") == []
    assert found.urls_of("status/x/3.json") == ["https://x.example/status/3"]
    assert found.owners("https://x.example/status") == ["did:key:z6Mk"]
    assert found.revoked("x 1") == b"\x01"


def test_a_newer_layer_wins(tmp_path: Path, first: Store) -> None:
    found = changed(tmp_path, first)
    assert [file.name for file in found.files] == [layer_name("cc"), layer_name("aa")]
    check_changed(found)
    assert first.target("status/x/1.json") == b"list"  # who has the older one open keeps it


def test_a_layer_that_has_grown_joins_the_first(
    tmp_path: Path, first: Store, monkeypatch: Any
) -> None:
    found = changed(tmp_path, first)
    monkeypatch.setattr(store_module, "_BULKY", 0)
    joined = write(tmp_path, "dd", found)
    assert [file.name for file in joined.files] == [layer_name("dd")]
    check_changed(joined)
    monkeypatch.undo()
    assert len(write(tmp_path, "ee", joined).files) == 2


def test_readers_keep_what_they_have_open(tmp_path: Path, first: Store) -> None:
    newer = write(tmp_path, "bb", first, target=[("status/x/2.json", b"newer")])
    write(tmp_path / "..", "aa", None).close()
    (tmp_path.parent / layer_name("aa")).replace(tmp_path / layer_name("aa"))
    (tmp_path / layer_name("bb")).unlink()
    assert first.target("status/x/2.json") == b"another"
    assert newer.target("status/x/2.json") == b"newer"
    assert newer.target("status/x/1.json") == b"list"


def damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    if how == "gone":
        file.unlink()
    elif how == "garbage":
        file.write_bytes(b"no database at all" * 1_000)
    elif how == "short":
        file.write_bytes(data[:5_000])
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "folder":
        file.unlink()
        file.mkdir()
    else:
        connection = sqlite3.connect(file)
        connection.execute(how)
        connection.commit()
        connection.close()


HOW = [
    "gone",
    "garbage",
    "short",
    "empty",
    "folder",
    "PRAGMA user_version = 2",
    "DROP TABLE meta",
    "UPDATE meta SET value = 'x' WHERE name = 'registry'",
    "UPDATE meta SET value = '\"bb\"' WHERE name = 'registry'",
]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_layer_does_not_open(tmp_path: Path, first: Store, how: str, which: int) -> None:
    found = changed(tmp_path, first)
    damage(found.files[which], how)
    with pytest.raises(Damaged) as caught:
        Store.open(tmp_path, "cc")
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where["file"] == found.files[which].name


def test_a_layer_in_anothers_place_does_not_open(tmp_path: Path, first: Store) -> None:
    first.files[0].rename(tmp_path / layer_name("bb"))
    with pytest.raises(Damaged):
        Store.open(tmp_path, "bb")


def test_a_column_of_another_kind_is_damage(tmp_path: Path, first: Store) -> None:
    damage(first.files[0], "UPDATE roles SET data = 4000000000")
    damage(first.files[0], "UPDATE targets SET data = 'text'")
    found = Store.open(tmp_path, "aa")
    asks: list[Any] = [
        lambda: found.role("entries-0", 3),
        lambda: found.role_before("entries-0"),
        lambda: found.target("status/x/1.json"),
    ]
    for ask in asks:
        with pytest.raises(Damaged):
            ask()


@pytest.mark.parametrize("table", ["roles", "targets", "lists", "places"])
def test_damage_that_shows_later_is_the_same_error(
    tmp_path: Path, first: Store, table: str
) -> None:
    damage(first.files[0], f"DROP TABLE {table}")
    found = Store.open(tmp_path, "aa")
    asks: dict[str, Any] = {
        "roles": lambda: found.role_before("entries-0"),
        "targets": lambda: (found.target("status/x/1.json"), found.below("status/x/")),
        "lists": lambda: (found.urls_of("status/x/1.json"), found.list_at("x")),
        "places": lambda: found.owners("https://x.example/status"),
    }
    with pytest.raises(Damaged):
        asks[table]()


def test_a_damaged_memory_is_no_memory(tmp_path: Path, first: Store) -> None:
    for bits in ("x''", "x'00'", "x'789c0300000000'", "x'789c03000000000100'", "'text'"):
        damage(first.files[0], f"UPDATE revoked SET bits = {bits}")
        assert Store.open(tmp_path, "aa").revoked("x 1") in (None, b"")


def test_revocations_outlive_a_damaged_layer(tmp_path: Path, first: Store) -> None:
    """C79's other half: what was revoked stays so, whatever happens to the rest of the file."""
    write(tmp_path, "bb", first, revoked=[("x 1", b"\x01"), ("x 2", b"\x02\x03")])
    write(tmp_path, "cc", None, revoked=[("x 1", b"\x80\x00\x10")]).close()
    damage(tmp_path / layer_name("bb"), "DROP TABLE targets")
    (tmp_path / layer_name("dd")).write_bytes(b"no database at all" * 1_000)
    write(tmp_path, "ee", None, revoked=[("x 4", b"\x01")]).close()
    damage(tmp_path / layer_name("ee"), "UPDATE revoked SET bits = x'00'")
    layer = Layer(tmp_path / "new", onto=None)
    layer.remember(tmp_path)
    known = layer.store.revoked("x 1")
    assert known is not None
    assert (known[:3], len(known)) == (b"\x81\x00\x10", 16_384)
    assert layer.store.revoked("x 2") == b"\x02\x03"
    assert layer.store.revoked("x 4") is None
    layer.store.close()


def test_a_disk_that_can_not_be_written_is_a_typed_error(tmp_path: Path, first: Store) -> None:
    calls: list[Any] = [
        lambda: Layer(tmp_path / "no/such/folder", onto=None),
        lambda: Layer(tmp_path / "no/such/folder", onto=first),
    ]
    layer = Layer(tmp_path / "layer", onto=first)
    layer.store.close()
    calls += [lambda: layer.put_target("x", b""), lambda: layer.finish("bb", {})]
    for call in calls:
        with pytest.raises(RegistryError) as caught:
            call()
        assert caught.value.reason is Reason.UNREADABLE_FILE
