"""The method did:key v0.9: the identifier is the key, so resolving it asks nobody.

`resolve` is for our own kind of key, Ed25519; `resolve_any` for every kind that we verify with.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from amana.errors import InputError
from amana.jwk import VerifyingKey, read_multikey
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Reason

__all__ = ["PREFIX", "resolve", "resolve_any", "verification_method"]

PREFIX: Final = "did:key:"


@lru_cache(maxsize=4096)
def resolve(did: str) -> PublicKey:
    """The one key of a did:key, good for every relationship (did:key v0.9, section 3.1).

    Raises: InputError BAD_DID, BAD_MULTIBASE or BAD_KEY (the sender's fault).
    """
    if not did.startswith(PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:key")
    return PublicKey.from_multikey(did[len(PREFIX) :])


@lru_cache(maxsize=4096)
def resolve_any(did: str) -> VerifyingKey:
    """The one key of a did:key: Ed25519, or P-256 for what others sign.

    Raises: InputError BAD_DID, BAD_MULTIBASE or BAD_KEY (the sender's fault); KEY_KIND_UNKNOWN for
    a key that may be good and that we can't verify with.
    """
    if len(did) > LIMITS.did_chars or not did.startswith(PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:key")
    return read_multikey(did[len(PREFIX) :])


def verification_method(did: str) -> str:
    """The DID URL of the one key of a did:key: its fragment repeats the key.

    Raises: InputError BAD_DID (the caller's fault). Not checked: that the key is good.
    """
    if not did.startswith(PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:key")
    return f"{did}#{did[len(PREFIX) :]}"
