"""The rules of VC Data Model 2.0 that stand in a document by itself, one function a rule."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

import schemas
from amana.dates import parse_instant
from amana.digests import read_digests
from amana.errors import InputError
from amana.language import check_text
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = [
    "VERIFIABLE",
    "as_list",
    "check_context",
    "check_dates",
    "check_members",
    "check_typed",
    "check_unsigned",
    "check_url",
    "read_instant",
    "read_types",
]

VERIFIABLE: Final = "VerifiableCredential"
_ENVELOPE: Final = "EnvelopedVerifiableCredential"
_TYPED: Final = ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService")
# Absolute, as section 4.4 means it: a scheme, and nothing in it that a URL can't hold. What comes
# over HTTP is somewhere.
_URL: Final = re.compile(
    r"(?!(?:https?):(?!//[^/?#]))[a-z][a-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"{}|\\^`]+", re.IGNORECASE
)
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"  # RFC 6838, section 4.2
_MEDIA_TYPE: Final = re.compile(rf"{_NAME}/{_NAME}(?:[ \t]*;[ -~]*)?\Z")


def check_members(document: JsonObject, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Check every member of a credential that is not `validFrom` or `validUntil`; its types.

    VC Data Model 2.0, sections 4.3 to 4.8, 4.10 to 4.12 and 5.3 to 5.6. A member whose value is
    null is there, and wrong.

    Raises: InputError BAD_CREDENTIAL (the document's author).
    Not checked: what contexts say of terms and types (`amana.terms`), and any proof.
    """
    check_context(document, Reason.BAD_CREDENTIAL, limits=limits)
    types = read_types(document, VERIFIABLE, Reason.BAD_CREDENTIAL, limits=limits)
    if _ENVELOPE in types:
        raise InputError(Reason.BAD_CREDENTIAL, "a credential and an envelope in one")
    _check_self(document, "", Reason.BAD_CREDENTIAL)
    _check_issuer(document.get("issuer"))
    _check_subjects(document.get("credentialSubject"))
    for member in _TYPED:
        if member in document:
            check_typed(document[member], member, Reason.BAD_CREDENTIAL, limits=limits)
    if "relatedResource" in document:
        _check_related(document["relatedResource"])
    proof = document.get("proof")
    if proof is not None:  # null is a proof that is missing: who reads proofs says so
        check_typed(proof, "proof", Reason.BAD_CREDENTIAL, limits=limits)
    return types


def check_unsigned(document: Json, *, issuer: str, limits: Limits = LIMITS) -> JsonObject:
    """What somebody wants `issuer` to issue: a copy that says who issues it, its form checked.

    An issuer that is left out, or an issuer's object without an id, is completed; anybody else's
    name is refused. A `proof` that is there already stays, and becomes part of a set.

    Raises: InputError BAD_CREDENTIAL, BAD_DATE or KEY_NOT_OF_ISSUER (whoever asks).
    Not checked: what contexts say of terms and types (`amana.terms`).
    """
    wanted: JsonObject = {**as_object(document, Reason.BAD_CREDENTIAL)}
    named = wanted.setdefault("issuer", issuer)
    if type(named) is dict and "id" not in named:
        wanted["issuer"] = {**named, "id": issuer}
    check_members(wanted, limits)
    check_dates(wanted)
    if wanted.get("proof", {}) is None:
        raise InputError(Reason.BAD_CREDENTIAL, "a proof that is null")
    named = wanted["issuer"]
    if (named["id"] if type(named) is dict else named) != issuer:
        raise InputError(Reason.KEY_NOT_OF_ISSUER, "issued in somebody else's name")
    return wanted


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
            check_url(context, "a context", reason)
        elif type(context) is not dict:
            raise InputError(reason, "a context is a URL or an object")


def read_types(
    document: JsonObject, needed: str, reason: Reason, *, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """VC Data Model 2.0, section 4.5: `type` as a tuple that holds `needed`.

    Raises: InputError with `reason` (the document's author).
    """
    types = as_list(document.get("type"))
    if len(types) > limits.types or not all(_is_name(name) for name in types):
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


def check_typed(value: Json, member: str, reason: Reason, *, limits: Limits = LIMITS) -> None:
    """One object, or several: each names its type (section 4.5), and an `id` is a URL (4.4).

    Raises: InputError with `reason` (the document's author).
    """
    objects = as_list(value)
    if not objects:
        raise InputError(reason, f"{member} is empty")
    for item in objects:
        names = as_list(as_object(item, reason).get("type"))
        if not 0 < len(names) <= limits.types or not all(_is_name(name) for name in names):
            raise InputError(reason, f"{member} without a type")
        if "id" in item:
            check_url(item["id"], f"{member}.id", reason)
        elif member == "credentialSchema":
            raise InputError(reason, "credentialSchema without an id (section 4.11)")
        elif member == "refreshService" and len(item) == 1:
            # Section 5.4: enough to refresh with. W3C's suite has such a document, to be refused.
            raise InputError(reason, "a refreshService that says nothing but its type")


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


def check_dates(document: JsonObject) -> tuple[datetime | None, datetime | None]:
    """Section 4.9: `validFrom` and `validUntil`, and that the one is not after the other.

    Raises: InputError BAD_DATE or BAD_CREDENTIAL (the document's author).
    """
    valid_from = read_instant(document, "validFrom")
    valid_until = read_instant(document, "validUntil")
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        raise InputError(Reason.BAD_CREDENTIAL, "validUntil lies before validFrom")
    return valid_from, valid_until


def _is_name(name: Json) -> bool:
    return type(name) is str and name != ""


def _check_self(value: JsonObject, where: str, reason: Reason) -> None:
    """What an object says of itself: its id (section 4.4), name and description (4.6)."""
    if "id" in value:
        check_url(value["id"], f"{where}id", reason)
    for member in ("name", "description"):
        if member in value:
            check_text(value[member], f"{where}{member}", reason)


def _check_issuer(issuer: Json) -> None:
    """Section 4.7: a URL, or an object whose id is one."""
    if type(issuer) is not dict:
        check_url(issuer, "issuer")
        return
    check_url(issuer.get("id"), "issuer.id")
    _check_self(issuer, "issuer.", Reason.BAD_CREDENTIAL)


def _check_subjects(value: Json) -> None:
    """Section 4.8: one object or several, none of them empty."""
    subjects = as_list(value)
    if not subjects:
        raise InputError(Reason.BAD_CREDENTIAL, "no credentialSubject")
    for subject in subjects:
        if not as_object(subject, Reason.BAD_CREDENTIAL):
            raise InputError(Reason.BAD_CREDENTIAL, "an empty credentialSubject")
        if "id" in subject:
            check_url(subject["id"], "credentialSubject.id")


def _check_related(value: Json) -> None:
    """Section 5.3: objects, each with a URL of its own and the digest of what lies there."""
    resources = as_list(value)
    if not resources:
        raise InputError(Reason.BAD_CREDENTIAL, "relatedResource is empty")
    seen = set()
    for resource in resources:
        resource = as_object(resource, Reason.BAD_CREDENTIAL)
        url = check_url(resource.get("id"), "relatedResource.id")
        if url in seen:
            raise InputError(Reason.BAD_CREDENTIAL, "a related resource is named twice")
        seen.add(url)
        read_digests(resource)
        if "mediaType" in resource:
            media_type = resource["mediaType"]
            if type(media_type) is not str or _MEDIA_TYPE.match(media_type) is None:
                raise InputError(Reason.BAD_CREDENTIAL, "mediaType is no media type (RFC 6838)")
