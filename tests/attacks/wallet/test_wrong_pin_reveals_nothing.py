"""Somebody guesses: every wrong PIN looks the same, however many profiles there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, PIN
from wallet_app.disk import add_profile, create_wallet, open_wallet

EXPECT = (VaultError, Reason.WRONG_PIN)


def _told(path: Path, pin: bytes) -> tuple[object, ...]:
    with pytest.raises(VaultError) as caught, open_wallet(path, pin):
        pytest.fail("a wrong PIN opened the vault")
    error = caught.value
    assert (type(error), error.reason) == EXPECT
    return (str(error), error.detail, tuple(error.where), path.stat().st_size)


def test_one_profile_and_three_answer_alike(tmp_path: Path) -> None:
    """C8, C69: the answer is the same, and so is the size; and nothing on the disk changed."""
    path = tmp_path / "wallet"
    create_wallet(path, PIN, randomness=randomness("guess"), cost=CHEAP)
    alone = {_told(path, pin) for pin in (b"000000", b"31415", b"314159 ", b"")}
    add_profile(path, b"271828", keep=[PIN], randomness=randomness("a"))
    add_profile(path, b"161803", keep=[PIN, b"271828"], randomness=randomness("b"))
    before = path.read_bytes()
    among_three = {_told(path, pin) for pin in (b"000000", b"31415", b"314159 ", b"")}
    assert len(alone) == 1
    assert alone == among_three
    assert path.read_bytes() == before
