"""A stranger certifies a station of their own in the name of a trusted organisation."""

from __future__ import annotations

import pytest

from amana.challenge import read_challenge
from amana.errors import VerificationError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World, key_of
from wallet_app import actions
from wallet_app.state import State

EXPECT = (VerificationError, Reason.CHALLENGE_NOT_TRUSTED)


def test_the_wallet_refuses_and_says_why() -> None:
    """C61: the certificate names an organisation that never signed it."""
    world = World()
    thief = world.but(key=key_of("thief"), station=key_of("thief's station"))
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    state = actions.receive(state, world.credential(holder), snapshot=world.snapshot(), now=NOW)
    challenge = read_challenge(thief.challenge())
    with pytest.raises(VerificationError) as caught:
        actions.answer(state, challenge, snapshot=world.snapshot(), now=NOW)
    assert (type(caught.value), caught.value.reason) == EXPECT
    assert caught.value.detail == Reason.BAD_SIGNATURE.value
