"""The consortium's log at work: nothing left out, nothing twice, whatever happens in between."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.reasons import Reason
from amana.strict_json import JsonObject
from tests.log_lab import START, key_of
from tests.registry_lab import Issuer
from trust_registry.changes import with_key_state, with_state
from trust_registry.chronicle import Chronicle, kind_of
from trust_registry.entries import check_entry
from trust_registry.log import Leaf, every_leaf, read_checkpoint
from trust_registry.snapshot import State

SECRET, _ = key_of("chronicle")
OTHER, _ = key_of("another")


def begin(folder: Path) -> Chronicle:
    return Chronicle.of(folder / "log", anchor=b"anchor", secret=SECRET)


def write(folder: Path, chronicle: Chronicle, *, version: int = 1) -> tuple[Leaf, ...]:
    """Log what was noted, publish it, and read what is published."""
    note = chronicle.checkpoint(version=version, now=START + timedelta(days=version))
    published = folder / "published"
    for name, data in chronicle.publishable(published).items():
        (published / name).parent.mkdir(parents=True, exist_ok=True)
        (published / name).write_bytes(data)
    chronicle.published(published)
    assert (published / "log/checkpoint").read_bytes() == note

    def read(name: str) -> bytes | None:
        path = published / "log" / name
        return path.read_bytes() if path.is_file() else None

    return every_leaf(read_checkpoint(note, key=chronicle.key), read=read)


def digest(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


def test_the_origin_is_the_consortiums_own(tmp_path: Path) -> None:
    assert begin(tmp_path).key.name == f"amana.example/log/{sha256(b'anchor').hexdigest()[:32]}"


def test_what_is_noted_stands_in_the_log_once(tmp_path: Path) -> None:
    """C51: begun again, in the same version or a later one, a decision is no second decision."""
    for version in (1, 2):
        chronicle = begin(tmp_path)
        chronicle.note("accredited", digest(1))
        chronicle.note("accredited", digest(1))
        chronicle.note("refused", digest(2))
        leaves = write(tmp_path, chronicle, version=version)
        assert [(leaf.kind, leaf.decision) for leaf in leaves] == [
            ("accredited", digest(1)),
            ("refused", digest(2)),
        ]
        assert {leaf.version for leaf in leaves} == {1}
    later = begin(tmp_path)
    later.note("upheld", digest(2))  # another decision with the same document
    assert [leaf.kind for leaf in write(tmp_path, later, version=3)][-1] == "upheld"


def test_nothing_decided_is_a_log_all_the_same(tmp_path: Path) -> None:
    assert write(tmp_path, begin(tmp_path)) == ()


@pytest.mark.parametrize("name", ["tile/entries/000.p/3", "tile/0/000.p/3", "checkpoint"])
def test_a_kill_leaves_nothing_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever was not written yet is written by the next try."""
    first = begin(tmp_path)
    first.note("accredited", digest(1))
    write(tmp_path, first)

    def killed(path: Path, data: bytes) -> None:
        if path.as_posix().endswith(f"log/{name}"):
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    second = begin(tmp_path)
    second.note("refused", digest(2))
    second.note("refused", digest(3))
    with monkeypatch.context() as patch:
        patch.setattr("trust_registry.chronicle.write_file", killed)
        with pytest.raises(KeyboardInterrupt):
            second.checkpoint(version=2, now=START)
    again = begin(tmp_path)
    again.note("refused", digest(3))
    again.note("refused", digest(2))
    decided = [leaf.decision for leaf in write(tmp_path, again, version=2)]
    assert decided == [digest(1), digest(3), digest(2)]


def test_full_tiles_take_the_place_of_partial_ones(tmp_path: Path) -> None:
    for version, numbers in ((1, range(3)), (2, range(3, 300))):
        chronicle = begin(tmp_path)
        for number in numbers:
            chronicle.note("accredited", digest(number))
        leaves = write(tmp_path, chronicle, version=version)
    assert [leaf.decision for leaf in leaves] == [digest(number) for number in range(300)]
    for folder in (tmp_path / "log", tmp_path / "published/log"):
        files = {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        }
        assert files == {
            "checkpoint",
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44",
        }
    once_more = begin(tmp_path)
    once_more.note("accredited", digest(200))
    assert len(write(tmp_path, once_more, version=3)) == 300


def test_a_full_tile_that_a_kill_left_takes_nothings_place(tmp_path: Path) -> None:
    first = begin(tmp_path)
    first.note("accredited", digest(1))
    write(tmp_path, first)
    (tmp_path / "log/tile/0/000").write_bytes(bytes(8192))
    (tmp_path / "log/tile/entries/000").write_bytes(b"\x00\x00" * 256)
    second = begin(tmp_path)
    second.note("refused", digest(2))
    assert [leaf.kind for leaf in write(tmp_path, second, version=2)] == ["accredited", "refused"]
    third = begin(tmp_path)
    for number in range(300):
        third.note("suspended", digest(number))
    assert len(write(tmp_path, third, version=3)) == 302


def test_the_kind_of_a_change_is_told_in_a_word_or_two() -> None:
    relief = Issuer("did:web:relief.example", SECRET, "https://relief.example")
    document = relief.entry()
    entry = check_entry(document)
    now = START + timedelta(days=400)

    def kind(changed: JsonObject) -> str:
        return kind_of(entry, check_entry(changed))

    assert kind_of(None, entry) == "entry-added"
    for state in (State.SUSPENDED, State.WITHDRAWN, State.TERMINATED):
        changed = with_state(document, state, reason="looked into", now=now)
        assert kind(changed) == f"entry-{state.value}"
    suspended = with_state(document, State.SUSPENDED, reason="looked into", now=now)
    again = with_state(suspended, State.GRANTED, reason="well", now=now + timedelta(days=1))
    assert kind_of(check_entry(suspended), check_entry(again)) == "entry-granted"
    for state in (State.RETIRED, State.COMPROMISED):
        changed = with_key_state(document, relief.method, state, now=now)
        assert kind(changed) == f"key-{state.value}"
    added = relief.entry(keys={relief.method: SECRET.public, f"{relief.did}#2": OTHER.public})
    assert kind(added) == "key-added"
    assert kind(relief.entry(names={"en": "Other"})) == "entry-changed"


def test_a_published_tile_that_differs_is_replaced(tmp_path: Path) -> None:
    chronicle = begin(tmp_path)
    chronicle.note("accredited", digest(1))
    write(tmp_path, chronicle)
    tile = tmp_path / "published/log/tile/0/000.p/1"
    tile.write_bytes(bytes(32))
    assert len(write(tmp_path, begin(tmp_path), version=2)) == 1


def test_a_log_that_was_changed_is_not_carried_on(tmp_path: Path) -> None:
    chronicle = begin(tmp_path)
    chronicle.note("accredited", digest(1))
    write(tmp_path, chronicle)
    tile = tmp_path / "log/tile/0/000.p/1"
    tile.write_bytes(bytes(32))
    later = begin(tmp_path)
    later.note("refused", digest(2))
    with pytest.raises(RegistryError) as caught:
        later.checkpoint(version=2, now=START)
    assert caught.value.reason is Reason.LOG_CORRUPT


def test_leaves_are_told_by_the_form_that_is_written() -> None:
    from trust_registry.chronicle import _LEAF

    data = Leaf(decision=digest(1), kind="key-compromised", version=12, instant=START).data()
    assert _LEAF.fullmatch(data) is not None
    assert json.loads(data)["kind"] == "key-compromised"
