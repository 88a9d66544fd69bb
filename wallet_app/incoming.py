"""What reaches a wallet: a picture, a QR text, a JSON document, or a file with one on each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from amana.errors import AmanaError, InputError
from amana.limits import LIMITS
from amana.qr.text import Kind, decode
from amana.reasons import Reason
from amana.strict_json import Json, loads

__all__ = ["challenge_in", "credentials_in"]

_Line = TypeVar("_Line", bytes, str)


def credentials_in(data: bytes) -> list[Json | AmanaError]:
    """The documents in `data`, in their order; in place of an unreadable one, its error.

    Raises: InputError EMPTY, TOO_LARGE, BAD_PICTURE or NO_CODE_FOUND (whoever sent it), or
    MISSING_LIBRARY where pictures can't be read. Not checked: that the documents are credentials.
    """
    return list(_documents(data, Kind.CREDENTIAL))


def challenge_in(data: bytes) -> Json:
    """The one challenge in `data`. Not checked: that it is one.

    Raises: InputError as `credentials_in`, NOT_OUR_QR for several, and the error of its one item.
    """
    found = list(_documents(data, Kind.CHALLENGE))
    if len(found) != 1:
        raise InputError(Reason.NOT_OUR_QR, "one challenge is needed, and nothing beside it")
    if isinstance(found[0], AmanaError):
        raise found[0]
    return found[0]


def _documents(data: bytes, kind: Kind) -> Iterator[Json | AmanaError]:
    if len(data) > LIMITS.wallet_file_bytes:
        raise InputError(Reason.TOO_LARGE, "more than a wallet takes at once")
    if not data.strip():
        raise InputError(Reason.EMPTY, "nothing in it")
    if data.lstrip()[:1] == b"{":
        yield from map(_json, _bounded(_lines(data)))
    elif data.isascii():
        for line in _bounded(data.decode("ascii").split("\n")):
            text = line.removesuffix("\r")  # and nothing more: spaces belong to base45
            if text.strip():
                yield _text(text, kind)
    else:
        for text in _pictured(data):
            yield _text(text, kind)


def _lines(data: bytes) -> list[bytes]:
    """The lines, if the first is a document by itself; else all of it is one document."""
    lines = [line for line in data.split(b"\n") if line.strip()]
    return lines if lines[0].rstrip().endswith(b"}") else [data]


def _bounded(lines: list[_Line]) -> list[_Line]:
    """Nobody can hold more copies than a wallet has keys; a line more costs time for nothing."""
    if len(lines) > LIMITS.wallet_keys:
        raise InputError(Reason.TOO_LARGE, f"more than {LIMITS.wallet_keys} lines")
    return lines


def _json(data: bytes) -> Json | AmanaError:
    try:
        return loads(data)
    except AmanaError as error:
        return error


def _text(text: str, kind: Kind) -> Json | AmanaError:
    try:
        found, document = decode(text)
        if found is not kind:
            return InputError(Reason.NOT_OUR_QR, f"{found.name.lower()}, not {kind.name.lower()}")
    except AmanaError as error:
        return error
    return document


def _pictured(picture: bytes) -> list[str]:
    try:
        from amana.qr.images import read
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "pictures can't be read here") from None
    return read(picture)
