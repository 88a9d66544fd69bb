"""A copy that was shown comes in again, from a backup or a second scan, to be shown again."""

from __future__ import annotations

import pytest

from amana.challenge import read_challenge
from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World
from wallet_app import actions
from wallet_app.state import State, read_state, write_state

EXPECT = (VaultError, Reason.ALREADY_USED)


def test_it_is_remembered_as_shown() -> None:
    world = World()
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    document = world.credential(holder)
    state = actions.receive(state, document, snapshot=world.snapshot(), now=NOW)
    challenge = read_challenge(world.challenge())
    state = actions.answer(state, challenge, snapshot=world.snapshot(), now=NOW).state
    state = read_state(write_state(state))
    with pytest.raises(VaultError) as caught:
        actions.receive(state, document, snapshot=world.snapshot(), now=NOW)
    assert (type(caught.value), caught.value.reason) == EXPECT
    with pytest.raises(VaultError) as caught:
        actions.answer(state, challenge, snapshot=world.snapshot(), now=NOW)
    assert caught.value.reason is Reason.NOTHING_TO_SHOW
