"""What all documents of a vetting are read with: strict members, bounded texts, dates, digests."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.did import key as did_key
from amana.did import web as did_web
from amana.did import webvh
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["a_did", "digest", "instant", "listed", "members", "prose"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PLACE: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?|001")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# Control characters but line feeds, and marks that turn the direction of what follows: a committee
# would read other words than were signed.
_UNSEEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def malformed(detail: str) -> InputError:
    """The error of every document here that is not what it should be."""
    return InputError(Reason.BAD_VETTING, detail)


def members(
    value: Json, kind: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> JsonObject:
    """An object of `kind` with these members and no others; `kind` "" is an object inside one.

    Raises: InputError BAD_VETTING (its author).
    """
    document = as_object(value, Reason.BAD_VETTING)
    if kind and document.get("type") != kind:
        raise malformed(f"its type is {kind}")
    needed = (*required, "type") if kind else required
    for name in needed:
        if name not in document:
            raise malformed(f"{name} is missing")
    if len(document) > len(needed) + sum(name in document for name in optional):
        raise malformed(f"a member that {kind or 'it'} does not have")
    return document


def listed(value: Json, what: str, most: int, *, least: int = 0) -> list[Json]:
    """A list of `least` to `most` items. Raises: InputError BAD_VETTING."""
    if type(value) is not list or not least <= len(value) <= most:
        raise malformed(f"{what} is a list of {least} to {most}")
    return value


def prose(value: Json, what: str, *, limits: Limits = LIMITS) -> str:
    """A text for people to read, of several lines at most as long as an answer may be.

    Raises: InputError BAD_VETTING for an empty or endless one, or one that hides or turns text.
    """
    if type(value) is not str or not value.strip() or len(value) > limits.vetting_text_chars:
        raise malformed(f"{what} is a text of 1 to {limits.vetting_text_chars} characters")
    if _UNSEEN.search(value):
        raise malformed(f"{what} holds a control character")
    return value


def line(value: Json, what: str, *, limits: Limits = LIMITS) -> str:
    """As `prose`, on one line and as short as a name or a title. Raises: InputError BAD_VETTING."""
    text = prose(value, what, limits=limits)
    if "\n" in text or len(text) > limits.entry_text_chars:
        raise malformed(f"{what} is one line of at most {limits.entry_text_chars} characters")
    return text


def digest(value: Json, what: str) -> str:
    """A SHA-256 in hex. Raises: InputError BAD_VETTING."""
    if type(value) is not str or _DIGEST.fullmatch(value) is None:
        raise malformed(f"{what} is a SHA-256 in hex")
    return value


def instant(value: Json, what: str) -> datetime:
    """An instant in UTC, to the second. Raises: InputError BAD_VETTING or BAD_DATE."""
    if type(value) is not str:
        raise malformed(f"{what} is an instant")
    found = parse_instant(value)
    if format_instant(found) != value:
        raise malformed(f"{what} is written in UTC, to the second")
    return found


def day(value: Json, what: str) -> date:
    """A calendar day. Raises: InputError BAD_VETTING."""
    if type(value) is str and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise malformed(f"{what} is a day as in 2026-11-22")


def place(value: Json) -> str:
    """A country or a part of one (ISO 3166), or 001 for all. Raises: InputError BAD_VETTING."""
    if type(value) is not str or _PLACE.fullmatch(value) is None:
        raise malformed("a place is an ISO 3166 code, or 001 for everywhere")
    return value


def whole(value: Json, what: str, *, least: int = 0) -> int:
    """A whole number from `least` on. Raises: InputError BAD_VETTING."""
    if type(value) is not int or value < least:
        raise malformed(f"{what} is a whole number from {least}")
    return value


def a_did(value: Json, what: str) -> str:
    """A DID that an entry could have. Raises: InputError BAD_VETTING, BAD_DID or BAD_KEY."""
    if type(value) is not str:
        raise malformed(f"{what} is a DID")
    if value.startswith(did_key.PREFIX):
        did_key.resolve(value)
    elif value.startswith(webvh.PREFIX):
        webvh.log_url(value)
    else:
        did_web.document_url(value)
    return value
