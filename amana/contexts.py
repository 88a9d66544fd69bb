"""JSON-LD contexts that are bundled, pinned by digest, and never fetched.

A context says what a document's terms mean, so whoever serves one could change what was signed.
The table of what is known is in `schemas.BUNDLED`; everything else is unknown.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Final

import schemas
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["CACHED_CHARS", "context", "inline", "text_of"]

CACHED_CHARS: Final = 8_192  # of a context as text, and of what is made of it
_URL_CHARS_SHOWN: Final = 128


def context(url: str) -> JsonObject:
    """The value of `@context` in the bundled document at `url`; a fresh copy, the caller's own.

    VC Data Integrity 1.0, section 2.4.1: contexts are known by their URL and digest beforehand.

    Raises: InputError UNKNOWN_CONTEXT (the document's author; or ours, where the file was changed).
    """
    document: JsonObject = json.loads(_text(url))
    own: JsonObject = document["@context"]
    return own


def inline(value: Json, *, limits: Limits = LIMITS) -> Json:
    """`value`, which stood at `@context`, with what each URL stands for in the URL's place.

    Contexts within definitions of terms (scoped contexts, JSON-LD 1.1 section 4.1.8) count too.
    Nothing of the result is shared with `value`.

    Raises: InputError UNKNOWN_CONTEXT; TOO_DEEP or TOO_LARGE beyond `limits.json_depth` and
    `limits.contexts`; BAD_CREDENTIAL for what can be no context (the document's author).
    Not checked: what the contexts say.
    """
    return _Inlining(limits).contexts(value, 0)


def text_of(context: Json) -> str:
    """A local context as text, by which it is known from here on.

    Raises: InputError TOO_DEEP (the document's author).
    """
    urls = type(context) is list and all(type(one) is str for one in context)
    if urls and sum(map(len, context)) < CACHED_CHARS:
        return _text_of_urls(tuple(context))
    try:
        return json.dumps(context, sort_keys=True)
    except (RecursionError, ValueError):  # a ValueError: it holds itself
        raise InputError(Reason.TOO_DEEP, "a context nested without end") from None


class _Inlining:
    """One call's count of the contexts that it met."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.contexts

    def contexts(self, value: Json, depth: int) -> Json:
        """The value of one `@context`, which may be a list of contexts."""
        if type(value) is list:
            return [self._one(item, depth + 1) for item in value]
        return self._one(value, depth)

    def _one(self, value: Json, depth: int) -> Json:
        self._left -= 1
        if self._left < 0:
            raise InputError(Reason.TOO_LARGE, f"more than {self._limits.contexts} contexts")
        if value is None:
            return None
        if type(value) is str:
            return context(value)
        return self._members(as_object(value, Reason.BAD_CREDENTIAL), depth)

    def _members(self, value: JsonObject, depth: int) -> JsonObject:
        if depth > self._limits.json_depth:
            raise InputError(Reason.TOO_DEEP, f"nested deeper than {self._limits.json_depth}")
        members: JsonObject = {}
        for name, member in value.items():
            if name == "@context":
                members[name] = self.contexts(member, depth + 1)
            elif type(member) is dict:
                members[name] = self._members(member, depth + 1)
            else:
                # A list here holds the words of @container and the like.
                members[name] = list(member) if type(member) is list else member
        return members


@lru_cache(maxsize=64)
def _text(url: str) -> bytes:
    """The bundled document at `url`, once its bytes are known to be the pinned ones."""
    found = schemas.BUNDLED.get(url)
    if found is None:
        raise InputError(
            Reason.UNKNOWN_CONTEXT,
            "a context that is not bundled, and contexts are never fetched "
            f"(VC Data Integrity 1.0, section 2.4.1): {_shown(url)}",
        )
    data = schemas.read(found.name)
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise InputError(Reason.UNKNOWN_CONTEXT, f"{found.name} is not what it was pinned as")
    return data


@lru_cache(maxsize=64)
def _text_of_urls(urls: tuple[str, ...]) -> str:
    return json.dumps(urls)


def _shown(url: str) -> str:
    """A context's URL for an error text: no control marks, and not without end."""
    return "".join(character for character in url[:_URL_CHARS_SHOWN] if character.isprintable())
