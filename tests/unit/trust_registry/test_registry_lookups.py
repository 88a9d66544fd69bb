"""What is asked of a registry is checked when it is first asked for, and damage is found out."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from amana.errors import RegistryError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer, Lab
from trust_registry import _states, client
from trust_registry._trusted import Bounded
from trust_registry.backdating import issued_path
from trust_registry.collector import collect_issued
from trust_registry.issued import digest_of
from trust_registry.snapshot import Snapshot, State
from trust_registry.sources import FolderSource
from trust_registry.store import layer_name


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def home(lab: Lab) -> Path:
    (found,) = (lab.folder / "cache").iterdir()
    return found


def layer(lab: Lab) -> Path:
    found = _states.current(home(lab))
    assert found is not None
    return home(lab) / layer_name(_states.digest_of(found))


def damage(lab: Lab, *statements: str) -> None:
    """Change what is kept in SQLite, as a failing disk or somebody else might."""
    connection = sqlite3.connect(layer(lab))
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_mappings_are_those_of_any_registry(lab: Lab) -> None:
    snapshot = lab.begin()
    entries, lists, issued = snapshot.entries, snapshot.status_lists, snapshot.issued
    assert (list(entries), len(entries)) == ([lab.relief.did], 1)
    assert (list(lists), len(lists)) == ([lab.relief.url], 1)
    assert (list(issued), len(issued)) == ([], 0)
    assert lab.relief.did in entries
    assert "did:web:other.example" not in entries
    assert cast(str, 7) not in entries
    assert entries.get("did:web:other.example") is None
    assert entries.get("did:web:other.example", "nobody") == "nobody"
    with pytest.raises(KeyError):
        entries["did:web:other.example"]
    assert entries[lab.relief.did] is entries[lab.relief.did]
    assert entries == dict(entries)


def test_only_so_much_is_remembered() -> None:
    kept: Bounded[str] = Bounded(10)
    kept.keep("a", "A", 4)
    kept.keep("b", "B", 4)
    kept.keep("a", "AA", 5)
    assert kept.get("a") == ("AA", 5)
    kept.keep("c", "C", 2)
    assert kept.get("b") is None
    assert kept.get("a") == ("AA", 5)
    kept.keep("d", "D", 99)  # one that is too large is kept until the next comes
    assert (kept.get("a"), kept.get("c"), kept.get("d")) == (None, None, ("D", 99))
    kept.keep("e", "E", 1)
    assert (kept.get("d"), kept.get("e")) == (None, ("E", 1))


DAMAGES = {
    "entry changed": "UPDATE targets SET data = CAST(replace(data, 'Relief', 'Relyef') AS BLOB) "
    "WHERE path LIKE 'entries/%'",
    "entry gone": "DELETE FROM targets WHERE path LIKE 'entries/%'",
    "another's entry": "UPDATE targets SET data = x'7b7d' WHERE path LIKE 'entries/%'",
    "no bytes": "UPDATE targets SET data = 7 WHERE path LIKE 'entries/%'",
    "no table": "DROP TABLE targets",
    "bin changed": "UPDATE roles SET data = CAST(replace(data, 'entries/', 'entries_') AS BLOB) "
    "WHERE role LIKE 'entries-%'",
    "bin swapped": "UPDATE roles SET data = (SELECT data FROM roles WHERE role = 'status-0') "
    "WHERE role LIKE 'entries-%'",
    "bin gone": "DELETE FROM roles WHERE role LIKE 'entries-%'",
    "parent gone": "DELETE FROM roles WHERE role = 'entries'",
    "no roles": "DROP TABLE roles",
    "list changed": "UPDATE targets SET data = CAST(replace(data, 'status/1', 'status/2') AS BLOB) "
    "WHERE path LIKE 'status/%'",
    "list's bin gone": "DELETE FROM roles WHERE role LIKE 'status-%'",
}


def told(snapshot: Snapshot) -> tuple[Any, ...]:
    """Everything that it says, read through now."""
    return snapshot.version, dict(snapshot.entries), dict(snapshot.status_lists)


def looked_up(lab: Lab, snapshot: Snapshot) -> None:
    entry = snapshot.entry(lab.relief.did)
    assert entry is not None
    assert entry.names["en"] == "Relief"
    found = snapshot.status_list(lab.relief.url)
    assert found is not None
    assert found.is_set(7)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_and_mended_from_the_folder(lab: Lab, name: str) -> None:
    """C110: a kept file that was exchanged is never believed."""
    before = told(lab.begin())
    damage(lab, DAMAGES[name])
    looked_up(lab, lab.load())
    assert told(lab.load()) == before  # built anew, since damage was noted
    assert not _states.is_doubted(home(lab))
    shutil.rmtree(lab.published)
    looked_up(lab, lab.cached())


@pytest.mark.parametrize("name", DAMAGES)
def test_with_no_source_damage_is_an_error(lab: Lab, name: str) -> None:
    lab.begin()
    damage(lab, DAMAGES[name])
    with pytest.raises(RegistryError) as caught:
        looked_up(lab, lab.cached())
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert {"file", "role"} <= set(caught.value.where)


@pytest.mark.parametrize("table", ["lists", "places"])
def test_tables_that_only_say_where_to_look_may_be_gone(lab: Lab, table: str) -> None:
    """Where an organisation keeps its lists by default, nothing but what was signed is asked."""
    lab.begin()
    damage(lab, f"DELETE FROM {table}")
    looked_up(lab, lab.cached())


def test_a_table_that_leads_astray_leads_nowhere(lab: Lab) -> None:
    lab.consortium.put_entry(lab.relief.entry())
    other = Issuer(lab.relief.key.public.did, lab.relief.key, "https://elsewhere.example")
    other = replace(other, key=SecretKey.generate(lab.random))
    other = replace(other, did=other.key.public.did)
    entry = other.entry(keys={f"{other.did}#{other.key.public.multikey}": other.key.public})
    lab.consortium.put_entry(entry)
    method = f"{other.did}#{other.key.public.multikey}"
    lab.consortium.collect_status(lab.relief.list(), now=NOW)
    lab.consortium.collect_status(other.list((9,), verification_method=method), now=NOW)
    lab.publish()
    snapshot = lab.load()
    found = snapshot.status_list(other.url)
    assert found is not None
    assert found.is_set(9)
    damage(lab, f"UPDATE lists SET path = '{lab.relief.list_path}'")
    assert lab.cached().status_list(other.url) is None
    assert lab.cached().status_list("https://nobody.example/status/1") is None
    looked_up(lab, lab.cached())
    damage(lab, f"UPDATE lists SET path = '{other.list_path}'")
    assert lab.cached().status_list(other.url) is not None
    looked_up(lab, lab.cached())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("leftOut", "7"),
        ("leftOut", '{"x": 7}'),
        ("leftOut", '{"x": [1, 2, 3]}'),
        ("leftOut", '{"x": [1, "bad-status-list"]}'),
        ("leftOut", '{"x": ["status", "nonsense"]}'),
        ("versions", "[]"),
        ("versions", '{"entries-0": [1]}'),
        ("signers", '{"entries": 1}'),
        ("signers", "null"),
    ],
)
def test_what_a_layer_says_of_itself_may_be_damaged(lab: Lab, name: str, value: str) -> None:
    before = told(lab.begin())
    damage(lab, f"UPDATE meta SET value = '{value}' WHERE name = '{name}'")
    if name == "leftOut":
        with pytest.raises(RegistryError) as caught:
            lab.cached()
        assert caught.value.reason is Reason.REGISTRY_CORRUPT
        assert told(lab.load()) == before
    lab.publish()
    assert told(lab.load())[1:] == before[1:]


def test_a_memory_that_can_not_be_read_vouches_for_no_list(lab: Lab) -> None:
    lab.begin()
    damage(lab, "DROP TABLE revoked")
    snapshot = lab.cached()
    with pytest.raises(RegistryError) as caught:
        snapshot.status_list(lab.relief.url)
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert _states.is_doubted(home(lab))
    looked_up(lab, lab.load())


def test_a_list_may_move_to_another_url_and_back(lab: Lab) -> None:
    """It keeps its number; what either revoked is remembered."""
    lab.begin()
    moved = replace(lab.relief, base="https://relief.example/lists")
    lab.force(lists={lab.relief.list_path: moved.list((3,))})
    found = lab.load()
    assert found.status_list(lab.relief.url) is None
    assert found.status_lists[moved.url].is_set(3)
    lab.force(lists={lab.relief.list_path: lab.relief.list(())})
    lab.refused((RegistryError, Reason.REVOCATION_CLEARED))
    lab.force(lists={lab.relief.list_path: lab.relief.list((7, 9))})
    assert lab.load().status_lists[lab.relief.url].is_set(9)
    assert lab.load().status_list(moved.url) is None


def test_a_registry_without_a_statement_is_refused(lab: Lab) -> None:
    lab.begin()

    def spoil(unsigned: Any) -> None:
        del unsigned["targets"].signed.targets["registry.json"]

    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())}, spoil=spoil)
    error = lab.refused((RegistryError, Reason.REGISTRY_CORRUPT))
    assert error.where == {"file": "registry.json", "role": "targets"}


@pytest.mark.parametrize(
    "url",
    [
        "https://relief.example/status/x",
        "https://relief.example/lists/1",
        "https://relief.example/../status/1",
        "https://RELIEF.example/status/1",
        "http://relief.example/status/1",
        "https:///status/1",
        "status/1",
        "",
        "https://relief.example/status/1" + "0" * 3_000,
    ],
)
def test_urls_may_be_anything(lab: Lab, url: str) -> None:
    assert lab.begin().status_list(url) is None


def test_lists_of_what_was_issued_are_looked_up_like_others(lab: Lab) -> None:
    """Shipped once their key needs them, and counted if the members vouch for them."""
    successor, method = SecretKey.generate(lab.random), f"{lab.relief.did}#key-2"
    keys = {lab.relief.method: lab.relief.key.public, method: successor.public}
    lab.consortium.put_entry(lab.relief.entry(keys=keys))
    collect_issued(lab.consortium.folder, lab.relief.issued(b"one", b"two"), now=NOW)
    leaked = NOW + timedelta(hours=1)
    lab.consortium.change_key(lab.relief.did, lab.relief.method, State.COMPROMISED, now=leaked)
    lab.publish(now=leaked)
    for found in (lab.load(now=leaked), lab.cached(now=leaked)):
        assert list(found.issued) == [lab.relief.method]
        listed = found.issued[lab.relief.method]
        assert digest_of(b"two") in listed
        assert digest_of(b"three") not in listed
        assert method not in found.issued
        assert "did:web:other.example#key-1" not in found.issued
        assert not found.left_out
    other = lab.issuer("other.example")
    path = issued_path(other.method, other.did)
    mine = issued_path(lab.relief.method, lab.relief.did)
    lab.force(lists={path: other.issued(b"one"), mine: lab.relief.issued(b"three")}, now=leaked)
    found = lab.load(now=leaked)
    assert {left.file: left.rule for left in found.left_out} == {
        path: Reason.ISSUER_UNKNOWN,
        mine: Reason.BAD_ISSUED_LIST,
    }
    assert list(found.issued) == []
    assert lab.relief.method not in found.issued


def gone(lab: Lab) -> None:
    layer(lab).unlink()


def cut(lab: Lab) -> None:
    layer(lab).write_bytes(layer(lab).read_bytes()[:9_000])


def swapped(lab: Lab) -> None:
    other = Lab(lab.folder / "other", label="other")
    other.begin()
    shutil.copy(layer(other), layer(lab))


@pytest.mark.parametrize("change", [gone, cut, swapped])
def test_a_layer_that_is_none_is_built_anew(lab: Lab, change: Callable[[Lab], None]) -> None:
    before = told(lab.begin())
    change(lab)
    with pytest.raises(RegistryError) as caught:
        lab.cached()
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert told(lab.load()) == told(lab.cached()) == before


def test_damage_met_while_a_version_is_taken_in(lab: Lab) -> None:
    """The layer below is of no use: everything is read anew, and what was revoked stays so."""
    lab.begin()
    lab.consortium.collect_status(lab.relief.list((7, 8)), now=NOW)
    lab.publish()
    damage(lab, "DROP TABLE targets")
    found = lab.load()
    assert found.version == 2
    looked_up(lab, found)
    assert len(list(home(lab).glob("registry-*"))) == 1
    lab.force(lists={lab.relief.list_path: lab.relief.list((7,))})
    lab.refused((RegistryError, Reason.REVOCATION_CLEARED))


def test_a_folder_that_has_moved_on_mends_nothing(lab: Lab) -> None:
    lab.begin()
    damage(lab, DAMAGES["entry changed"])
    snapshot = lab.load()
    shutil.rmtree(lab.published)
    with pytest.raises(RegistryError) as caught:
        looked_up(lab, snapshot)
    assert caught.value.reason is Reason.REGISTRY_CORRUPT
    assert caught.value.where["role"] == "entries"


def test_other_sources_are_not_asked_again(lab: Lab) -> None:
    """A lookup at a counter calls nobody, whatever the registry came by."""

    class Carried:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def fetch(self, name: str) -> Any:
            self.asked.append(name)
            return FolderSource(lab.published).fetch(name)

    lab.begin()
    damage(lab, DAMAGES["entry changed"])
    source = Carried()
    snapshot = client.load(source, root=lab.consortium.anchor, cache=lab.folder / "cache", now=NOW)
    asked = list(source.asked)
    assert asked == ["metadata/2.root.json", "metadata/timestamp.json"]
    with pytest.raises(RegistryError):
        looked_up(lab, snapshot)
    assert source.asked == asked


@pytest.mark.parametrize("error", [OSError(5, "pulled out"), ValueError("closed file")])
def test_a_source_that_breaks_is_a_typed_error(lab: Lab, error: Exception) -> None:
    lab.publish()

    class Broken:
        def fetch(self, name: str) -> Any:
            if name.startswith("targets/"):
                raise error
            return FolderSource(lab.published).fetch(name)

    with pytest.raises(RegistryError) as caught:
        client.load(Broken(), root=lab.consortium.anchor, cache=lab.folder / "cache", now=NOW)
    assert caught.value.reason is Reason.REGISTRY_CORRUPT


@pytest.mark.parametrize("name", ["metadata/timestamp.json", "targets/"])
def test_what_a_source_says_is_said_on(lab: Lab, name: str) -> None:
    lab.publish()

    class Refusing:
        def fetch(self, asked: str) -> Any:
            if asked.startswith(name):
                raise RegistryError(Reason.NO_ANSWER, "the mirror is busy")
            return FolderSource(lab.published).fetch(asked)

    with pytest.raises(RegistryError) as caught:
        client.load(Refusing(), root=lab.consortium.anchor, cache=lab.folder / "cache", now=NOW)
    assert caught.value.reason is Reason.NO_ANSWER
    assert str(caught.value.where["file"]).startswith(name)


def test_huge_files_are_not_even_asked_for(lab: Lab) -> None:
    lab.publish()
    few = replace(LIMITS, registry_file_bytes=3_000)
    assert layer_name("x")  # the metadata of so small a registry fits
    lab.force(entries={"governance.json": b"x" * 3_001})
    with pytest.raises(RegistryError) as caught:
        client.load(
            lab.published,
            root=lab.consortium.anchor,
            cache=lab.folder / "cache",
            now=NOW,
            limits=replace(few, registry_file_bytes=3_000),
        )
    assert caught.value.reason is Reason.TOO_LARGE


def test_an_entry_that_leaves_takes_its_list_along(lab: Lab) -> None:
    """Members may drop an entry; what its organisation signed then counts for nobody."""
    lab.begin()
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})
    assert lab.load().status_list(lab.relief.url) is not None
    other = lab.issuer("other.example")
    lab.force(entries={other.entry_path: canonical(other.entry())})
    found = lab.load()
    assert found.entry(lab.relief.did) is None
    assert found.status_list(lab.relief.url) is None
    (left_out,) = found.left_out
    assert (left_out.file, left_out.rule) == (lab.relief.list_path, Reason.ISSUER_UNKNOWN)
    lab.force(entries={lab.relief.entry_path: canonical(lab.relief.entry())})
    assert lab.load().status_list(lab.relief.url) is not None
    assert not lab.load().left_out
