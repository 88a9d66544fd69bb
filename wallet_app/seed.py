"""A fresh key for each copy of a proof, all from one seed of 32 random bytes.

Two copies under two keys can't be linked by their holder. Keys are derived when they are needed
and never stored, so that the seed alone brings them back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amana.keys import SecretKey

__all__ = ["SEED_BYTES", "copy_key", "holders"]

SEED_BYTES: Final = 32
_INFO: Final = b"amana/copy/%d"  # never changed: every proof ever received hangs on it


def copy_key(seed: bytes, copy: int) -> SecretKey:
    """The key of copy number `copy` (from 0): HKDF-SHA-256 (RFC 5869) without a salt.

    Raises: ValueError for a seed of another length or a negative number (the caller's fault).
    """
    if len(seed) != SEED_BYTES or copy < 0:
        raise ValueError(f"a seed of {SEED_BYTES} bytes and a number from 0 are needed")
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO % copy).derive(seed)
    return SecretKey(derived)


def holders(seed: bytes, copies: Iterable[int]) -> dict[str, int]:
    """The `did:key` of each of these copies, and which copy it is."""
    return {copy_key(seed, copy).public.did: copy for copy in copies}
