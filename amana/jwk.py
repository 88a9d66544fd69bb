"""Public keys of every kind that Amana verifies with: as JSON Web Keys (RFC 7517) and Multikeys.

A kind that is unknown here is not a bad key: it may be good, and somebody else may know it.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from amana.errors import InputError
from amana.keys import PublicKey
from amana.multibase import decode_base58, from_base64url, to_base64url
from amana.p256 import P256PublicKey
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["ALGORITHMS", "VerifyingKey", "public_jwk", "read_multikey", "read_public_jwk"]


class VerifyingKey(Protocol):
    """A public key: `PublicKey` (Ed25519) and `P256PublicKey` are what there is."""

    @property
    def algorithm(self) -> str:
        """What the key signs with: "EdDSA" or "ES256"."""

    @property
    def did(self) -> str:
        """The did:key of this key."""

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check a signature. Raises: VerificationError BAD_SIGNATURE."""


# The names in JOSE of what a key signs with. RFC 9864 gives Ed25519 its own name beside the old
# one, which RFC 8037 shares out to Ed448 as well.
ALGORITHMS: Final = {"EdDSA": ("EdDSA", "Ed25519"), "ES256": ("ES256",)}

# Members that only a secret key has (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1; RFC 8037).
_SECRETS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_COORDINATE_BYTES: Final = 32
_BASE58: Final = re.compile("z[1-9A-HJ-NP-Za-km-z]+")
_JUDGED: Final = (b"\xed\x01", b"\x80\x24")  # multicodecs ed25519-pub and p256-pub
_SHORT_CHARS: Final = 128  # longer ones are no keys of these kinds, and cost time


def read_public_jwk(jwk: Json) -> VerifyingKey:
    """The key that a public JWK holds (RFC 7517, section 4; RFC 7518, section 6.2; RFC 8037).

    `kid`, `x5c` and `x5u` are not read: nothing here follows or trusts them.

    Raises: InputError BAD_KEY (whoever supplied the key), also for a secret key shown in public and
    for a key that by its own `use`, `key_ops` or `alg` is not for verifying; KEY_KIND_UNKNOWN.
    """
    jwk = as_object(jwk, Reason.BAD_KEY)
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if type(kind) is not str or not _SECRETS.isdisjoint(jwk):
        raise InputError(Reason.BAD_KEY, "not a public JWK")
    key: VerifyingKey
    if (kind, curve) == ("OKP", "Ed25519"):
        key = PublicKey(_coordinate(jwk, "x"))
    elif (kind, curve) == ("EC", "P-256"):
        key = P256PublicKey.from_coordinates(_coordinate(jwk, "x"), _coordinate(jwk, "y"))
    else:
        raise InputError(Reason.KEY_KIND_UNKNOWN, "neither Ed25519 nor P-256")
    operations = jwk.get("key_ops", ["verify"])
    if (
        jwk.get("use", "sig") != "sig"
        or type(operations) is not list
        or "verify" not in operations
        or jwk.get("alg", key.algorithm) not in ALGORITHMS[key.algorithm]
    ):
        raise InputError(Reason.BAD_KEY, "a JWK that is not for verifying signatures of its kind")
    return key


def public_jwk(key: VerifyingKey) -> JsonObject:
    """The required members alone, as RFC 7638 counts them for a thumbprint.

    Raises: InputError KEY_KIND_UNKNOWN (the caller's fault).
    """
    if isinstance(key, PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(key.raw)}
    if isinstance(key, P256PublicKey):
        x, y = key.coordinates
        return {"kty": "EC", "crv": "P-256", "x": to_base64url(x), "y": to_base64url(y)}
    raise InputError(Reason.KEY_KIND_UNKNOWN, "neither Ed25519 nor P-256")


def read_multikey(text: str) -> VerifyingKey:
    """The key in `publicKeyMultibase` (Controlled Identifiers v1.0, section 2.2.2).

    Raises: InputError BAD_MULTIBASE or BAD_KEY (whoever supplied the key); KEY_KIND_UNKNOWN.
    """
    if type(text) is not str or _BASE58.fullmatch(text) is None:
        raise InputError(Reason.BAD_MULTIBASE, "not base58btc with the prefix z")
    if text.startswith("z6Mk"):
        return PublicKey.from_multikey(text)
    if text.startswith("zDn"):
        return P256PublicKey.from_multikey(text)
    # Of the right size, both kinds begin as above: what is left is another kind, or no key.
    if len(text) <= _SHORT_CHARS and decode_base58(text)[:2] in _JUDGED:
        raise InputError(Reason.BAD_KEY, "a public key of another size than its kind has")
    raise InputError(Reason.KEY_KIND_UNKNOWN, "neither Ed25519 nor P-256")


def _coordinate(jwk: JsonObject, name: str) -> bytes:
    text: Json = jwk.get(name)
    data = from_base64url(text, Reason.BAD_KEY)
    if len(data) != _COORDINATE_BYTES:
        raise InputError(Reason.BAD_KEY, f"{name} has {_COORDINATE_BYTES} bytes")
    return data
