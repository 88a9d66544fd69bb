"""Random histories of several profiles: nothing that was confirmed is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP
from wallet_app import vault

PINS = [b"%06d" % n for n in range(4)]
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "write"]), st.sampled_from(PINS), st.binary(max_size=64)),
    max_size=12,
)


@settings(max_examples=60)
@given(steps=STEPS, label=st.text(max_size=8))
def test_every_profile_keeps_what_it_wrote_last(
    steps: list[tuple[str, bytes, bytes]], label: str
) -> None:
    """C8: adding and writing in any order, with the PINs told, loses nothing of anybody."""
    source = randomness(label)
    container = vault.create(PINS[0], b"", randomness=source, cost=CHEAP)
    written = {PINS[0]: b""}
    for step, pin, data in steps:
        if step == "write" and pin in written:
            unlocked = vault.unlock(container, pin)
            container = vault.replace(container, unlocked, data, randomness=source)
            written[pin] = data
        elif step == "add" and pin not in written:
            container = vault.add(container, pin, data, keep=list(written), randomness=source)
            written[pin] = data
        assert len(container) == vault.CONTAINER_BYTES
    assert {pin: vault.unlock(container, pin).data for pin in written} == written


CONTAINER = vault.create(PINS[0], b"what is kept", randomness=randomness("c"), cost=CHEAP)


@given(place=st.integers(0, vault.CONTAINER_BYTES - 1), bit=st.integers(0, 7))
def test_one_changed_bit_never_changes_what_is_read(place: int, bit: int) -> None:
    """C69: a changed byte makes a profile unreadable, or touches nothing of it; never wrong."""
    if 8 <= place < 16:  # the cost: changing it may only make the test slow
        place += 8
    changed = bytearray(CONTAINER)
    changed[place] ^= 1 << bit
    found: bytes | Reason
    try:
        found = vault.unlock(bytes(changed), PINS[0]).data
    except VaultError as error:
        found = error.reason
    assert found in {b"what is kept", Reason.BAD_VAULT, Reason.WRONG_PIN}


@given(data=st.binary(max_size=200))
def test_any_other_bytes_are_a_bad_vault(data: bytes) -> None:
    with pytest.raises(VaultError) as caught:
        vault.unlock(data, PINS[0])
    assert caught.value.reason is Reason.BAD_VAULT


def _ones(data: bytes) -> int:
    return int.from_bytes(data, "big").bit_count()


def test_areas_in_use_look_like_areas_that_are_not() -> None:
    """C69: with one, two, three or four profiles, each area is as random as the others."""
    source = randomness("look")
    container = vault.create(PINS[0], bytes(100), randomness=source, cost=CHEAP)
    for count in range(1, 5):
        if count > 1:
            container = vault.add(
                container, PINS[count - 1], bytes(100), keep=PINS[: count - 1], randomness=source
            )
        for area in range(4):
            start = 64 + area * 262_144
            share = _ones(container[start : start + 262_144]) / (8 * 262_144)
            assert abs(share - 0.5) < 0.002  # nearly six standard deviations
