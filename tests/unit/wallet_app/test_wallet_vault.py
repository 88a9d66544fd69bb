"""The container: fixed in size, the same to look at, and never telling more than it must."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError
from nacl.pwhash import argon2id

from amana.errors import VaultError
from amana.limits import Limits
from amana.reasons import Reason
from amana.sealed import Cost
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, PIN
from wallet_app import vault

OTHER = b"271828"
HEADER = 64
AREA = 256 * 1024


def _new(data: bytes = b"first", label: str = "vault") -> bytes:
    return vault.create(PIN, data, randomness=randomness(label), cost=CHEAP)


def _reason(container: bytes, pin: bytes = PIN, **named: Any) -> Reason:
    with pytest.raises(VaultError) as caught:
        vault.unlock(container, pin, **named)
    return caught.value.reason


def _areas(container: bytes) -> list[bytes]:
    return [container[HEADER + n * AREA : HEADER + (n + 1) * AREA] for n in range(4)]


def test_its_size_is_always_the_same() -> None:
    """C69: neither the number of profiles nor how much they hold shows in the size."""
    empty = _new(b"")
    more = vault.add(empty, OTHER, b"x" * 200_000, keep=[PIN], randomness=randomness("r"))
    assert len(empty) == len(more) == vault.CONTAINER_BYTES == 1_048_640


def test_what_was_put_in_comes_out() -> None:
    assert vault.unlock(_new(b"hello"), PIN).data == b"hello"


def test_the_default_cost_is_that_of_sealed_files() -> None:
    container = vault.create(PIN, b"", randomness=randomness("d"))
    assert struct.unpack_from(">II", container, 8) == (Cost().memory // 1024, Cost().passes)
    assert vault.unlock(container, PIN).data == b""


def test_a_wrong_pin_says_nothing_more() -> None:
    container = _new()
    assert _reason(container, b"000000") is Reason.WRONG_PIN
    assert _reason(container, b"") is Reason.WRONG_PIN


def test_every_area_is_tried_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """C8: neither an early exit nor a second run of Argon2id tells one profile from another."""
    tried: list[int] = []
    derived: list[int] = []
    decrypt = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt
    kdf = argon2id.kdf

    def counted(*given: Any) -> bytes:
        tried.append(1)
        return decrypt(*given)

    def counted_kdf(*given: Any, **named: Any) -> bytes:
        derived.append(1)
        return kdf(*given, **named)

    container = vault.add(_new(), OTHER, b"", keep=[PIN], randomness=randomness("r"))
    monkeypatch.setattr(bindings, "crypto_aead_xchacha20poly1305_ietf_decrypt", counted)
    monkeypatch.setattr(argon2id, "kdf", counted_kdf)
    for pin in (PIN, OTHER):
        vault.unlock(container, pin)
    assert _reason(container, b"000000") is Reason.WRONG_PIN
    assert (len(tried), len(derived)) == (12, 3)


def test_writing_changes_one_area_and_nothing_else() -> None:
    container = _new()
    unlocked = vault.unlock(container, PIN)
    following = vault.replace(container, unlocked, b"second", randomness=randomness("w"))
    changed = [a != b for a, b in zip(_areas(container), _areas(following), strict=True)]
    assert changed.count(True) == 1
    assert changed[unlocked.area]
    assert following[:HEADER] == container[:HEADER]
    again = vault.unlock(following, PIN)
    assert again.data == b"second"
    assert again == unlocked.following(b"second")


def test_profiles_do_not_see_or_harm_one_another() -> None:
    """C8: several locked wallets in one file, none listing the others."""
    container = _new(b"one")
    pins = [PIN]
    for number in range(2, 5):
        pin = b"%06d" % number
        container = vault.add(container, pin, pin, keep=pins, randomness=randomness(f"add{number}"))
        pins.append(pin)
    assert vault.unlock(container, PIN).data == b"one"
    assert [vault.unlock(container, pin).data for pin in pins[1:]] == pins[1:]
    with pytest.raises(VaultError) as caught:
        vault.add(container, OTHER, b"", keep=pins, randomness=randomness("full"))
    assert caught.value.reason is Reason.VAULT_FULL


@pytest.mark.parametrize(
    ("pin", "keep", "reason"),
    [
        (PIN, [], Reason.PIN_IN_USE),
        (PIN, [PIN], Reason.PIN_IN_USE),
        (OTHER, [b"000000"], Reason.WRONG_PIN),
        (b"12345", [PIN], Reason.WEAK_PIN),
    ],
)
def test_a_profile_is_added_only_if_nothing_can_be_lost_by_it(
    pin: bytes, keep: list[bytes], reason: Reason
) -> None:
    with pytest.raises(VaultError) as caught:
        vault.add(_new(), pin, b"", keep=keep, randomness=randomness("r"))
    assert caught.value.reason is reason


def test_a_short_pin_is_refused_at_set_up() -> None:
    with pytest.raises(VaultError) as caught:
        vault.create(b"12345", b"", randomness=randomness("r"), cost=CHEAP)
    assert caught.value.reason is Reason.WEAK_PIN


def test_more_than_an_area_holds_is_refused() -> None:
    room = AREA - 24 - 16 - 12
    assert vault.unlock(_new(bytes(room)), PIN).data == bytes(room)
    with pytest.raises(VaultError) as caught:
        _new(bytes(room + 1))
    assert caught.value.reason is Reason.VAULT_FULL


def test_a_cost_that_could_not_be_opened_again_is_refused() -> None:
    for cost in (Cost(memory=8192, passes=17), Cost(memory=4096, passes=1)):
        with pytest.raises(ValueError, match="Argon2id"):
            vault.create(PIN, b"", randomness=randomness("r"), cost=cost)


@pytest.mark.parametrize(
    "container",
    [
        b"",
        _new()[:-1],
        _new() + b"\0",
        b"X" + _new()[1:],
        _new()[:8] + struct.pack(">I", 2**31) + _new()[12:],  # 2 TiB of memory
        _new()[:8] + struct.pack(">I", 0) + _new()[12:],
        _new()[:12] + struct.pack(">I", 1_000_000) + _new()[16:],  # a million passes
    ],
)
def test_what_is_not_a_vault_is_said_to_be_none(container: bytes) -> None:
    assert _reason(container) is Reason.BAD_VAULT


def test_a_caller_may_bound_the_cost_more_narrowly() -> None:
    assert _reason(_new(), limits=Limits(argon2_passes_max=0)) is Reason.BAD_VAULT


def test_too_little_memory_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: Any, **named: Any) -> bytes:
        raise SodiumError("no memory")

    container = _new()
    monkeypatch.setattr(argon2id, "kdf", fail)
    assert _reason(container) is Reason.BAD_VAULT


def test_areas_that_were_moved_still_open() -> None:
    """Design: whoever rearranges the areas loses nobody anything."""
    container = _new(b"mine")
    areas = _areas(container)
    moved = container[:HEADER] + b"".join(reversed(areas))
    assert vault.unlock(moved, PIN).data == b"mine"


def test_an_older_copy_of_an_area_never_hides_the_newer_one() -> None:
    """A copy that was shown stays shown, although an older area was put beside the newer one."""
    old = _new(b"old")
    unlocked = vault.unlock(old, PIN)
    new = vault.replace(old, unlocked, b"new", randomness=randomness("w"))
    for place in set(range(4)) - {unlocked.area}:
        areas = _areas(new)
        areas[place] = _areas(old)[unlocked.area]
        assert vault.unlock(new[:HEADER] + b"".join(areas), PIN).data == b"new"


def test_the_key_and_the_data_are_not_in_the_repr() -> None:
    unlocked = vault.unlock(_new(b"hello"), PIN)
    assert repr(unlocked) == "Unlocked()"
