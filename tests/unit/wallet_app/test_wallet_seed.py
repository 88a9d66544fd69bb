"""Fresh keys for every copy, all from one seed."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from wallet_app.seed import copy_key, holders

SEED = bytes(range(32))


def test_a_key_is_hkdf_sha256_of_the_seed_and_the_number() -> None:
    """RFC 5869, written out: an empty salt is a block of zeros, one block is expanded."""
    extracted = hmac.new(bytes(32), SEED, hashlib.sha256).digest()
    expanded = hmac.new(extracted, b"amana/copy/7\x01", hashlib.sha256).digest()
    assert copy_key(SEED, 7).seed == expanded


def test_the_first_key_never_changes() -> None:
    """Every proof ever received hangs on this derivation."""
    assert copy_key(SEED, 0).public.did == FIRST


def test_copies_and_seeds_share_no_key() -> None:
    other = holders(bytes(32), range(50))
    mine = holders(SEED, range(50))
    assert len(mine) == 50
    assert not mine.keys() & other.keys()
    assert mine[copy_key(SEED, 49).public.did] == 49


@pytest.mark.parametrize(("seed", "copy"), [(b"short", 0), (SEED, -1)])
def test_misuse_is_a_value_error(seed: bytes, copy: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        copy_key(seed, copy)


FIRST = "did:key:z6Mkekw3kxmKEaxPZVNrXj7dVxq4mn46ZPbcdvhBKdSMpM4A"
