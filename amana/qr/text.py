"""The text inside a QR code: a prefix, `R`, and base45 (RFC 9285) of one packed document.

`AVR1` challenge, `AVP1` presentation, `AVC1` credential. The first packed byte names the codec, so
that every code ever printed stays readable while codecs come and go behind `pack` and `unpack`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import base45

from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.qr import deflate
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads

__all__ = ["Kind", "decode", "encode", "pack", "unpack"]

_BASE45: Final = "R"
_PREFIX_CHARS: Final = 5
# What others print: said by name, so that staff know that the code is good but not ours.
_OTHERS: Final = {
    "HC1:": "a health certificate (HCERT)",
    "shc:/": "a SMART health card",
    "VC1-": "a CBOR-LD credential",
    "VP1-": "a CBOR-LD presentation",
    "mdoc:": "a mobile document request",
    "openid": "an OpenID request",
    "WIFI:": "a Wi-Fi login",
    "http": "a web address",
    "BEGIN:VCARD": "a contact card",
}


class Kind(StrEnum):
    """What a code holds, by its prefix."""

    CHALLENGE = "AVR1"
    PRESENTATION = "AVP1"
    CREDENTIAL = "AVC1"


def encode(kind: Kind, document: JsonObject) -> str:
    """The QR text of `document`; alphanumeric mode holds every character of it.

    Raises: InputError TOO_LARGE if no QR code can hold it (the document's author), or what
    `canonical` raises. Lossless: the text has been decoded and compared before it is returned.
    """
    written = canonical(document)
    text = f"{kind.value}{_BASE45}{base45.b45encode(pack(written)).decode('ascii')}"
    if len(text) > LIMITS.qr_text_chars:
        raise InputError(Reason.TOO_LARGE, "more than one QR code can hold")
    if decode(text) != (kind, document):
        raise InputError(Reason.BAD_QR_TEXT, "this document does not survive encoding")
    return text


def decode(text: str, *, limits: Limits = LIMITS) -> tuple[Kind, JsonObject]:
    """The kind and the document of a scanned text. A text is never trimmed: base45 has spaces.

    Raises: InputError NOT_OUR_QR (somebody else's code, named in the detail), BAD_QR_TEXT,
    UNKNOWN_CODEC, TOO_LARGE, or what `strict_json.loads` raises. Not checked: what it means.
    """
    kind = _kind(text)
    if len(text) > limits.qr_text_chars:
        raise InputError(Reason.TOO_LARGE, "longer than any QR code")
    body = text[_PREFIX_CHARS:]
    try:
        packed = base45.b45decode(body)
    except ValueError:
        raise InputError(Reason.BAD_QR_TEXT, "not base45") from None
    if base45.b45encode(packed).decode("ascii") != body:
        raise InputError(Reason.BAD_QR_TEXT, "not base45 as it is written")
    written = unpack(packed, limits=limits)
    document = as_object(loads(written, limits=limits), Reason.BAD_QR_TEXT)
    if canonical(document) != written:
        raise InputError(Reason.BAD_QR_TEXT, "not in canonical form")
    return kind, document


def pack(written: bytes) -> bytes:
    """One document in JCS form as packed bytes, the first of which names the codec."""
    return bytes([deflate.CODEC]) + deflate.pack(written)


def unpack(data: bytes, *, limits: Limits = LIMITS) -> bytes:
    """Reverse `pack`. Raises: InputError UNKNOWN_CODEC, BAD_QR_TEXT or TOO_LARGE (the code)."""
    if not data:
        raise InputError(Reason.BAD_QR_TEXT, "nothing in it")
    if data[0] != deflate.CODEC:
        raise InputError(Reason.UNKNOWN_CODEC, "written by a newer Amana, or damaged")
    return deflate.unpack(data[1:], limits=limits)


def _kind(text: str) -> Kind:
    for kind in Kind:
        if text.startswith(kind.value + _BASE45):
            return kind
    for prefix, name in _OTHERS.items():
        if text.startswith(prefix):
            raise InputError(Reason.NOT_OUR_QR, f"this is {name}, not a proof of Amana")
    raise InputError(Reason.NOT_OUR_QR, "not a code of Amana")
