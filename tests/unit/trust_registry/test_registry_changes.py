"""Changes to an entry: dated today or before, never rewriting what was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from amana.errors import InputError, RegistryError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Issuer
from trust_registry.changes import check_dated, check_grown, with_key_state, with_state
from trust_registry.entries import check_entry
from trust_registry.snapshot import State

RELIEF = Issuer("did:web:relief.example", SecretKey(b"\x06" * 32), "https://relief.example")
HOUR = timedelta(hours=1)


def test_a_leak_may_be_dated_back_and_never_forward() -> None:
    """C79: what is recorded has happened."""
    changed = with_key_state(
        RELIEF.entry(), RELIEF.method, State.COMPROMISED, now=NOW, since=NOW - HOUR
    )
    assert changed["keys"][0]["history"][-1] == {
        "since": "2026-11-22T11:00:00Z",
        "state": "compromised",
    }
    with pytest.raises(InputError) as caught:
        with_key_state(RELIEF.entry(), RELIEF.method, State.COMPROMISED, now=NOW, since=NOW + HOUR)
    assert caught.value.reason is Reason.ENTRY_INVALID


def test_a_change_says_why_and_of_which_key() -> None:
    """C79: no suspension without a reason."""
    with pytest.raises(InputError) as caught:
        with_state(RELIEF.entry(), State.SUSPENDED, reason=" ", now=NOW)
    assert caught.value.reason is Reason.REASON_REQUIRED
    with pytest.raises(InputError) as caught:
        with_key_state(RELIEF.entry(), f"{RELIEF.did}#key-9", State.RETIRED, now=NOW)
    assert caught.value.reason is Reason.KEY_UNKNOWN


def test_nothing_that_is_to_come_is_published() -> None:
    suspended = with_state(RELIEF.entry(), State.SUSPENDED, reason="audit", now=NOW)
    leaked = with_key_state(RELIEF.entry(), RELIEF.method, State.COMPROMISED, now=NOW)
    for document in (suspended, leaked):
        check_dated(check_entry(document), now=NOW)
        with pytest.raises(RegistryError) as caught:
            check_dated(check_entry(document), now=NOW - HOUR)
        assert caught.value.reason is Reason.ENTRY_INVALID


def test_what_was_published_stays() -> None:
    old = check_entry(RELIEF.entry())
    check_grown(None, old)
    check_grown(old, check_entry(with_state(RELIEF.entry(), State.SUSPENDED, reason="x", now=NOW)))
    key = replace(old.keys[RELIEF.method], public=SecretKey(b"\x07" * 32).public)
    for new in (
        replace(old, history=()),
        replace(old, keys={}),
        replace(old, keys={RELIEF.method: key}),
        replace(old, keys={RELIEF.method: replace(old.keys[RELIEF.method], history=())}),
    ):
        with pytest.raises(RegistryError) as caught:
            check_grown(old, new)
        assert caught.value.reason is Reason.ENTRY_INVALID
