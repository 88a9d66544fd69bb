"""A station asks for claims that no proof holds, to learn at least something."""

from __future__ import annotations

import pytest

from amana.challenge import read_challenge
from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World
from wallet_app import actions
from wallet_app.state import State

EXPECT = (VaultError, Reason.CLAIM_MISSING)


def test_nothing_leaves_and_what_is_missing_is_named() -> None:
    world = World()
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    state = actions.receive(state, world.credential(holder), snapshot=world.snapshot(), now=NOW)
    challenge = read_challenge(world.challenge(["householdSize", "children", "name"]))
    with pytest.raises(VaultError) as caught:
        actions.answer(state, challenge, snapshot=world.snapshot(), now=NOW)
    assert (type(caught.value), caught.value.reason) == EXPECT
    assert caught.value.where == {"claims": "name"}
