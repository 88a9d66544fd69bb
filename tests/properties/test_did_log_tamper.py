"""A log of did:webvh, changed anywhere by anybody but its controller, is no log any more."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amana.did.webvh import verify_log
from amana.did.webvh_author import update
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from tests import did_lab as lab
from tests.did_lab import NOW, START, commitment, key_of, multikey

Path = tuple[str | int, ...]


def _log() -> tuple[str, bytes]:
    """Every parameter, both ways of rotating, a move and an end."""
    did, data = lab.first(
        nextKeyHashes=[commitment("two")], portable=True, ttl=60, watchers=["https://w.example"]
    )
    moved = did.replace("relief.example", "help.example")
    changes: list[tuple[str, lab.Object, lab.Object | None]] = [
        ("two", {"updateKeys": [multikey("two")], "nextKeyHashes": []}, None),
        ("two", {}, lab.state(moved, alsoKnownAs=[did])),
        ("two", {"updateKeys": [multikey("three")], "portable": False}, None),
        ("three", {"deactivated": True, "updateKeys": []}, None),
    ]
    for days, (label, parameters, state) in enumerate(changes, 1):
        data = update(
            data,
            did=did,
            key=key_of(label),
            now=START + timedelta(days=days),
            state=state,
            parameters=parameters,
        )
    return did, data


DID, DATA = _log()
ENTRIES = lab.entries(DATA)


def _paths(value: Any, at: Path = ()) -> list[Path]:
    members = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    found = [at] if at else []
    for name, member in members:
        found += _paths(member, (*at, name))
    return found


PATHS = _paths(ENTRIES)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2)
    ),
    max_leaves=4,
)


def refused(entries: list[Any]) -> None:
    data = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)
    with pytest.raises((InputError, VerificationError)):
        verify_log(data, did=DID, now=NOW)


def _place(entries: Any, path: Path) -> tuple[Any, str | int]:
    for step in path[:-1]:
        entries = entries[step]
    return entries, path[-1]


def test_the_log_itself_is_good() -> None:
    log = verify_log(DATA, did=DID, now=NOW)
    assert (len(log.versions), log.deactivated) == (5, True)


@pytest.mark.parametrize("path", [path for path in PATHS if path != (4,)], ids=str)
def test_nothing_can_be_left_out(path: Path) -> None:
    """The last entry alone can: what was known before gives that away."""
    entries = copy.deepcopy(ENTRIES)
    holder, name = _place(entries, path)
    del holder[name]
    refused(entries)


@given(st.sampled_from(PATHS), JSON)
def test_nothing_can_be_replaced(path: Path, value: Any) -> None:
    entries = copy.deepcopy(ENTRIES)
    holder, name = _place(entries, path)
    assume(canonical(holder[name]) != canonical(value))
    holder[name] = value
    refused(entries)


@given(st.sampled_from(PATHS), st.integers(0, 10_000), st.characters(codec="utf-8"))
def test_no_text_can_be_changed_by_a_character(path: Path, where: int, character: str) -> None:
    entries = copy.deepcopy(ENTRIES)
    holder, name = _place(entries, path)
    text = holder[name]
    assume(isinstance(text, str))
    place = where % len(text)
    assume(text[place] != character)
    holder[name] = text[:place] + character + text[place + 1 :]
    refused(entries)


@given(st.sampled_from(PATHS), st.text(max_size=8), JSON)
def test_nothing_can_be_added(path: Path, name: str, value: Any) -> None:
    entries = copy.deepcopy(ENTRIES)
    holder, last = _place(entries, path)
    target = holder[last]
    if isinstance(target, dict):
        assume(name not in target)
        target[name] = value
    elif isinstance(target, list):
        target.append(value)
    else:
        assume(False)
    refused(entries)


@given(st.permutations(range(5)), st.integers(1, 5))
def test_entries_have_one_order(order: list[int], count: int) -> None:
    assume(order[:count] != list(range(count)))
    refused([ENTRIES[index] for index in order[:count]])


@given(st.lists(st.sampled_from(["one", "two", "three", "thief"]), min_size=5, max_size=5))
def test_no_other_key_signs_an_entry(labels: list[str]) -> None:
    """Each entry has one key that may sign it: hashes that fit do not help."""
    right = ["one", "two", "two", "two", "three"]
    signed = [lab.signed(entry, label) for entry, label in zip(ENTRIES, labels, strict=True)]
    if labels == right:
        assert verify_log(lab.written(signed), did=DID, now=NOW).deactivated
    else:
        refused(signed)
