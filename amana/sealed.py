"""Secrets at rest: Argon2id over a passphrase, then XChaCha20-Poly1305, in one small JSON file.

Key files, the register's key and backups all use this one envelope.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from amana.errors import InputError
from amana.keys import PublicKey, Randomness, SecretKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads

__all__ = ["Cost", "KeyFile", "open_key_file", "open_sealed", "seal", "seal_key_file"]

_VERSION: Final = 1
_NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_KEY_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES
_TAG_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one guess at a passphrase costs: Argon2id memory in bytes (whole KiB) and passes."""

    memory: int = 64 * 1024 * 1024
    passes: int = 3


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """An opened key file. `demo` keys are refused by every registry that is not a demo."""

    secret: SecretKey
    demo: bool

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return self.secret.public

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of `message`, 64 bytes: an opened key file signs for its member."""
        return self.secret.sign(message)


def seal(
    plaintext: bytes,
    passphrase: bytes,
    *,
    kind: str,
    randomness: Randomness,
    public: JsonObject | None = None,
    cost: Cost | None = None,
) -> bytes:
    """Seal `plaintext` under `passphrase`; `public` is readable and authenticated, not secret."""
    cost = cost or Cost()
    salt = randomness(argon2id.SALTBYTES)
    nonce = randomness(_NONCE_BYTES)
    header: JsonObject = {
        "amana": kind,
        "version": _VERSION,
        "public": public or {},
        "kdf": {
            "name": "argon2id",
            "m": cost.memory // 1024,  # KiB and passes, named as in the PHC string format
            "t": cost.passes,
            "salt": _text(salt),
        },
        "nonce": _text(nonce),
    }
    key = argon2id.kdf(
        _KEY_BYTES, passphrase, salt, opslimit=cost.passes, memlimit=cost.memory // 1024 * 1024
    )
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext, _associated(header), nonce, key
    )
    return _written({**header, "sealed": _text(sealed)})


def open_sealed(
    data: bytes, passphrase: bytes, *, kind: str, limits: Limits = LIMITS
) -> tuple[bytes, JsonObject]:
    """Open what `seal` wrote: the plaintext and its public header.

    Raises: InputError BAD_KEY_FILE (the file's fault) or WRONG_PASSPHRASE (the caller's, or the
    file was changed: the two can't be told apart).
    """
    header, salt, nonce, sealed = _parsed(data, kind=kind, limits=limits)
    kdf = header["kdf"]
    memory = kdf["m"] * 1024
    try:
        key = argon2id.kdf(_KEY_BYTES, passphrase, salt, opslimit=kdf["t"], memlimit=memory)
    except RuntimeError:  # nacl.exceptions.RuntimeError: libsodium was given too little memory
        raise InputError(Reason.BAD_KEY_FILE, "it asks for more memory than is here") from None
    try:
        plaintext: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, _associated(header), nonce, key
        )
    except CryptoError:
        raise InputError(Reason.WRONG_PASSPHRASE, "wrong passphrase, or a changed file") from None
    return plaintext, header["public"]


def read_sealed_header(data: bytes, *, kind: str, limits: Limits = LIMITS) -> JsonObject:
    """The public part of a sealed file, without opening it. Not checked: that nobody changed it.

    Raises: InputError BAD_KEY_FILE (the file's fault).
    """
    public: JsonObject = _parsed(data, kind=kind, limits=limits)[0]["public"]
    return public


def seal_key_file(
    secret: SecretKey,
    passphrase: bytes,
    *,
    randomness: Randomness,
    demo: bool = False,
    cost: Cost | None = None,
) -> bytes:
    """An encrypted key file; its public half and its demo mark can be read without opening it."""
    return seal(
        secret.seed,
        passphrase,
        kind="key",
        randomness=randomness,
        public={"publicKeyMultibase": secret.public.multikey, "demo": demo},
        cost=cost,
    )


def open_key_file(data: bytes, passphrase: bytes) -> KeyFile:
    """Open a key file. Raises: InputError as `open_sealed`, and BAD_KEY_FILE if halves differ."""
    seed, public = open_sealed(data, passphrase, kind="key")
    try:
        secret = SecretKey(seed)
    except InputError:
        raise InputError(Reason.BAD_KEY_FILE, "it does not hold an Ed25519 seed") from None
    if public.get("publicKeyMultibase") != secret.public.multikey:
        raise InputError(Reason.BAD_KEY_FILE, "its public half belongs to another key")
    return KeyFile(secret=secret, demo=public.get("demo") is True)


def read_public(data: bytes) -> tuple[PublicKey, bool]:
    """The public half and the demo mark of a key file, without its passphrase.

    Raises: InputError BAD_KEY_FILE, BAD_MULTIBASE or BAD_KEY. Not checked: that nobody changed it.
    """
    public = read_sealed_header(data, kind="key")
    return PublicKey.from_multikey(public.get("publicKeyMultibase", "")), public.get("demo") is True


def _parsed(data: bytes, *, kind: str, limits: Limits) -> tuple[JsonObject, bytes, bytes, bytes]:
    if len(data) > limits.key_file_bytes:
        raise InputError(Reason.BAD_KEY_FILE, "too large for a sealed file")
    try:
        value = as_object(loads(data))
        kdf = value["kdf"]
        memory, passes = kdf["m"], kdf["t"]
        salt, nonce, sealed = (
            base64.b64decode(text, validate=True)
            for text in (kdf["salt"], value["nonce"], value["sealed"])
        )
        version, found, public, name = (
            value["version"],
            value["amana"],
            value["public"],
            kdf["name"],
        )
    except (InputError, KeyError, TypeError, ValueError):
        raise InputError(Reason.BAD_KEY_FILE, "not a sealed file of Amana") from None
    if version != _VERSION or found != kind or name != "argon2id" or type(public) is not dict:
        raise InputError(Reason.BAD_KEY_FILE, f"not a sealed file of kind {kind}")
    if (
        type(memory) is not int
        or type(passes) is not int
        or not argon2id.MEMLIMIT_MIN <= memory * 1024 <= limits.argon2_memory_max
        or not argon2id.OPSLIMIT_MIN <= passes <= limits.argon2_passes_max
        or len(salt) != argon2id.SALTBYTES
        or len(nonce) != _NONCE_BYTES
    ):
        raise InputError(Reason.BAD_KEY_FILE, "its key derivation is outside the allowed bounds")
    if len(sealed) < _TAG_BYTES:
        raise InputError(Reason.BAD_KEY_FILE, "cut short")
    del value["sealed"]
    return value, salt, nonce, sealed


def _associated(header: JsonObject) -> bytes:
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _written(value: JsonObject) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
