"""SD-JWT in JWS JSON serialisation (RFC 9901, section 8), turned into the compact form."""

from __future__ import annotations

from typing import Final

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = ["to_compact"]

_UNPROTECTED: Final = ("disclosures", "kb_jwt")
_PROTECTED_ONLY: Final = frozenset({"alg", "b64", "crit", "typ"})


def to_compact(text: str, *, limits: Limits = LIMITS) -> str:
    """`jwt~disclosure~…~` or `…~kb_jwt` from the flattened or the general form.

    Of several signatures the first counts, which is the one that key bindings cover (section 8.1).

    Raises: InputError (the sender's fault): BAD_SD_JWT, or what `strict_json.loads` raises.
    Not checked: the further signatures; members that nobody here knows.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(Reason.LONE_SURROGATE, "half of a surrogate pair stands alone") from None
    document = as_object(loads(data, limits=limits, floats=True), Reason.BAD_SD_JWT)
    signed = _first_signature(document, limits)
    header = as_object(signed.get("header", {}), Reason.BAD_SD_JWT)
    parts: list[Json] = [signed.get("protected"), document.get("payload"), signed.get("signature")]
    disclosures = header.get("disclosures", [])
    binding = header.get("kb_jwt", "")
    if type(disclosures) is not list:
        raise InputError(Reason.BAD_SD_JWT, "disclosures are an array of texts")
    for member in (*parts, *disclosures, binding):
        if type(member) is not str or "~" in member:
            raise InputError(Reason.BAD_SD_JWT, "a part of a JWS, or a disclosure, is no text")
    if "kb_jwt" in header and not binding:
        raise InputError(Reason.BAD_SD_JWT, "an empty key binding")
    _check_disjoint(header, parts[0], limits)
    return "~".join([".".join(parts), *disclosures, binding])


def _first_signature(document: JsonObject, limits: Limits) -> JsonObject:
    """The one signature of the flattened form, or the first of the general one (RFC 7515, 7.2)."""
    if "signatures" not in document:
        return document
    signatures = document["signatures"]
    if (
        type(signatures) is not list
        or not 1 <= len(signatures) <= limits.proofs
        or not document.keys().isdisjoint({"signature", "protected", "header"})
    ):
        raise InputError(Reason.BAD_SD_JWT, "neither the flattened nor the general form")
    first, *others = (as_object(one, Reason.BAD_SD_JWT) for one in signatures)
    for other in others:
        header = as_object(other.get("header", {}), Reason.BAD_SD_JWT)
        if not header.keys().isdisjoint(_UNPROTECTED):
            raise InputError(Reason.BAD_SD_JWT, "disclosures elsewhere than in the first header")
    return first


def _check_disjoint(header: JsonObject, protected: Json, limits: Limits) -> None:
    """A parameter stands in one header only (RFC 7515, section 4), and some in the protected."""
    data = from_base64url(protected, Reason.BAD_JWT)
    names = as_object(loads(data, limits=limits), Reason.BAD_JWT).keys()
    if not header.keys().isdisjoint(names | _PROTECTED_ONLY):
        raise InputError(Reason.BAD_SD_JWT, "a header parameter out of its place")
