"""Somebody who holds the file, and no PIN, changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, PIN
from wallet_app.disk import create_wallet, open_wallet

EXPECT = (VaultError, {Reason.WRONG_PIN, Reason.BAD_VAULT})


@pytest.mark.parametrize("label", ["one", "two", "three"])
@pytest.mark.parametrize("place", [0, 9, 16, 24, 40, "each area", "each tag", "cut", "longer"])
def test_it_opens_to_nothing_rather_than_to_something_else(
    tmp_path: Path, place: int | str, label: str
) -> None:
    path = tmp_path / "wallet"
    create_wallet(path, PIN, randomness=randomness(label), cost=CHEAP)
    data = bytearray(path.read_bytes())
    if place == "cut":
        del data[-1000:]
    elif place == "longer":
        data += bytes(1000)
    elif place == "each area":
        for area in range(4):
            data[64 + area * 262_144 + 5_000] ^= 1
    else:
        tags = [len(data) - 1 - area * 262_144 for area in range(4)]
        places = [place] if isinstance(place, int) else tags
        for one in places:
            data[one] ^= 1
    path.write_bytes(data)
    with pytest.raises(VaultError) as caught, open_wallet(path, PIN):
        pytest.fail("a changed vault was opened")
    assert type(caught.value) is EXPECT[0]
    assert caught.value.reason in EXPECT[1]
