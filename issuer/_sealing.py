"""What the register's own key does: seal a row's content, and tag what must be known again.

Everything that says something about a person is sealed with XChaCha20-Poly1305. The associated data
names the table, the row and the row's clear columns that decide what is issued, so that content
moved to another row, or a retention date put off by hand, no longer opens.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Final

from nacl import bindings
from nacl.exceptions import CryptoError

from amana.errors import InputError
from amana.keys import Randomness
from amana.reasons import Reason
from amana.strict_json import JsonObject

__all__ = ["RegisterKey"]

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
_NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_SEPARATOR: Final = "\x1f"  # in none of the parts: they are names, ids and dates of our own


@dataclass(frozen=True, slots=True)
class RegisterKey:
    """The random key of one register, 32 bytes. Its `repr` shows nothing of it.

    Two keys are derived from it, so that a tag never shares a key with the cipher.

    Raises: InputError BAD_KEY_FILE on creation, for another length (the key file's fault).
    """

    secret: bytes = field(repr=False)
    _cipher: bytes = field(init=False, repr=False, compare=False)
    _tags: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if type(self.secret) is not bytes or len(self.secret) != KEY_BYTES:
            raise InputError(Reason.BAD_KEY_FILE, f"a register's key has {KEY_BYTES} bytes")
        for name in ("_cipher", "_tags"):
            derived = hmac.digest(self.secret, b"amana register" + name.encode(), hashlib.sha256)
            object.__setattr__(self, name, derived)

    @classmethod
    def generate(cls, randomness: Randomness) -> RegisterKey:
        """A new key from 32 bytes of `randomness`."""
        return cls(randomness(KEY_BYTES))

    def seal(self, content: JsonObject, *place: str, randomness: Randomness) -> bytes:
        """`content` sealed for one `place`: the table, the row, and what else must not change."""
        nonce = randomness(_NONCE_BYTES)
        plaintext = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        sealed: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            plaintext, _SEPARATOR.join(place).encode(), nonce, self._cipher
        )
        return nonce + sealed

    def open(self, sealed: bytes, *place: str) -> JsonObject:
        """What `seal` sealed for the same place.

        Raises: InputError BAD_REGISTER (whoever changed the register, or another register's key).
        """
        try:
            plaintext = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                bytes(sealed[_NONCE_BYTES:]),
                _SEPARATOR.join(place).encode(),
                bytes(sealed[:_NONCE_BYTES]),
                self._cipher,
            )
        except (CryptoError, ValueError):  # nacl's own ValueError, for fewer bytes than a tag
            raise InputError(Reason.BAD_REGISTER, "a row does not open with this key") from None
        content: JsonObject = json.loads(plaintext)  # authenticated: our own writing
        return content

    def tag(self, kind: str, *parts: bytes) -> bytes:
        """A keyed tag of 16 bytes: the same for the same parts, telling nothing without the key.

        Each part is preceded by its length, so that no two lists of parts give the same message.
        """
        message = bytearray(kind.encode() + b"\x00")
        for part in parts:
            message += len(part).to_bytes(4, "big") + part
        return hmac.digest(self._tags, message, hashlib.sha256)[:TAG_BYTES]
