"""Multibase and base58btc, with the fastest kept library that is there.

Only the forms that our specifications allow: `z` (base58btc) and `u` (base64url without padding),
and base64url bare, as JOSE writes it (RFC 7515, section 2).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Final

import base58

from amana.errors import InputError
from amana.reasons import Reason

__all__ = [
    "decode_base58",
    "decode_base64url",
    "encode_base58",
    "encode_base64url",
    "from_base64url",
    "from_base64url_each",
    "to_base64url",
]

_encode: Callable[[bytes], bytes]
_decode: Callable[[bytes], bytes]
try:
    import based58

    _encode, _decode = based58.b58encode, based58.b58decode
except ImportError:  # the phone has no Rust wheel; base58 is complete by itself
    _encode, _decode = base58.b58encode, base58.b58decode

try:
    import msgspec
except ImportError:  # the phone has no msgspec; the standard library does it all
    msgspec = None  # type: ignore[assignment]

_URL_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# From base64url to what the standard library decodes; every other character becomes one that it
# refuses, padding and the other alphabet's `+` and `/` among them.
_TO_STANDARD: Final = bytes(
    {ord("-"): ord("+"), ord("_"): ord("/")}.get(byte, byte) if byte in _URL_ALPHABET else 0
    for byte in range(256)
)
# By the length modulo 4: the padding, and the last characters whose left-over bits are zero.
_PADDING: Final = (b"", b"", b"==", b"=")
_ENDS: Final = ("", "", "AQgw", "AEIMQUYcgkosw048")
# The same inside a JSON array of texts, whose own characters stay as they are.
_TO_STANDARD_QUOTED: Final = bytes(
    byte if byte in b'[",]=' else standard for byte, standard in enumerate(_TO_STANDARD)
)
_PADDING_TEXTS: Final = ("", "", "==", "=")
_BASE58_CHARS_MAX: Final = 256  # the longest value we read is a signature of 88


def encode_base58(data: bytes) -> str:
    """`data` in base58btc with its multibase prefix `z`."""
    return "z" + _encode(data).decode("ascii")


def decode_base58(text: str, *, size: int | None = None) -> bytes:
    """Bytes from base58btc with prefix `z`; exactly `size` of them, if that is given.

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
    if size is not None and len(data) != size:
        raise InputError(Reason.BAD_MULTIBASE, f"{len(data)} bytes where {size} are needed")
    return data


def to_base64url(data: bytes) -> str:
    """`data` in base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str, reason: Reason = Reason.BAD_MULTIBASE) -> bytes:
    """Bytes from base64url without padding.

    Raises: InputError with `reason` (the sender's fault), also for bits that a strict writer would
    have left zero: one value has one text.
    """
    if type(text) is not str:
        raise InputError(reason, "base64url is a text")
    rest = len(text) % 4
    try:
        data = text.encode("ascii").translate(_TO_STANDARD) + _PADDING[rest]
        decoded = binascii.a2b_base64(data, strict_mode=True)
    except ValueError:  # UnicodeEncodeError and binascii.Error are
        raise InputError(reason, "not base64url without padding") from None
    if rest and text[-1] not in _ENDS[rest]:
        raise InputError(reason, "trailing bits are not zero")
    return decoded


def from_base64url_each(texts: Sequence[str], reason: Reason = Reason.BAD_MULTIBASE) -> list[bytes]:
    """As `from_base64url` of each of `texts`, in one go where that can be vouched for.

    What was read is written again: where the same comes out, nothing was passed over or changed.

    Raises: as `from_base64url`.
    """
    if "=" not in "".join(texts) and msgspec is not None:
        quoted = '","'.join([text + _PADDING_TEXTS[len(text) & 3] for text in texts])
        try:
            data = f'["{quoted}"]'.encode("ascii").translate(_TO_STANDARD_QUOTED)
            found: list[bytes] = _decode_array(data)
            if msgspec.json.encode(found) == data and len(found) == len(texts):
                return found
        except (ValueError, msgspec.MsgspecError):
            pass  # said precisely below
    return [from_base64url(text, reason) for text in texts]


def encode_base64url(data: bytes) -> str:
    """`data` in base64url without padding, with its multibase prefix `u`."""
    return "u" + to_base64url(data)


def decode_base64url(text: str) -> bytes:
    """Bytes from base64url without padding, with prefix `u`.

    Raises: InputError BAD_MULTIBASE (the sender's fault), as `from_base64url`.
    """
    if type(text) is not str or not text.startswith("u"):
        raise InputError(Reason.BAD_MULTIBASE, "not base64url with the prefix u")
    return from_base64url(text[1:])


if msgspec is not None:
    _decode_array: Final = msgspec.json.Decoder(list[bytes]).decode
