"""A station asks for one claim and hopes to be shown a proof that says more."""

from __future__ import annotations

import pytest

from amana.challenge import read_challenge
from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World
from wallet_app import actions
from wallet_app.state import State

EXPECT = (VaultError, Reason.CLAIM_NOT_ASKED)


@pytest.mark.parametrize("asked", [[], ["householdSize"], ["name"]])
@pytest.mark.parametrize("insist", [True, False])
def test_nothing_leaves(asked: list[str], insist: bool) -> None:
    world = World()
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    state = actions.receive(state, world.credential(holder), snapshot=world.snapshot(), now=NOW)
    challenge = read_challenge(world.challenge(asked))
    with pytest.raises(VaultError) as caught:
        actions.answer(state, challenge, snapshot=world.snapshot(), now=NOW, allow_missing=insist)
    assert (type(caught.value), caught.value.reason) == EXPECT
