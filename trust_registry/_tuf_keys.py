"""Our Ed25519 keys as TUF sees them: public halves that verify, secret halves that sign.

securesystemslib's own key verifies with OpenSSL, which accepts forgeries under keys of small order,
or with slow pure Python where OpenSSL is missing. Ours asks libsodium, and takes a key under one
name only: the hash of the key itself. So the same key can't stand twice under two names and be
counted as two members.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import KEY_FOR_TYPE_AND_SCHEME, Key, Signature
from securesystemslib.signer import Signer as TufSigner

from amana.errors import AmanaError
from amana.jcs import canonical
from amana.keys import PublicKey
from trust_registry import _tuf_json
from trust_registry.signers import Signer

__all__ = ["Ed25519Key", "KeySigner", "register"]

_KIND: Final = "ed25519"


class Ed25519Key(Key):
    """A public key of a role (TUF specification, section 4.2)."""

    def __init__(self, public: PublicKey) -> None:
        keyval = {"public": public.raw.hex()}
        described = {"keytype": _KIND, "scheme": _KIND, "keyval": keyval}
        keyid = hashlib.sha256(canonical(described)).hexdigest()
        super().__init__(keyid, _KIND, _KIND, keyval)
        self.public = public

    @classmethod
    def from_dict(cls, keyid: str, key_dict: dict[str, Any]) -> Ed25519Key:
        """Read a key from metadata. Raises: ValueError, which TUF turns into its own error."""
        try:
            key = cls(PublicKey(bytes.fromhex(key_dict["keyval"]["public"])))
        except (AmanaError, KeyError, TypeError, ValueError):
            raise ValueError("not a good Ed25519 public key") from None
        if key.keyid != keyid or key.to_dict() != key_dict:
            raise ValueError("a key goes by the hash of itself and by nothing else")
        return key

    def to_dict(self) -> dict[str, Any]:
        """The key as metadata writes it."""
        return self._to_dict()

    def verify_signature(self, signature: Signature, data: bytes) -> None:
        """Check one signature. Raises: UnverifiedSignatureError (the signer, or in between)."""
        try:
            self.public.verify(data, bytes.fromhex(signature.signature))
        except (AmanaError, TypeError, ValueError):
            raise UnverifiedSignatureError(f"not signed by {self.keyid}") from None


class KeySigner(TufSigner):
    """Signs metadata with one opened key, wherever its secret lies. Its repr shows none."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._public = Ed25519Key(signer.public)

    @property
    def public_key(self) -> Key:
        """The public half."""
        return self._public

    @classmethod
    def from_priv_key_uri(
        cls,
        priv_key_uri: str,  # noqa: ARG003 - the interface is securesystemslib's
        public_key: Key,  # noqa: ARG003
        secrets_handler: object = None,  # noqa: ARG003
    ) -> TufSigner:
        """Raises: ValueError, always: keys are handed over opened, never found by an address."""
        raise ValueError("keys are handed over opened")

    def sign(self, payload: bytes) -> Signature:
        """The Ed25519 signature of `payload`."""
        return Signature(self._public.keyid, self._signer.sign(payload).hex())


def register() -> None:
    """Have TUF read Ed25519 keys as `Ed25519Key` (securesystemslib's documented way to add one)."""
    KEY_FOR_TYPE_AND_SCHEME[(_KIND, _KIND)] = Ed25519Key
    _tuf_json.register()
