"""Multibase and base58btc, with the fastest kept library that is there.

Only the forms that our specifications allow: `z` (base58btc) and `u` (base64url without padding).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final

import base58

from amana.errors import InputError
from amana.reasons import Reason

__all__ = ["decode_base58", "decode_base64url", "encode_base58", "encode_base64url"]

_encode: Callable[[bytes], bytes]
_decode: Callable[[bytes], bytes]
try:
    import based58

    _encode, _decode = based58.b58encode, based58.b58decode
except ImportError:  # the phone has no Rust wheel; base58 is complete by itself
    _encode, _decode = base58.b58encode, base58.b58decode

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")
_BASE58_CHARS_MAX: Final = 256  # the longest value we read is a signature of 88


def encode_base58(data: bytes) -> str:
    """`data` in base58btc with its multibase prefix `z`."""
    return "z" + _encode(data).decode("ascii")


def decode_base58(text: str, *, size: int) -> bytes:
    """Exactly `size` bytes from base58btc with prefix `z`.

    Raises: InputError BAD_MULTIBASE (the sender's fault): another base, a foreign character,
    another length, or a form that would be written differently.
    """
    # base58 trims white space at the end; nothing of a signature may be trimmed.
    if (
        type(text) is not str
        or not text.startswith("z")
        or len(text) > _BASE58_CHARS_MAX
        or text[-1].isspace()
    ):
        raise InputError(Reason.BAD_MULTIBASE, "not base58btc with the prefix z")
    try:
        data = _decode(text[1:].encode("ascii"))
    except ValueError:  # UnicodeEncodeError is one; both libraries raise ValueError
        raise InputError(Reason.BAD_MULTIBASE, "a character outside base58btc") from None
    if len(data) != size:
        raise InputError(Reason.BAD_MULTIBASE, f"{len(data)} bytes where {size} are needed")
    return data


def encode_base64url(data: bytes) -> str:
    """`data` in base64url without padding, with its multibase prefix `u`."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64url(text: str) -> bytes:
    """Bytes from base64url without padding, with prefix `u`.

    Raises: InputError BAD_MULTIBASE (the sender's fault), also for bits that a strict writer
    would have left zero: one value has one text.
    """
    if type(text) is not str or not text.startswith("u"):
        raise InputError(Reason.BAD_MULTIBASE, "not base64url with the prefix u")
    if _ALPHABET.fullmatch(text, 1) is None:
        raise InputError(Reason.BAD_MULTIBASE, "a character outside base64url")
    try:
        data = base64.urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4))
    except binascii.Error:
        raise InputError(Reason.BAD_MULTIBASE, "not a whole number of bytes") from None
    if encode_base64url(data) != text:
        raise InputError(Reason.BAD_MULTIBASE, "trailing bits are not zero")
    return data
