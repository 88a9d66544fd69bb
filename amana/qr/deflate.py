"""Codec 1: raw deflate (RFC 1951) of the JCS form, with a preset dictionary of our own words.

The dictionary is data that every code ever printed depends on: files under `schemas/qr/` are never
changed, only added, and a test pins their digests.
"""

from __future__ import annotations

import binascii
import zlib
from functools import lru_cache
from typing import Final

import schemas
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

__all__ = ["CODEC", "pack", "unpack"]

CODEC: Final = 1
_CHECK_BYTES: Final = 2


@lru_cache(maxsize=1)
def _dictionary() -> bytes:
    return schemas.read("qr/deflate-1.dict")


def pack(written: bytes) -> bytes:
    """Compress the JCS bytes of a document; two check bytes stand first.

    CRC-16 (CCITT) finds every single changed byte, also one that deflate would not notice, such as
    the unused bits at its end: a damaged code is then called damaged, never forged.
    """
    packer = zlib.compressobj(level=9, wbits=-15, memLevel=9, zdict=_dictionary())
    body = packer.compress(written) + packer.flush()
    return binascii.crc_hqx(body, 0).to_bytes(_CHECK_BYTES, "big") + body


def unpack(data: bytes, *, limits: Limits = LIMITS) -> bytes:
    """Reverse `pack`, within `limits.qr_document_bytes`.

    Raises: InputError BAD_QR_TEXT (a damaged or hostile code). Not checked: that it is JSON.
    """
    check, body = data[:_CHECK_BYTES], data[_CHECK_BYTES:]
    if binascii.crc_hqx(body, 0).to_bytes(_CHECK_BYTES, "big") != check:
        raise InputError(Reason.BAD_QR_TEXT, "damaged: its check bytes do not fit")
    inflater = zlib.decompressobj(wbits=-15, zdict=_dictionary())
    try:
        written = inflater.decompress(body, limits.qr_document_bytes + 1)
    except zlib.error:
        raise InputError(Reason.BAD_QR_TEXT, "not deflate data") from None
    if len(written) > limits.qr_document_bytes:
        raise InputError(Reason.TOO_LARGE, "inflates to more than a code may hold")
    if not inflater.eof or inflater.unused_data:
        raise InputError(Reason.BAD_QR_TEXT, "cut short, or followed by something else")
    return written
