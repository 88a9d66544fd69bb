"""Texts for people, in a language and a direction (VC Data Model 2.0, sections 4.6, 11.1)."""

from __future__ import annotations

import re
from typing import Final

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json

__all__ = ["check_text", "is_language"]

_DIRECTIONS: Final = ("ltr", "rtl")
_MEMBERS: Final = frozenset({"@value", "@language", "@direction"})
# RFC 5646, section 2.1, piece by piece: language with its extensions, script, region, variants,
# extensions, private use. Whether a subtag is registered is not asked: that list grows.
_LANGUAGE_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-[a-z]{4})?"
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
# Tags of before that grammar which it does not produce (`irregular` there).
_GRANDFATHERED: Final = frozenset(
    [
        "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux",
        "i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl",
        "sgn-ch-de",
    ]
)  # fmt: skip
_TAG_CHARS_MAX: Final = 256


def is_language(tag: str) -> bool:
    """Whether `tag` is a well-formed language tag (BCP 47: RFC 5646, section 2.2.9)."""
    return len(tag) <= _TAG_CHARS_MAX and (
        _LANGUAGE_TAG.fullmatch(tag) is not None or tag.lower() in _GRANDFATHERED
    )


def check_text(value: Json, member: str, reason: Reason) -> None:
    """Check a `name` or a `description`: a string, a language value object, or several of those.

    Raises: InputError with `reason` (the document's author).
    Not checked: that the text is in its language, and that languages are named once.
    """
    if type(value) is str:
        return
    values = value if type(value) is list else [value]
    if not values:
        raise InputError(reason, f"{member} is empty")
    for item in values:
        _check_language_value(item, member, reason)


def _check_language_value(value: Json, member: str, reason: Reason) -> None:
    """Section 11.1: `@value`, `@language` and `@direction`, and no other member."""
    if type(value) is not dict or not value.keys() <= _MEMBERS:
        raise InputError(reason, f"{member} is no text in a language (section 11.1)")
    if type(value.get("@value")) is not str:
        raise InputError(reason, f"{member} without a text in @value")
    if "@language" in value:
        tag = value["@language"]
        if type(tag) is not str or not is_language(tag):
            raise InputError(reason, f"@language of {member} is no language tag (RFC 5646)")
    if "@direction" in value and value["@direction"] not in _DIRECTIONS:
        raise InputError(reason, f"@direction of {member} is neither ltr nor rtl")
