"""An issuer sends huge proofs of one repeated letter, which shrink to nothing inside the vault.

What was written would have been more than a wallet reads back: all its proofs were lost for ever.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, NOW, PIN, World
from wallet_app import actions
from wallet_app.disk import create_wallet, open_wallet

EXPECT = (VaultError, Reason.VAULT_FULL)


def test_wallet_filled_with_nothing(tmp_path: Path) -> None:
    world, path = World(), tmp_path / "phone.vault"
    create_wallet(path, PIN, randomness=randomness("vault"), cost=CHEAP)
    with open_wallet(path, PIN) as wallet:
        state, (mine, *holders) = actions.request_keys(wallet.state, 41)
        wallet.save(actions.receive(state, world.credential(mine), now=NOW))
        huge = [world.credential(holder, claims={"x": "a" * 250_000}) for holder in holders]
        received = actions.receive_all(wallet.state, huge, now=NOW)
        assert received.kept == 40
        with pytest.raises(VaultError) as caught:
            wallet.save(received.state)
    assert (type(caught.value), caught.value.reason) == EXPECT
    with open_wallet(path, PIN) as wallet:
        assert [held.credential.holder for held in wallet.state.proofs] == [mine]
