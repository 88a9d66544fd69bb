"""Codec 1. Its dictionary is data that every printed code depends on."""

from __future__ import annotations

import binascii
import hashlib
import zlib

import pytest

import schemas
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import Limits
from amana.qr.deflate import pack, unpack
from amana.reasons import Reason
from tests.amana_samples import credential, presentation, refused


def checked(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0).to_bytes(2, "big") + body


def test_the_dictionary_is_never_changed() -> None:
    """Codes printed with it must stay readable: another dictionary is another codec."""
    found = hashlib.sha256(schemas.read("qr/deflate-1.dict")).hexdigest()
    assert found == "e437ddbc8cff03be3ea1de46702001fcfce25e0e781aeb4a29261a3fb336284e"


def test_a_code_printed_long_ago_is_still_read() -> None:
    assert (
        unpack(bytes.fromhex("dbdeabc68cd5c4cc147899520b00")) == b'{"issuer":"did:web:aid.example"}'
    )


@pytest.mark.parametrize("written", [b"", b"{}", b"\0" * 1_000, bytes(range(256)), b"x" * 65_536])
def test_round_trip(written: bytes) -> None:
    assert unpack(pack(written)) == written


def test_our_own_words_cost_little() -> None:
    """A credential shrinks to under a quarter, a presentation to under a fifth."""
    written = canonical(credential())
    assert len(pack(written)) * 4 < len(written)
    shown = canonical(presentation())
    assert len(pack(shown)) * 5 < len(shown) + 100


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0\0",
        b"\0\0\0",
        checked(b"\xff\xff"),
        checked(b""),
        checked(pack(b"{}")[2:] + b"\0"),
        checked(pack(b"{}" * 50)[2:-1]),
        checked(zlib.compress(b"{}")),
        checked(pack(b"{}")[2:]) + b"\0",
        b"\0\0" + pack(b"{}")[2:],
        pack(b"{}")[:-1],
    ],
    ids=range(12),
)
def test_data_that_is_refused(data: bytes) -> None:
    assert refused(lambda: unpack(data), error=InputError) is Reason.BAD_QR_TEXT


def test_what_inflates_to_too_much() -> None:
    assert refused(lambda: unpack(pack(b"x" * 65_537)), error=InputError) is Reason.TOO_LARGE
    bomb = zlib.compressobj(level=9, wbits=-15)
    body = bomb.compress(bytes(50_000_000)) + bomb.flush()
    assert refused(lambda: unpack(checked(body)), error=InputError) is Reason.TOO_LARGE
    few = Limits(qr_document_bytes=10)
    assert unpack(pack(b"x" * 10), limits=few) == b"x" * 10
    assert refused(lambda: unpack(pack(b"x" * 11), limits=few)) is Reason.TOO_LARGE
