"""What a profile keeps, and what it never keeps."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest

from amana.errors import VaultError
from amana.limits import Limits
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World, key_of
from wallet_app import actions
from wallet_app.state import State, read_state, write_state

WORLD = World()


def _full() -> State:
    state, holders = actions.request_keys(State.new(randomness("seed")), 3)
    for holder in holders:
        state = actions.receive(state, WORLD.credential(holder), now=NOW)
    return actions.answer(state, _challenge(), snapshot=WORLD.snapshot(), now=NOW).state


def _challenge() -> Any:
    from amana.challenge import read_challenge

    return read_challenge(WORLD.challenge())


def test_a_state_survives_its_bytes() -> None:
    state = _full()
    again = read_state(write_state(state))
    assert again == state
    assert (again.counter, len(again.spent), len(again.proofs)) == (3, 1, 2)


def test_nothing_of_who_asked_or_when_is_kept() -> None:
    """C68, C70: no organisation met, no instant, no act; and a shown proof is gone."""
    written = zlib.decompress(write_state(_full())).decode()
    held = json.loads(written)
    assert set(held) == {"amana", "version", "seed", "counter", "spent", "proofs"}
    challenge = _challenge()
    for met in (challenge.digest, challenge.station, challenge.act, "StationCertificate"):
        assert met not in written
    assert "2026-11-22" not in written


def test_the_repr_of_a_state_tells_no_secret_and_no_claim() -> None:
    state = _full()
    shown = repr(state)
    assert repr(state.seed) not in shown
    assert "householdSize" not in shown


def _altered(**changes: Any) -> bytes:
    document = json.loads(zlib.decompress(write_state(_full())))
    document.update(changes)
    return zlib.compress(json.dumps(document).encode())


PROOF = {"copy": 0, "issuer": "checked", "document": WORLD.credential(key_of("h").public.did)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not zlib",
        write_state(_full())[:-5],
        zlib.compress(b"[]"),
        zlib.compress(b"{"),
        zlib.compress(b"{}"),
        _altered(version=2),
        _altered(amana="key"),
        _altered(more=1),
        _altered(counter=-1),
        _altered(counter="3"),
        _altered(counter=True),
        _altered(seed="uAAAA"),
        _altered(seed=7),
        _altered(spent=[3]),
        _altered(spent=3),
        _altered(spent=["0"]),
        _altered(proofs={}),
        _altered(proofs=[{}]),
        _altered(proofs=[7]),
        _altered(proofs=[{**PROOF, "copy": 9}]),
        _altered(proofs=[{**PROOF, "issuer": 1}]),
        _altered(proofs=[{**PROOF, "document": {}}]),
    ],
)
def test_what_is_not_a_state_is_a_bad_vault(data: bytes) -> None:
    with pytest.raises(VaultError) as caught:
        read_state(data)
    assert caught.value.reason is Reason.BAD_VAULT


def test_a_state_that_inflates_without_end_is_refused() -> None:
    with pytest.raises(VaultError) as caught:
        read_state(zlib.compress(bytes(100_000)), limits=Limits(wallet_state_bytes=50_000))
    assert caught.value.reason is Reason.BAD_VAULT
