"""A signed CWT holds the list twice, once with the revocation: one reader takes the first of them.

A map that names a key twice means nothing (RFC 8949, 5.6), however its keys are written.
"""

import zlib

import cbor2
import pytest

from amana.reasons import Outcome, Reason
from tests.status_lab import NUMBERED, asked, cwt

EXPECT = (Outcome.REJECTED, Reason.DUPLICATE_KEY)


@pytest.mark.parametrize("again", ["19fffd", "1a0000fffd", "1b000000000000fffd"])
def test_cbor_key_twice(again: str) -> None:
    claims = bytearray(cbor2.dumps(NUMBERED))
    claims[0] += 1  # a map of one pair more
    clear = {"bits": 1, "lst": zlib.compress(b"\x00")}
    doubled = bytes(claims) + bytes.fromhex(again) + cbor2.dumps(clear)
    assert asked(cwt()) == (Outcome.REJECTED, Reason.REVOKED)
    assert asked(cwt(claims=doubled)) == EXPECT
