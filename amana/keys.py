"""Ed25519 keys (RFC 8032) and their Multikey form (Controlled Identifiers v1.0, section 2.2.2).

libsodium, through PyNaCl, signs; it also verifies, unless ed25519-zebra is installed, which takes
two thirds of the time. The two differ in what they refuse, so what must never pass is refused by
ourselves, whichever library is under it: keys and points R that are of small order or not
canonical, and signatures of another length. Both refuse an S beyond the group order.

One difference is left, and is harmless (docs/adr/0013): of the signatures that only the owner of
the secret key can make, with a part of small order hidden in a point, one library takes some that
the other refuses. Nobody else can make either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from nacl import bindings
from nacl.exceptions import BadSignatureError

from amana.errors import InputError, VerificationError
from amana.multibase import decode_base58, encode_base58
from amana.reasons import Reason

try:
    from ed25519_zebra import ed_verify as _zebra
except ImportError:  # the phone has no Rust wheel; libsodium is complete by itself
    _zebra = None

__all__ = ["PublicKey", "Randomness", "SecretKey", "Signer"]

Randomness = Callable[[int], bytes]  # so many random bytes; `os.urandom` outside tests

_ED25519_PUB: Final = b"\xed\x01"  # multicodec ed25519-pub (0xed) as a varint
_SIGNATURE_BYTES: Final = 64
_FIELD: Final = 2**255 - 19
_Y_BITS: Final = (1 << 255) - 1
# The y coordinates of the eight points of small order: under such a key, signatures can be made up
# without any secret (y = 1 is the identity, 0 and -1 have order 4 and 2, the others order 8).
_ORDER_8_Y: Final = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL_ORDER_Y: Final = frozenset({0, 1, _FIELD - 1, _ORDER_8_Y, _FIELD - _ORDER_8_Y})
_SMALL_ORDER: Final = frozenset(
    (y | sign << 255).to_bytes(32, "little") for y in _SMALL_ORDER_Y for sign in (0, 1)
)
_TOP: Final = (0x7F, 0xFF)  # the last byte of every y from 2^255-256 on, with either sign


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key of 32 bytes, canonically encoded and not of small order.

    Raises: InputError BAD_KEY on creation (whoever supplied the key is at fault).
    Not checked: that it lies on the curve; no signature verifies under one that does not.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if type(self.raw) is not bytes or len(self.raw) != bindings.crypto_sign_PUBLICKEYBYTES:
            raise InputError(Reason.BAD_KEY, "an Ed25519 public key has 32 bytes")
        y = int.from_bytes(self.raw, "little") & _Y_BITS
        if y >= _FIELD or y in _SMALL_ORDER_Y:
            raise InputError(Reason.BAD_KEY, "an Ed25519 point of small order, or not canonical")

    @property
    def algorithm(self) -> str:
        """What JOSE calls signatures under such a key (RFC 8037, section 3.1)."""
        return "EdDSA"

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Read `z6Mk…`. Raises: InputError BAD_MULTIBASE or BAD_KEY (the sender's fault)."""
        data = decode_base58(text, size=len(_ED25519_PUB) + 32)
        if data[:2] != _ED25519_PUB:
            raise InputError(Reason.BAD_KEY, "not an Ed25519 public key")
        return cls(data[2:])

    @property
    def multikey(self) -> str:
        """`publicKeyMultibase`, that is `z6Mk…`."""
        return encode_base58(_ED25519_PUB + self.raw)

    @property
    def did(self) -> str:
        """The `did:key` of this key (did:key v0.9, section 3)."""
        return f"did:key:{self.multikey}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check an Ed25519 signature (RFC 8032, section 5.1.7) of 64 bytes.

        Raises: VerificationError BAD_SIGNATURE (the signer, or somebody in between).
        """
        if len(signature) != _SIGNATURE_BYTES:
            raise VerificationError(Reason.BAD_SIGNATURE, "an Ed25519 signature has 64 bytes")
        if _zebra is not None:
            weak = signature[:32] in _SMALL_ORDER or (
                signature[31] in _TOP
                and _Y_BITS & int.from_bytes(signature[:32], "little") >= _FIELD
            )
            if weak or not _zebra(signature, message, self.raw):
                raise VerificationError(Reason.BAD_SIGNATURE, "the signature does not fit")
            return
        try:
            bindings.crypto_sign_open(signature + message, self.raw)
        except BadSignatureError:
            raise VerificationError(Reason.BAD_SIGNATURE, "the signature does not fit") from None


@dataclass(frozen=True, slots=True)
class SecretKey:
    """An Ed25519 secret key, from its seed of 32 bytes. Its `repr` shows the public half only."""

    seed: bytes = field(repr=False)
    public: PublicKey = field(init=False)
    _expanded: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if type(self.seed) is not bytes or len(self.seed) != bindings.crypto_sign_SEEDBYTES:
            raise InputError(Reason.BAD_KEY, "an Ed25519 seed has 32 bytes")
        raw, expanded = bindings.crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", PublicKey(raw))
        object.__setattr__(self, "_expanded", expanded)

    @classmethod
    def generate(cls, randomness: Randomness) -> SecretKey:
        """A new key from 32 bytes of `randomness`."""
        return cls(randomness(bindings.crypto_sign_SEEDBYTES))

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of `message`, 64 bytes (RFC 8032, section 5.1.6)."""
        signed: bytes = bindings.crypto_sign(message, self._expanded)
        return signed[:_SIGNATURE_BYTES]


class Signer(Protocol):
    """Whatever signs with Ed25519: a `SecretKey`, or a key in a token that never gives it out."""

    @property
    def public(self) -> PublicKey:
        """The public half of the key that signs."""

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of `message`, 64 bytes (RFC 8032, section 5.1.6)."""
