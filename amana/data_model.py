"""The rules of VC Data Model 2.0 that stand in a document by itself, one function a rule."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

import schemas
from amana.dates import parse_instant
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = [
    "VERIFIABLE",
    "as_list",
    "check_context",
    "check_members",
    "check_url",
    "read_instant",
    "read_types",
]

VERIFIABLE: Final = "VerifiableCredential"
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TYPED: Final = ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService")


def check_members(document: JsonObject, limits: Limits) -> tuple[str, ...]:
    """Check every member of a credential that is not `validFrom` or `validUntil`; its types.

    Raises: InputError BAD_CREDENTIAL (the document's author).
    """
    check_context(document, Reason.BAD_CREDENTIAL, limits=limits)
    types = read_types(document, VERIFIABLE, Reason.BAD_CREDENTIAL, limits=limits)
    if "id" in document:
        check_url(document["id"], "id")
    for member in _TYPED:
        if member in document:
            _typed(document[member], member)
    issuer = document.get("issuer")
    check_url(issuer.get("id") if type(issuer) is dict else issuer, "issuer")
    _check_subjects(document.get("credentialSubject"))
    return types


def check_context(document: JsonObject, reason: Reason, *, limits: Limits = LIMITS) -> None:
    """VC Data Model 2.0, section 4.3: an ordered set whose first item is the base context.

    Raises: InputError with `reason` (the document's author). Not checked: what the contexts say.
    """
    contexts = document.get("@context")
    if (
        type(contexts) is not list
        or not 0 < len(contexts) <= limits.contexts
        or contexts[0] != schemas.VC_CONTEXT
    ):
        raise InputError(reason, "@context does not begin with the base context")
    for context in contexts[1:]:
        if type(context) is str:
            if _URL.fullmatch(context) is None:
                raise InputError(reason, "a context that is not a URL")
        elif type(context) is not dict:
            raise InputError(reason, "a context is a URL or an object")


def read_types(
    document: JsonObject, needed: str, reason: Reason, *, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """VC Data Model 2.0, section 4.5: `type` as a tuple that holds `needed`.

    Raises: InputError with `reason` (the document's author).
    """
    types = as_list(document.get("type"))
    if len(types) > limits.types or not all(type(name) is str and name for name in types):
        raise InputError(reason, "type is a list of names")
    if needed not in types:
        raise InputError(reason, f"type lacks {needed}")
    return tuple(types)


def as_list(value: Json) -> list[Json]:
    """JSON-LD's 'one or several': nothing as [], one as [one]."""
    if value is None:
        return []
    return value if type(value) is list else [value]


def check_url(value: Json, member: str, reason: Reason = Reason.BAD_CREDENTIAL) -> str:
    """Return `value` if it is a URL. Raises: InputError with `reason` (the document's author)."""
    if type(value) is not str or len(value) > LIMITS.url_chars or not _is_url(value):
        raise InputError(reason, f"{member} is not a URL")
    return value


@lru_cache(maxsize=512)
def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


def _typed(value: Json, member: str) -> None:
    """Section 4.5: each of these objects must name its type, and its `id`, if any, is a URL."""
    objects = as_list(value)
    if not objects:
        raise InputError(Reason.BAD_CREDENTIAL, f"{member} is empty")
    for item in objects:
        names = as_list(as_object(item, Reason.BAD_CREDENTIAL).get("type"))
        if not names or not all(type(name) is str and name for name in names):
            raise InputError(Reason.BAD_CREDENTIAL, f"{member} without a type")
        if "id" in item:
            check_url(item["id"], f"{member}.id")
        elif member == "credentialSchema":
            raise InputError(Reason.BAD_CREDENTIAL, "credentialSchema without an id")


def read_instant(document: JsonObject, member: str) -> datetime | None:
    """Section 4.9: a dateTimeStamp, or None if there is none.

    Raises: InputError BAD_DATE (the document's author).
    """
    if member not in document:
        return None
    value = document[member]
    if type(value) is not str:
        raise InputError(Reason.BAD_DATE, f"{member} is not a text")
    return parse_instant(value)


def _check_subjects(value: Json) -> None:
    subjects = as_list(value)
    if not subjects:
        raise InputError(Reason.BAD_CREDENTIAL, "no credentialSubject")
    for subject in subjects:
        if not as_object(subject, Reason.BAD_CREDENTIAL):
            raise InputError(Reason.BAD_CREDENTIAL, "an empty credentialSubject")
        if "id" in subject:
            check_url(subject["id"], "credentialSubject.id")
