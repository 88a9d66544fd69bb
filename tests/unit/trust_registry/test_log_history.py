"""What a client remembers of the log, with and without the tiles that show how it grew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from amana.errors import RegistryError
from amana.limits import Limits
from amana.reasons import Reason
from tests.log_lab import KEY, ORIGIN, LogLab, key_of, leaf, leaves
from trust_registry._history import carried_on, history_of, keep_history, tiles_of
from trust_registry.log import Checkpoint, every_leaf


class Carrier:
    """A source of the log's files, of which some may be missing."""

    def __init__(self, lab: LogLab, *, silent: bool = False, broken: bool = False) -> None:
        self.lab, self.silent, self.broken = lab, silent, broken

    def fetch(self, name: str) -> Iterator[bytes] | None:
        if self.broken:
            raise RegistryError(Reason.UNREADABLE_FILE, file=name)
        data = None if self.silent else self.lab.read(name.removeprefix("log/"))
        return None if data is None else iter([data[:5], data[5:]])


@pytest.fixture
def lab() -> LogLab:
    found = LogLab()
    found.add(*leaves(0, 5))
    return found


def told(lab: LogLab, before: tuple[Checkpoint, ...] = (), **how: bool) -> tuple[Checkpoint, ...]:
    return carried_on(before, lab.note, key=KEY.text, source=Carrier(lab, **how))


def test_a_head_that_was_shown_to_grow_is_replaced(lab: LogLab) -> None:
    """C51: a client holds each new checkpoint against the one it remembers."""
    first = told(lab)
    assert first == (lab.heads[0],)
    assert told(lab, first) == first
    lab.add(*leaves(5, 300))
    assert told(lab, first) == (lab.heads[1],)


@pytest.mark.parametrize("how", ["silent", "broken"])
def test_without_tiles_no_head_is_forgotten(lab: LogLab, how: str) -> None:
    heads = told(lab)
    for size in (5, 8, 11):
        lab.add(*leaves(size, size + 3))
        heads = told(lab, heads, **{how: True})
    assert heads == tuple(lab.heads)
    assert told(lab, heads) == (lab.heads[-1],)  # all of them at once, when tiles come
    many = carried_on(
        heads, lab.note, key=KEY.text, source=Carrier(lab, silent=True), limits=Limits(log_heads=3)
    )
    assert many == (lab.heads[0], lab.heads[1], lab.heads[-1])


def test_a_fork_shows_even_after_a_step_without_tiles(lab: LogLab) -> None:
    seen = told(lab)
    other = LogLab()
    other.add(*leaves(0, 4), leaf(99), *leaves(5, 9))
    unproved = told(other, seen, silent=True)
    other.add(leaf(9))
    with pytest.raises(RegistryError) as caught:
        told(other, unproved)
    assert caught.value.reason is Reason.LOG_FORKED


def test_what_needs_no_tiles_is_always_seen(lab: LogLab) -> None:
    seen = told(lab)
    for other_leaves, reason in (
        (leaves(0, 4), Reason.LOG_SHRUNK),
        (leaves(1, 6), Reason.LOG_FORKED),
    ):
        other = LogLab()
        other.add(*other_leaves)
        with pytest.raises(RegistryError) as caught:
            told(other, seen, silent=True)
        assert caught.value.reason is reason


def test_a_log_does_not_go_away(lab: LogLab) -> None:
    seen, source = told(lab), Carrier(lab)
    assert carried_on((), None, key=None, source=source) == ()
    assert carried_on((), None, key=KEY.text, source=source) == ()
    for before, note, key in ((seen, None, KEY.text), (seen, None, None), ((), lab.note, None)):
        with pytest.raises(RegistryError) as caught:
            carried_on(before, note, key=key, source=source)
        assert caught.value.reason is Reason.LOG_SHRUNK


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("no key", Reason.BAD_KEY),
        (key_of("another")[1].text, Reason.PROOF_MISSING),
    ],
)
def test_a_note_that_the_named_key_did_not_sign(lab: LogLab, key: str, reason: Reason) -> None:
    with pytest.raises(RegistryError) as caught:
        carried_on((), lab.note, key=key, source=Carrier(lab))
    assert caught.value.reason is reason
    assert caught.value.where == {"file": "log/checkpoint", "role": "log"}


def test_a_state_keeps_its_heads(lab: LogLab, tmp_path: Path) -> None:
    lab.add(leaf(5))
    keep_history(tmp_path, lab.heads)
    assert history_of(tmp_path) == tuple(lab.heads)
    assert history_of(None) == ()
    assert history_of(tmp_path / "none") == ()
    for spoiled in (
        b"{",
        b"[1]",
        b'[{"origin":"x","size":1}]',
        b'[{"origin":"x","size":1,"root":5}]',
    ):
        (tmp_path / "history").write_bytes(spoiled)
        assert history_of(tmp_path) == ()


def test_a_log_can_be_read_from_any_source(lab: LogLab) -> None:
    assert every_leaf(lab.heads[0], read=tiles_of(Carrier(lab))) == tuple(leaves(0, 5))
    assert lab.heads[0].origin == ORIGIN
