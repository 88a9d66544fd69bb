"""Key files of suites that drive a command: a verification method with its JWK, or a JWK alone.

A file holds `publicKeyJwk`, and `secretKeyJwk` where something is to be signed (Controlled
Identifiers v1.0, section 2.2.3). Ed25519 and P-256 sign; of other kinds it is only unknown what
they would say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from amana.did.key import PREFIX, verification_method
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey, read_public_jwk
from amana.keys import SecretKey
from amana.multibase import from_base64url
from amana.proofs.jose import SigningKey
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["KeyFile", "read_key_file"]

_BYTES: Final = 32  # of an Ed25519 seed, and of a number of P-256


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """One verification method: `id` and `controller` are empty where the file is a bare JWK."""

    id: str
    controller: str
    names: frozenset[str]  # what a `kid` may call it
    public: VerifyingKey
    secret: SigningKey | None = field(default=None, repr=False)

    def method_of(self, signer: str) -> str:
        """The verification method to sign with in the name of `signer`.

        Raises: InputError BAD_KEY where a bare JWK has no name (the file's author).
        """
        if self.id:
            return self.id
        if signer.startswith(PREFIX):
            return verification_method(signer)
        if not self.names:
            raise InputError(Reason.BAD_KEY, "a JWK without kid, for an issuer that is no did:key")
        return f"{signer}#{min(self.names)}"

    def key_of(self, method: str) -> VerifyingKey:
        """The key, if `method` may be this file's.

        Raises: VerificationError KEY_UNKNOWN: the key of another method is not here.
        """
        controller, _, name = method.partition("#")
        if self.controller not in ("", controller) or (self.names and name not in self.names):
            raise VerificationError(Reason.KEY_UNKNOWN, "a key that is not in the file")
        return self.public


def read_key_file(data: bytes) -> KeyFile:
    """Read a key file.

    Raises: InputError BAD_KEY, KEY_KIND_UNKNOWN or what `strict_json.loads` raises (the file's
    author).
    """
    document = as_object(loads(data), Reason.BAD_KEY)
    bare = "kty" in document
    secret = document if bare else document.get("secretKeyJwk", document.get("privateKeyJwk"))
    public = document if bare else document.get("publicKeyJwk", secret)
    if type(public) is not dict or not (secret is None or type(secret) is dict):
        raise InputError(Reason.BAD_KEY, "neither a verification method nor a JWK")
    key = read_public_jwk(_without_secret(public))
    method, controller = ("", "") if bare else (document.get("id"), document.get("controller"))
    if type(method) is not str or type(controller) is not str:
        raise InputError(Reason.BAD_KEY, "a verification method has an id and a controller")
    names = (method.partition("#")[2], public.get("kid"))
    return KeyFile(
        id=method,
        controller=controller,
        names=frozenset(name for name in names if type(name) is str and name),
        public=key,
        secret=None if secret is None or "d" not in secret else _signer(secret, key),
    )


def _without_secret(jwk: JsonObject) -> JsonObject:
    return {name: value for name, value in jwk.items() if name not in ("d", "key_ops")}


def _signer(jwk: JsonObject, public: VerifyingKey) -> SigningKey:
    number = from_base64url(jwk["d"], Reason.BAD_KEY)
    if len(number) != _BYTES:
        raise InputError(Reason.BAD_KEY, f"d has {_BYTES} bytes")
    signer: SigningKey = SecretKey(number) if public.algorithm == "EdDSA" else _p256(number)
    if signer.public != public:
        raise InputError(Reason.BAD_KEY, "the secret key is another's than the public one")
    return signer


@dataclass(frozen=True)
class _P256SecretKey:
    """Signs ES256 for suites that want it: what Amana itself signs is Ed25519."""

    public: VerifyingKey
    _key: EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        r, s = decode_dss_signature(self._key.sign(message, ECDSA(SHA256())))
        return r.to_bytes(_BYTES, "big") + s.to_bytes(_BYTES, "big")


def _p256(number: bytes) -> _P256SecretKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    from amana.p256 import P256PublicKey

    try:
        key = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    except ValueError:
        raise InputError(Reason.BAD_KEY, "no secret key of P-256") from None
    point = key.public_key().public_numbers()
    public = P256PublicKey.from_coordinates(
        point.x.to_bytes(_BYTES, "big"), point.y.to_bytes(_BYTES, "big")
    )
    return _P256SecretKey(public, key)
