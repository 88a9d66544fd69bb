"""A wallet's file: opened under a lock, and always either the old state or the new one.

The only module of the wallet that touches the vault's file. What is written is sealed before it
reaches the disk, temporary files too. Locks are those of POSIX: Linux, Android, macOS.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from amana.cli import alone_in, read_file, write_private
from amana.errors import InputError, VaultError
from amana.keys import Randomness
from amana.reasons import Reason
from amana.sealed import Cost
from wallet_app import vault
from wallet_app.state import State, read_state, write_state

__all__ = ["OpenWallet", "add_profile", "create_wallet", "open_wallet"]


class OpenWallet:
    """An unlocked profile. Whoever holds it is alone with the file until the lock is let go."""

    def __init__(
        self, path: Path, container: bytes, unlocked: vault.Unlocked, randomness: Randomness
    ) -> None:
        self._path = path
        self._container = container
        self._unlocked = unlocked
        self._randomness = randomness
        self.state = read_state(unlocked.data)

    def save(self, state: State) -> None:
        """Write `state`; when this returns, it is on the disk.

        Raises: VaultError VAULT_FULL, or InputError UNREADABLE_FILE (a full or broken disk); the
        file then still holds the state before.
        """
        data = write_state(state)
        container = vault.replace(
            self._container, self._unlocked, data, randomness=self._randomness
        )
        _write(self._path, container)
        self._container = container
        self._unlocked = self._unlocked.following(data)
        self.state = state


def create_wallet(
    path: Path, pin: bytes, *, randomness: Randomness = os.urandom, cost: Cost | None = None
) -> None:
    """Make a new vault file with one empty profile.

    Raises: InputError WOULD_OVERWRITE or UNREADABLE_FILE; VaultError WEAK_PIN (the caller).
    """
    data = write_state(State.new(randomness))
    write_private(path, vault.create(pin, data, randomness=randomness, cost=cost))
    _settle(path)


@contextmanager
def open_wallet(
    path: Path, pin: bytes, *, randomness: Randomness = os.urandom
) -> Iterator[OpenWallet]:
    """Unlock the profile of `pin`, alone.

    Raises: InputError NO_SUCH_FILE or UNREADABLE_FILE; VaultError BAD_VAULT or WRONG_PIN.
    """
    with alone_in(path.parent):
        container = _read(path)
        yield OpenWallet(path, container, vault.unlock(container, pin), randomness)


def add_profile(
    path: Path, pin: bytes, *, keep: Sequence[bytes], randomness: Randomness = os.urandom
) -> None:
    """Add an empty profile under `pin`, keeping those whose PINs are in `keep`.

    Raises: as `open_wallet`; VaultError WEAK_PIN, PIN_IN_USE or VAULT_FULL (the caller).
    """
    data = write_state(State.new(randomness))
    with alone_in(path.parent):
        container = _read(path)
        _write(path, vault.add(container, pin, data, keep=keep, randomness=randomness))


def _read(path: Path) -> bytes:
    try:
        return read_file(path, limit=vault.CONTAINER_BYTES)
    except InputError as error:
        if error.reason is Reason.TOO_LARGE:
            raise VaultError(Reason.BAD_VAULT, "larger than a vault is") from None
        raise


def _write(path: Path, container: bytes) -> None:
    write_private(path, container, overwrite=True)
    _settle(path)


def _settle(path: Path) -> None:
    """Have the file's new name on the disk too, or a power cut could bring the old state back."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
