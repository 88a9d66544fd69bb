"""P-256 keys for verification only: ES256 (RFC 7518, section 3.4) and their Multikey form.

What others sign with P-256 is judged here; Amana itself signs with Ed25519. The point is checked by
ourselves when a key is made, so that no library is trusted with it and none is loaded for it;
OpenSSL, through `cryptography`, verifies.

An ES256 signature is malleable by nature: whoever has one for (r, s) has another for (r, n - s).
Nothing may take a signature, or a token that contains one, for a name that occurs once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from amana.errors import InputError, VerificationError
from amana.multibase import decode_base58, encode_base58
from amana.reasons import Reason

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

__all__ = ["P256PublicKey"]

_P256_PUB: Final = b"\x80\x24"  # multicodec p256-pub (0x1200) as a varint
_RAW_BYTES: Final = 33
_HALF: Final = 32  # bytes of a coordinate, and of r and s
# SP 800-186, section 3.2.1.3: the field, the coefficient b (a is -3) and the order of the group.
_FIELD: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class P256PublicKey:
    """A point of P-256 in compressed form (SEC 1, section 2.3.3), 33 bytes.

    The form can't express the point at infinity, and the group has no points of small order.

    Raises: InputError BAD_KEY on creation (whoever supplied the key is at fault).
    """

    raw: bytes

    def __post_init__(self) -> None:
        if type(self.raw) is not bytes or len(self.raw) != _RAW_BYTES or self.raw[0] not in (2, 3):
            raise InputError(Reason.BAD_KEY, "a compressed P-256 point has 33 bytes")
        x = int.from_bytes(self.raw[1:], "big")
        if x >= _FIELD or pow(_square_of_y(x), (_FIELD - 1) // 2, _FIELD) != 1:
            raise InputError(Reason.BAD_KEY, "not a point of P-256")

    @classmethod
    def from_multikey(cls, text: str) -> P256PublicKey:
        """Read `zDn…`. Raises: InputError BAD_MULTIBASE or BAD_KEY (the sender's fault)."""
        data = decode_base58(text, size=len(_P256_PUB) + _RAW_BYTES)
        if data[:2] != _P256_PUB:
            raise InputError(Reason.BAD_KEY, "not a P-256 public key")
        return cls(data[2:])

    @classmethod
    def from_coordinates(cls, x: bytes, y: bytes) -> P256PublicKey:
        """The point with these coordinates of 32 bytes each, as a JWK gives them.

        Raises: InputError BAD_KEY (the sender's fault), also for a point off the curve.
        """
        if len(x) != _HALF or len(y) != _HALF:
            raise InputError(Reason.BAD_KEY, "a coordinate of P-256 has 32 bytes")
        key = cls(bytes([2 + (y[-1] & 1)]) + x)
        value = int.from_bytes(y, "big")
        # Below the field, x has exactly one y of each parity, so a square that fits settles it.
        square = _square_of_y(int.from_bytes(x, "big"))
        if value >= _FIELD or pow(value, 2, _FIELD) != square:
            raise InputError(Reason.BAD_KEY, "not a point of P-256")
        return key

    @property
    def algorithm(self) -> str:
        """The JOSE name of what this key signs with (RFC 7518, section 3.1)."""
        return "ES256"

    @property
    def coordinates(self) -> tuple[bytes, bytes]:
        """The coordinates x and y, 32 bytes each."""
        square = _square_of_y(int.from_bytes(self.raw[1:], "big"))
        y = pow(square, (_FIELD + 1) // 4, _FIELD)  # the field is 3 modulo 4
        if y & 1 != self.raw[0] & 1:
            y = _FIELD - y
        return self.raw[1:], y.to_bytes(_HALF, "big")

    @property
    def multikey(self) -> str:
        """`publicKeyMultibase`, that is `zDn…`."""
        return encode_base58(_P256_PUB + self.raw)

    @property
    def did(self) -> str:
        """The `did:key` of this key (did:key v0.9, section 3)."""
        return f"did:key:{self.multikey}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check an ES256 signature: r and s, 32 bytes each (RFC 7518, section 3.4). DER is refused.

        Raises: VerificationError BAD_SIGNATURE (the signer, or somebody in between); InputError
        MISSING_LIBRARY where `cryptography` is not installed.
        """
        if len(signature) != 2 * _HALF:
            raise VerificationError(Reason.BAD_SIGNATURE, "an ES256 signature has 64 bytes")
        r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
        if not (0 < r < _ORDER and 0 < s < _ORDER):
            raise VerificationError(Reason.BAD_SIGNATURE, "r and s lie between 0 and the order")
        public = _loaded(self.raw)
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        try:
            public.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
        except InvalidSignature:
            raise VerificationError(Reason.BAD_SIGNATURE, "the signature does not fit") from None


def _square_of_y(x: int) -> int:
    return (x * x * x - 3 * x + _B) % _FIELD


@lru_cache(maxsize=1024)
def _loaded(raw: bytes) -> EllipticCurvePublicKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    except ImportError:
        raise InputError(
            Reason.MISSING_LIBRARY, "P-256 needs the library cryptography: install amana[formats]"
        ) from None
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw)
