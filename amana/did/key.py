"""did:key v0.9 for Ed25519: the identifier is the key, so resolving it asks nobody."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from amana.errors import InputError
from amana.keys import PublicKey
from amana.reasons import Reason

__all__ = ["PREFIX", "resolve", "verification_method"]

PREFIX: Final = "did:key:"


@lru_cache(maxsize=4096)
def resolve(did: str) -> PublicKey:
    """The one key of a did:key, good for every relationship (did:key v0.9, section 3.1).

    Raises: InputError BAD_DID, BAD_MULTIBASE or BAD_KEY (the sender's fault).
    """
    if not did.startswith(PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:key")
    return PublicKey.from_multikey(did[len(PREFIX) :])


def verification_method(did: str) -> str:
    """The DID URL of the one key of a did:key: its fragment repeats the key.

    Raises: InputError BAD_DID (the caller's fault). Not checked: that the key is good.
    """
    if not did.startswith(PREFIX):
        raise InputError(Reason.BAD_DID, "not a did:key")
    return f"{did}#{did[len(PREFIX) :]}"
