"""Somebody hands over a proof that is about another person, or about nobody."""

from __future__ import annotations

from typing import Any

import pytest

from amana.errors import VaultError
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import NOW, World, key_of
from wallet_app import actions
from wallet_app.seed import copy_key
from wallet_app.state import State

EXPECT = (VaultError, Reason.NOT_MINE)
WORLD = World()
STATE, (HOLDER,) = actions.request_keys(State.new(randomness("seed")), 1)


def _with_subject(subject: Any) -> dict[str, Any]:
    document = WORLD.credential(HOLDER)
    del document["proof"]
    document["credentialSubject"] = subject
    return eddsa_jcs.sign(document, key=WORLD.key, verification_method=WORLD.key_id)


@pytest.mark.parametrize(
    "document",
    [
        WORLD.credential(key_of("another person").public.did),
        WORLD.credential(copy_key(STATE.seed, 1).public.did),  # mine one day, not given out yet
        _with_subject({"purpose": "food"}),
        _with_subject([{"id": HOLDER}, {"id": key_of("another").public.did}]),
    ],
)
def test_it_is_not_kept(document: dict[str, Any]) -> None:
    with pytest.raises(VaultError) as caught:
        actions.receive(STATE, document, snapshot=WORLD.snapshot(), now=NOW)
    assert (type(caught.value), caught.value.reason) == EXPECT
