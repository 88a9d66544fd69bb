"""A signed list of 10 MB that inflates to 10 GB, in every form that we read.

It is refused within a second, and in little memory (Bitstring Status List, 3.4).
"""

import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from amana.limits import LIMITS, Limits
from amana.multibase import encode_base64url, to_base64url
from amana.proofs import eddsa_jcs
from amana.proofs.jose import sign_jws
from amana.reasons import Outcome, Reason
from amana.status import read_status_list
from amana.strict_json import JsonObject
from amana.token_status import read_token_status_list
from tests.amana_samples import KEY_ID, LIST_URL, key, written
from tests.status_lab import CLAIMS, NUMBERED, URI, bitstring, cwt, outcome_of

EXPECT = (Outcome.REJECTED, Reason.BAD_STATUS_LIST)
# As if documents of such a size were let in: what stops it must be more than their size.
WIDE = Limits(status_list_json_bytes=32 * 1024 * 1024)
PUBLIC = key("issuer").public
CHUNK = 10_000_000  # bytes that a piece of 10 kB inflates to


def bomb(wbits: int, pieces: int) -> bytes:
    """After a full flush the same zeros give the same bytes, so one piece is repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    begin = packer.compress(bytes(CHUNK)) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(bytes(CHUNK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return begin + piece * (pieces - 1)


def as_bitstring(pieces: int) -> bytes:
    document: JsonObject = bitstring()
    del document["proof"]
    document["credentialSubject"]["encodedList"] = encode_base64url(bomb(31, pieces))
    return written(eddsa_jcs.sign(document, key=key("issuer"), verification_method=KEY_ID))


def as_jwt(pieces: int) -> bytes:
    claims = {**CLAIMS, "status_list": {"bits": 1, "lst": to_base64url(bomb(15, pieces))}}
    return sign_jws(written(claims), key=key("issuer"), header={"typ": "statuslist+jwt"}).encode()


def as_cwt(pieces: int) -> bytes:
    return cwt(claims={**NUMBERED, 65533: {"bits": 1, "lst": bomb(15, pieces)}})


def read(data: bytes, limits: Limits) -> object:
    if data.startswith(b"{"):
        return read_status_list(data, url=LIST_URL, key=PUBLIC, limits=limits)
    return read_token_status_list(data, uri=URI, key=PUBLIC, limits=limits)


@pytest.mark.parametrize("build", [as_bitstring, as_jwt, as_cwt])
@pytest.mark.parametrize(
    ("pieces", "limits", "memory"), [(1_000, WIDE, 256 * 2**20), (200, LIMITS, 64 * 2**20)]
)
def test_list_inflates_to_ten_gigabytes(
    build: Callable[[int], bytes], pieces: int, limits: Limits, memory: int
) -> None:
    data = build(pieces)
    assert len(data) > pieces * 9_700
    began = time.process_time()
    assert outcome_of(lambda: read(data, limits)) == EXPECT
    assert time.process_time() - began < 12  # without orjson, most of it is JSON
    tracemalloc.start()
    assert outcome_of(lambda: read(data, limits)) == EXPECT
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < memory  # copies of the text, and nothing of what it says


@pytest.mark.parametrize("build", [as_bitstring, as_jwt, as_cwt])
def test_most_often_its_size_is_enough(build: Callable[[int], bytes]) -> None:
    data = build(1_000)
    assert outcome_of(lambda: read(data, LIMITS)) == (Outcome.REJECTED, Reason.TOO_LARGE)
