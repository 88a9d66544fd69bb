"""Leaves, checkpoints, and a log that only grows."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from amana.errors import InputError, RegistryError, VerificationError
from amana.jcs import canonical
from amana.limits import Limits
from amana.reasons import Outcome, Reason
from tests import log_lab
from tests.log_lab import KEY, ORIGIN, SECRET, LogLab, key_of, leaf, leaves
from trust_registry._merkle import EMPTY
from trust_registry.log import Checkpoint, append, every_leaf, grew, read_checkpoint, read_leaf
from trust_registry.notes import sign_note


@pytest.fixture(scope="module")
def lab() -> LogLab:
    """A log of 600 leaves, grown in six steps. Nobody changes it."""
    found = LogLab()
    for begin, end in ((0, 1), (1, 7), (7, 256), (256, 257), (257, 540), (540, 600)):
        found.add(*leaves(begin, end))
    return found


def note_of(*lines: object, end: str = "\n") -> bytes:
    return sign_note("\n".join(map(str, lines)) + end, key=KEY, sign=SECRET.sign)


ROOT = b64encode(hashlib.sha256(b"root").digest()).decode()


# --- Leaves -------------------------------------------------------------------------------------


def test_a_leaf_tells_a_digest_a_kind_a_version_and_an_instant() -> None:
    """C112: who holds the document can look its decision up, and nobody else learns of it."""
    data = leaf(3).data()
    assert data == (
        b'{"decision":"%s","instant":"2026-01-01T03:00:00Z","kind":"accredited","version":4}'
        % hashlib.sha256(b"decision 3").hexdigest().encode()
    )
    assert read_leaf(data) == leaf(3)


@pytest.mark.parametrize(
    "change",
    [
        {"decision": "00"},
        {"decision": "F" * 64},
        {"decision": 5},
        {"kind": ""},
        {"kind": "Accredited"},
        {"kind": "accredited "},
        {"kind": "a-b-c-d-e-f-g-h-i"},
        {"kind": None},
        {"version": 0},
        {"version": True},
        {"version": "1"},
        {"instant": 1},
        {"instant": "2026-01-01T00:00:00+00:00"},
        {"instant": "2026-01-01T00:00:00.5Z"},
        {"more": 1},
    ],
)
def test_what_no_leaf_is(change: dict[str, Any]) -> None:
    good = {
        "decision": "0" * 64,
        "kind": "refused",
        "version": 1,
        "instant": "2026-01-01T00:00:00Z",
    }
    assert read_leaf(canonical(good)).instant == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InputError) as caught:
        read_leaf(canonical({**good, **change}))
    assert caught.value.reason is Reason.BAD_LOG


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", Reason.BAD_LOG),
        (b"{", Reason.NOT_JSON),
        (b" " + leaf(1).data(), Reason.BAD_LOG),
        (leaf(1).data().replace(b"2026-01-01", b"2026-02-30"), Reason.BAD_DATE),
        (leaf(1).data() + b" " * 1_024, Reason.TOO_LARGE),
    ],
)
def test_leaves_are_parsed_strictly(data: bytes, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        read_leaf(data)
    assert caught.value.reason is reason


# --- Checkpoints --------------------------------------------------------------------------------


def test_a_checkpoint_is_three_lines_and_what_follows() -> None:
    """C2SP tlog-checkpoint; extension lines are opaque."""
    found = read_checkpoint(note_of(ORIGIN, 20852163, ROOT), key=KEY)
    assert (found.origin, found.size, found.extensions) == (ORIGIN, 20852163, ())
    assert found.root == hashlib.sha256(b"root").digest()
    assert found.text == f"{ORIGIN}\n20852163\n{ROOT}\n"
    more = read_checkpoint(note_of(ORIGIN, 1, ROOT, "one", "two 2"), key=KEY)
    assert more.extensions == ("one", "two 2")
    assert more.text == f"{ORIGIN}\n1\n{ROOT}\none\ntwo 2\n"


def test_the_example_of_the_specification_is_a_checkpoint_but_for_its_key() -> None:
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    ).encode()
    with pytest.raises(VerificationError) as caught:
        read_checkpoint(note, key=key_of("sofa", "example.com/behind-the-sofa")[1])
    assert caught.value.reason is Reason.PROOF_MISSING


@pytest.mark.parametrize(
    "lines",
    [
        (ORIGIN, 1),
        (ORIGIN, "01", ROOT),
        (ORIGIN, "+1", ROOT),
        (ORIGIN, "-1", ROOT),
        (ORIGIN, "1 ", ROOT),
        (ORIGIN, "١", ROOT),
        (ORIGIN, "", ROOT),
        (ORIGIN, "9" * 17, ROOT),
        (ORIGIN, 2**53, ROOT),
        (ORIGIN, 1, ROOT[:-1]),
        (ORIGIN, 1, "AAAA"),
        (ORIGIN, 1, f"{ROOT} "),
        (ORIGIN, 0, ROOT),
        (ORIGIN, 1, ROOT, "", "more"),
        ("", 1, ROOT),
    ],
)
def test_what_no_checkpoint_is(lines: tuple[object, ...]) -> None:
    with pytest.raises(InputError) as caught:
        read_checkpoint(note_of(*lines), key=KEY)
    assert caught.value.reason is Reason.BAD_LOG


def test_the_empty_log_has_one_root() -> None:
    empty = b64encode(hashlib.sha256(b"").digest()).decode()
    assert read_checkpoint(note_of(ORIGIN, 0, empty), key=KEY).root == EMPTY


def test_an_origin_may_differ_from_the_key_that_signs_if_one_knows_it() -> None:
    note = note_of("the tree of the circle", 1, ROOT)
    found = read_checkpoint(note, key=KEY, origin="the tree of the circle")
    assert found.origin == "the tree of the circle"
    with pytest.raises(RegistryError) as caught:
        read_checkpoint(note, key=KEY)
    assert caught.value.reason is Reason.LOG_OF_ANOTHER_ORIGIN
    assert caught.value.where == {"file": "log/checkpoint", "role": "log"}


def test_two_people_can_compare_a_checkpoint_by_eye(lab: LogLab) -> None:
    """C51: 120 bits of a digest over what is signed, in letters that nobody takes for others."""
    head = lab.heads[-1]
    digest = int.from_bytes(hashlib.sha256(head.text.encode()).digest()[:15], "big")
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    expected = ""
    for _ in range(24):
        digest, rest = divmod(digest, 32)
        expected = symbols[rest] + expected
    assert head.fingerprint.replace(" ", "").replace("\n", "") == expected
    rows = head.fingerprint.split("\n")
    assert [[len(group) for group in row.split(" ")] for row in rows] == [[4] * 3] * 2
    assert len({one.fingerprint for one in lab.heads}) == len(lab.heads)


# --- Growing ------------------------------------------------------------------------------------


def test_every_leaf_comes_back_and_the_root_is_that_of_the_definition(lab: LogLab) -> None:
    given = leaves(0, 600)
    assert every_leaf(lab.heads[-1], read=lab.read) == tuple(given)
    for head in lab.heads:
        assert head.root == log_lab.mth([one.data() for one in given[: head.size]])


def test_every_checkpoint_carries_on_every_one_before(lab: LogLab) -> None:
    """C51: a device that remembers any checkpoint can tell that nothing was rewritten."""
    for number, old in enumerate(lab.heads):
        for new in lab.heads[number:]:
            assert grew(old, new, read=lab.read) is True


def test_an_empty_log_grows_into_any() -> None:
    lab = LogLab()
    empty = lab.add()
    assert (empty.size, empty.root) == (0, EMPTY)
    assert list(lab.files) == ["checkpoint"]
    assert every_leaf(empty, read=lab.read) == ()
    first = lab.add(leaf(0))
    assert grew(empty, first, read=dict[str, bytes]().get) is True


def test_files_are_given_in_the_order_in_which_they_may_be_written(lab: LogLab) -> None:
    """A log cut off while it is written is the old log: its checkpoint comes last."""
    before = lab.copy()
    added = append(
        leaves(600, 1_100), key=KEY, sign=SECRET.sign, before=before.head, read=before.read
    )
    assert list(added.files)[-1] == "checkpoint"
    assert added.files["checkpoint"] == added.note
    assert added.superseded == ("tile/entries/002.p", "tile/entries/003.p", "tile/0/002.p",
                                "tile/0/003.p")  # fmt: skip
    for cut in range(len(added.files)):
        files = {**before.files, **dict(list(added.files.items())[:cut])}
        assert before.head is not None
        assert len(every_leaf(before.head, read=files.get)) == 600
        again = append(
            leaves(600, 1_100), key=KEY, sign=SECRET.sign, before=before.head, read=files.get
        )
        assert again.note == added.note


def test_what_was_superseded_may_go(lab: LogLab) -> None:
    kept = {
        name: data
        for name, data in lab.files.items()
        if not name.startswith(("tile/0/000.p", "tile/0/001.p", "tile/entries/000.p"))
    }
    assert len(kept) < len(lab.files)
    for old in lab.heads:
        assert grew(old, lab.heads[-1], read=kept.get) is True
        assert len(every_leaf(old, read=kept.get)) == old.size


def test_a_log_does_not_grow_from_files_that_were_changed(lab: LogLab) -> None:
    changed = lab.copy()
    tile = "tile/0/002.p/88"
    changed.files[tile] = bytes(32) + changed.files[tile][32:]
    with pytest.raises(RegistryError) as caught:
        changed.add(leaf(600))
    assert caught.value.reason is Reason.LOG_CORRUPT
    changed = lab.copy()
    bundle = "tile/entries/002.p/88"
    changed.files[bundle] = changed.files[bundle].replace(b"accredited", b"accreditee", 1)
    with pytest.raises(RegistryError) as caught:
        changed.add(leaf(600))
    assert caught.value.where == {"file": bundle, "role": "log"}


def test_a_log_put_back_to_an_older_state_signs_nothing() -> None:
    lab = LogLab()
    lab.add(*leaves(0, 5))
    older = dict(lab.files)
    lab.add(*leaves(5, 9))
    lab.files = older
    with pytest.raises(RegistryError) as caught:
        lab.add(leaf(100))
    assert caught.value.reason is Reason.REGISTRY_MISSING
    assert caught.value.where["file"] == "tile/0/000.p/9"


def test_a_log_keeps_its_name(lab: LogLab) -> None:
    secret, key = key_of("key", "another.example/log")
    with pytest.raises(RegistryError) as caught:
        append([leaf(1)], key=key, sign=secret.sign, before=lab.head, read=lab.read)
    assert caught.value.reason is Reason.LOG_OF_ANOTHER_ORIGIN


def test_a_bad_leaf_is_not_appended(lab: LogLab) -> None:
    with pytest.raises(InputError) as caught:
        lab.copy().add(leaf(1, kind="Mary Smith was refused"))
    assert caught.value.reason is Reason.BAD_LOG


# --- Whether it grew ----------------------------------------------------------------------------


def test_without_tiles_nothing_is_known(lab: LogLab) -> None:
    assert grew(lab.heads[1], lab.heads[-1], read=dict[str, bytes]().get) is False
    assert grew(lab.heads[1], lab.heads[1], read=dict[str, bytes]().get) is True


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (1, "tile/0/000"),
        (1, "tile/0/002.p/88"),
        (1, "tile/1/000.p/2"),
        (2, "tile/0/002.p/88"),
        (2, "tile/1/000.p/2"),  # its first hash is the root of 256 leaves, the older checkpoint's
    ],
)
def test_tiles_of_something_else_say_nothing_about_the_log(
    lab: LogLab, head: int, name: str
) -> None:
    """A mirror that serves noise is no proof that the consortium told two stories."""
    for noise in (bytes(len(lab.files[name])), b"short"):
        files = {**lab.files, name: noise}
        with pytest.raises(RegistryError) as caught:
            grew(lab.heads[head], lab.heads[-1], read=files.get)
        assert caught.value.reason is Reason.LOG_CORRUPT


@pytest.mark.parametrize("size", [1, 7, 256, 257])
def test_two_histories_are_told_apart_with_certainty(lab: LogLab, size: int) -> None:
    (old,) = (head for head in lab.heads if head.size == size)
    other = LogLab()
    other.add(*leaves(0, size - 1), leaf(999))
    other.add(*leaves(size, 700))
    assert other.head is not None
    with pytest.raises(RegistryError) as caught:
        grew(old, other.head, read=other.read)
    assert caught.value.reason is Reason.LOG_FORKED
    assert Reason.LOG_FORKED.outcome is Outcome.REJECTED


def test_fewer_leaves_and_another_log(lab: LogLab) -> None:
    with pytest.raises(RegistryError) as caught:
        grew(lab.heads[-1], lab.heads[-2], read=lab.read)
    assert caught.value.reason is Reason.LOG_SHRUNK
    head = lab.heads[-1]
    other = Checkpoint(origin="another.example/log", size=head.size, root=head.root)
    with pytest.raises(RegistryError) as caught:
        grew(head, other, read=lab.read)
    assert caught.value.reason is Reason.LOG_OF_ANOTHER_ORIGIN


# --- Looking through ----------------------------------------------------------------------------


def test_a_whole_log_is_bounded(lab: LogLab) -> None:
    with pytest.raises(RegistryError) as caught:
        every_leaf(lab.heads[-1], read=lab.read, limits=Limits(log_leaves=599))
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_leaf_that_no_consortium_writes_is_named_by_its_bundle() -> None:
    lab = LogLab()
    lab.add(leaf(0))
    from trust_registry._tiles import grown

    files = grown([b"{}"], size=1, read=lab.read)
    head = Checkpoint(origin=ORIGIN, size=2, root=log_lab.mth([leaf(0).data(), b"{}"]))
    with pytest.raises(RegistryError) as caught:
        every_leaf(head, read=files.get)
    assert caught.value.reason is Reason.BAD_LOG
    assert caught.value.where == {"file": "tile/entries/000.p/2", "role": "log"}


def test_any_file_that_was_changed_is_found(lab: LogLab) -> None:
    for name in ("tile/0/000", "tile/0/001", "tile/1/000.p/2", "tile/entries/000"):
        data = lab.files[name]
        changed = {**lab.files, name: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]}
        with pytest.raises(RegistryError) as caught:
            every_leaf(lab.heads[-1], read=changed.get)
        assert caught.value.reason is Reason.LOG_CORRUPT
