"""How a member signs: with a key file that a passphrase opens, or with a key that stays in a token.

Whatever signs for a member goes by one protocol, so publishing and ceremonies need not know where
the secret lies. A token (a smart card, a hardware module) never gives it out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from amana.cli import read_file
from amana.errors import InputError
from amana.keys import Signer
from amana.limits import LIMITS
from amana.sealed import open_key_file, read_public

__all__ = ["MemberKey", "Signer", "is_token", "open_signer"]

_PKCS11: Final = "pkcs11:"


class MemberKey(Signer, Protocol):
    """A signer that was opened for a member, and tells whether its key is a demo's."""

    @property
    def demo(self) -> bool:
        """Whether the key is good for demos alone."""


def is_token(reference: str) -> bool:
    """Whether `reference` is the address of a key in a token, and not the path of a key file."""
    return reference[: len(_PKCS11)].lower() == _PKCS11


def open_signer(reference: str, secret: Callable[[], bytes]) -> MemberKey:
    """Open the key that `reference` names, to sign with it.

    `reference` is the path of a key file (amana.sealed), or the address of a key in a token
    (RFC 7512, `pkcs11:token=…;object=…?module-path=…`). `secret` is asked once, and only for a
    reference that can be used: for the passphrase, or for the token's PIN.

    Raises: InputError (the caller's fault, or the file's): NO_SUCH_FILE, BAD_KEY_FILE,
    WRONG_PASSPHRASE; for a token BAD_KEY_ADDRESS, NO_SUCH_TOKEN, NO_SUCH_KEY, TOKEN_LOCKED,
    TOKEN_FAILED, BAD_KEY or MISSING_LIBRARY. Not checked: whose key it is.
    """
    if is_token(reference):
        from trust_registry import pkcs11

        return pkcs11.open_key(pkcs11.read_address(reference), secret)
    data = read_file(Path(reference), limit=LIMITS.key_file_bytes)
    read_public(data)  # before a person types a passphrase for what is no key file
    try:
        return open_key_file(data, secret())
    except InputError as error:
        raise InputError(error.reason, error.detail, file=reference) from None
