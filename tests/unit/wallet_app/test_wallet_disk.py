"""The file: the old state or the new one, sealed, private, and one program at a time."""

from __future__ import annotations

import multiprocessing
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from amana.errors import AmanaError, InputError, VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, FOOD, NOW, PIN, World
from wallet_app import actions, disk
from wallet_app.disk import add_profile, create_wallet, open_wallet
from wallet_app.vault import CONTAINER_BYTES

OTHER = b"271828"
WORLD = World()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    path = tmp_path / "wallet"
    create_wallet(path, PIN, randomness=randomness("disk"), cost=CHEAP)
    return path


def _reason(act: Callable[[], object]) -> Reason:
    with pytest.raises(AmanaError) as caught:
        act()
    return caught.value.reason


def _opened(path: Path, pin: bytes = PIN) -> object:
    with open_wallet(path, pin) as wallet:
        return wallet.state


def test_a_new_wallet_is_private_and_empty(vault: Path) -> None:
    assert stat.S_IMODE(vault.stat().st_mode) == 0o600
    assert vault.stat().st_size == CONTAINER_BYTES
    with open_wallet(vault, PIN) as wallet:
        assert (wallet.state.counter, wallet.state.proofs) == (0, ())


def test_a_wallet_is_never_overwritten_by_a_new_one(vault: Path) -> None:
    before = vault.read_bytes()
    assert _reason(lambda: create_wallet(vault, OTHER, cost=CHEAP)) is Reason.WOULD_OVERWRITE
    assert vault.read_bytes() == before


def test_what_was_saved_is_there_after_two_saves_in_one_sitting(vault: Path) -> None:
    with open_wallet(vault, PIN) as wallet:
        for _ in range(2):
            state, _holders = actions.request_keys(wallet.state, 2)
            wallet.save(state)
        assert wallet.state.counter == 4
    with open_wallet(vault, PIN) as wallet:
        assert wallet.state.counter == 4


def test_nothing_in_clear_is_on_the_disk(vault: Path) -> None:
    """C69: a seized phone shows neither claims nor issuers, nor a seed, nor a key."""
    with open_wallet(vault, PIN) as wallet:
        state, holders = actions.request_keys(wallet.state, 1)
        state = actions.receive(state, WORLD.credential(holders[0]), now=NOW)
        wallet.save(state)
    on_disk = b"".join(path.read_bytes() for path in vault.parent.iterdir())
    claims = [name.encode() for name in FOOD]
    for known in (b"aid.example", holders[0].encode(), state.seed, PIN, *claims):
        assert known not in on_disk


def test_a_write_that_fails_leaves_the_state_before(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = vault.read_bytes()
    with open_wallet(vault, PIN) as wallet:
        state, _ = actions.request_keys(wallet.state, 1)
        monkeypatch.setattr(os, "fsync", full)
        assert _reason(lambda: wallet.save(state)) is Reason.UNREADABLE_FILE
        assert wallet.state.counter == 0
    assert vault.read_bytes() == before
    assert [path.name for path in vault.parent.iterdir()] == [vault.name]


def test_a_profile_can_be_added_and_neither_sees_the_other(vault: Path) -> None:
    """C8: several people on one phone."""
    with open_wallet(vault, PIN) as wallet:
        wallet.save(actions.request_keys(wallet.state, 3)[0])
    add_profile(vault, OTHER, keep=[PIN])
    with open_wallet(vault, OTHER) as wallet:
        assert wallet.state.counter == 0
        other_seed = wallet.state.seed
    with open_wallet(vault, PIN) as wallet:
        assert wallet.state.counter == 3
        assert wallet.state.seed != other_seed


def test_what_is_not_there_or_not_a_vault_says_so(tmp_path: Path, vault: Path) -> None:
    assert _reason(lambda: _opened(tmp_path / "no")) is Reason.NO_SUCH_FILE
    assert _reason(lambda: _opened(tmp_path / "no" / "no")) is Reason.NO_SUCH_FILE
    assert _reason(lambda: _opened(vault, b"000000")) is Reason.WRONG_PIN
    for data in (b"", vault.read_bytes()[:-1], vault.read_bytes() + b"\0"):
        vault.write_bytes(data)
        assert _reason(lambda: _opened(vault)) is Reason.BAD_VAULT


def test_types_of_errors_tell_whose_fault_it_is(tmp_path: Path, vault: Path) -> None:
    with pytest.raises(InputError):
        _opened(tmp_path / "no")
    with pytest.raises(VaultError):
        _opened(vault, b"000000")


def _take_keys(path: Path, times: int) -> None:
    for _ in range(times):
        with disk.open_wallet(path, PIN) as wallet:
            wallet.save(actions.request_keys(wallet.state, 1)[0])


def test_two_programs_never_give_out_the_same_key(vault: Path) -> None:
    """Without the lock, one of two writers at once would bring back the other's state."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_take_keys, args=(vault, 10)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with open_wallet(vault, PIN) as wallet:
        assert wallet.state.counter == 20
