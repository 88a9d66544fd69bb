"""The vault: one flat file in which profiles lie that can't be seen from one another (C8, C69).

Layout, 1,048,640 bytes, always:

    header   64   magic 8 | Argon2id memory in KiB 4 | passes 4 | salt 16 | zeros 32
    4 areas  262,144 each: nonce 24 | XChaCha20-Poly1305 of (generation 8 | length 4 | data | zeros)

All numbers are big-endian. At set-up every area is filled with random bytes; an area in use looks
the same. To unlock, Argon2id runs once over the PIN and the one salt, and its key is tried on every
area, all of them each time: neither the file nor the work tells how many profiles there are.
The header is authenticated with every area. An area is not tied to its place, so that areas which
somebody moved still open; if a copy of an older one was put beside it, the newer generation wins.

What this does not do. Whoever sees the file twice sees which area changed in between, and so that
it is in use: no deniability is promised against forensics. Whoever puts a whole older file back
brings the older state back; nothing inside one file can tell. A short PIN can be guessed by whoever
takes the file, at the cost of one Argon2id run a guess. Python can't promise to wipe memory.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_field
from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from amana.errors import VaultError
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.sealed import Cost

__all__ = ["CONTAINER_BYTES", "Unlocked", "add", "create", "replace", "unlock"]

_MAGIC: Final = b"AMVAULT1"
_HEADER: Final = struct.Struct(">8sII16s32x")
_FRAME: Final = struct.Struct(">QI")
_AREAS: Final = 4
_AREA_BYTES: Final = 256 * 1024
_NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_TAG_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
_KEY_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES
_PLAIN_BYTES: Final = _AREA_BYTES - _NONCE_BYTES - _TAG_BYTES
_KIB: Final = 1024
_PIN_BYTES_MIN: Final = 6
CONTAINER_BYTES: Final = _HEADER.size + _AREAS * _AREA_BYTES


@dataclass(frozen=True, kw_only=True)
class Unlocked:
    """A profile that a PIN opened: what it holds, and what is needed to write it again."""

    data: bytes = field(repr=False)
    area: int = field(repr=False)
    generation: int = field(repr=False)
    key: bytes = field(repr=False)

    def following(self, data: bytes) -> Unlocked:
        """The same profile after `replace` wrote `data`."""
        return replace_field(self, data=data, generation=self.generation + 1)


def create(pin: bytes, data: bytes, *, randomness: Randomness, cost: Cost | None = None) -> bytes:
    """A new container with one profile, in an area that chance picks.

    Raises: VaultError WEAK_PIN or VAULT_FULL; ValueError for a cost outside the bounds that
    `unlock` accepts (the caller's fault).
    """
    _check_pin(pin)
    cost = cost or Cost()
    header = _HEADER.pack(_MAGIC, cost.memory // _KIB, cost.passes, randomness(argon2id.SALTBYTES))
    if not _allowed(cost, LIMITS):
        raise ValueError("the cost of Argon2id is outside the allowed bounds")
    container = header + randomness(_AREAS * _AREA_BYTES)
    key = _derive(container, pin, limits=LIMITS)
    area = _pick(range(_AREAS), randomness)
    return _written(container, area, key=key, generation=1, data=data, randomness=randomness)


def unlock(container: bytes, pin: bytes, *, limits: Limits = LIMITS) -> Unlocked:
    """Open the profile of `pin`.

    Raises: VaultError BAD_VAULT (not a whole vault), or WRONG_PIN, which says nothing more: a wrong
    PIN, a changed file and a profile that was never there look alike.
    """
    key = _derive(container, pin, limits=limits)
    opened = _tried(container, key)
    if not opened:
        raise VaultError(Reason.WRONG_PIN, "nothing here opens with it")
    return max(opened, key=lambda found: found.generation)


def replace(container: bytes, unlocked: Unlocked, data: bytes, *, randomness: Randomness) -> bytes:
    """The container with `data` in the area of `unlocked`; every other byte stays as it was.

    Raises: VaultError VAULT_FULL. Not checked: that `unlocked` came from this very container.
    """
    return _written(
        container,
        unlocked.area,
        key=unlocked.key,
        generation=unlocked.generation + 1,
        data=data,
        randomness=randomness,
    )


def add(
    container: bytes,
    pin: bytes,
    data: bytes,
    *,
    keep: Sequence[bytes],
    randomness: Randomness,
    limits: Limits = LIMITS,
) -> bytes:
    """The container with one more profile under `pin`, in an area that no PIN of `keep` opens.

    A profile whose PIN is not in `keep` may be overwritten: nothing can see that it is there.

    Raises: VaultError BAD_VAULT, WEAK_PIN, WRONG_PIN (one of `keep` opens nothing), PIN_IN_USE, or
    VAULT_FULL.
    """
    _check_pin(pin)
    kept = {unlock(container, other, limits=limits).area for other in keep}
    key = _derive(container, pin, limits=limits)
    if _tried(container, key):
        raise VaultError(Reason.PIN_IN_USE, "choose another one")
    free = [area for area in range(_AREAS) if area not in kept]
    if not free:
        raise VaultError(Reason.VAULT_FULL, "it holds as many profiles as it can")
    area = _pick(free, randomness)
    return _written(container, area, key=key, generation=1, data=data, randomness=randomness)


def _check_pin(pin: bytes) -> None:
    if len(pin) < _PIN_BYTES_MIN:
        raise VaultError(Reason.WEAK_PIN, f"at least {_PIN_BYTES_MIN} digits or letters")


def _allowed(cost: Cost, limits: Limits) -> bool:
    return (
        argon2id.MEMLIMIT_MIN <= cost.memory <= limits.argon2_memory_max
        and argon2id.OPSLIMIT_MIN <= cost.passes <= limits.argon2_passes_max
    )


def _derive(container: bytes, pin: bytes, *, limits: Limits) -> bytes:
    if len(container) != CONTAINER_BYTES:
        raise VaultError(Reason.BAD_VAULT, "not a vault, or not the whole of it")
    magic, memory, passes, salt = _HEADER.unpack_from(container)
    cost = Cost(memory=memory * _KIB, passes=passes)
    if magic != _MAGIC or not _allowed(cost, limits):
        raise VaultError(Reason.BAD_VAULT, "not a vault of this version")
    try:
        key: bytes = argon2id.kdf(_KEY_BYTES, pin, salt, opslimit=cost.passes, memlimit=cost.memory)
    except RuntimeError:  # nacl.exceptions.RuntimeError: libsodium was given too little memory
        raise VaultError(Reason.BAD_VAULT, "this device has too little memory to open it") from None
    return key


def _tried(container: bytes, key: bytes) -> list[Unlocked]:
    """What opens, after every area was tried: no early exit."""
    opened = []
    for area in range(_AREAS):
        start = _HEADER.size + area * _AREA_BYTES
        nonce = container[start : start + _NONCE_BYTES]
        sealed = container[start + _NONCE_BYTES : start + _AREA_BYTES]
        try:
            plain = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed, container[: _HEADER.size], nonce, key
            )
        except CryptoError:
            continue
        generation, length = _FRAME.unpack_from(plain)
        data = plain[_FRAME.size : _FRAME.size + length]
        opened.append(Unlocked(data=data, area=area, generation=generation, key=key))
    return opened


def _written(
    container: bytes, area: int, *, key: bytes, generation: int, data: bytes, randomness: Randomness
) -> bytes:
    if _FRAME.size + len(data) > _PLAIN_BYTES:
        raise VaultError(Reason.VAULT_FULL, "more proofs than this vault can hold")
    plain = (_FRAME.pack(generation, len(data)) + data).ljust(_PLAIN_BYTES, b"\0")
    nonce = randomness(_NONCE_BYTES)
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plain, container[: _HEADER.size], nonce, key
    )
    start = _HEADER.size + area * _AREA_BYTES
    return container[:start] + nonce + sealed + container[start + _AREA_BYTES :]


def _pick(areas: Sequence[int], randomness: Randomness) -> int:
    # 64 bits over at most four choices: the bias is beyond any measurement.
    return areas[int.from_bytes(randomness(8), "big") % len(areas)]
