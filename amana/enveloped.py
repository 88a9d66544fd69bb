"""Enveloped credentials and presentations (VC Data Model 2.0, sections 4.13.1 and 4.13.2).

Such an object holds no claim itself: its `id` is a data: URL, and what lies in there is secured as
a whole, as `application/vc+jwt` is. Only the form is judged here; whoever knows a media type reads
what is inside.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import schemas
from amana.data_model import as_list
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json

__all__ = ["CREDENTIAL", "PRESENTATION", "Envelope", "enveloped"]

CREDENTIAL: Final = "EnvelopedVerifiableCredential"
PRESENTATION: Final = "EnvelopedVerifiablePresentation"
_REASONS: Final = {CREDENTIAL: Reason.BAD_CREDENTIAL, PRESENTATION: Reason.BAD_PRESENTATION}
_MEMBERS: Final = frozenset({"@context", "id", "type"})
# RFC 2397: a media type with its parameters, perhaps ";base64", a comma, and what it is about.
_DATA_URL: Final = re.compile(
    r"data:([a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*(?:;[a-z0-9!#$&^_.+=-]+)*)"
    r",([!-~]+)",
    re.IGNORECASE,
)


class Envelope(NamedTuple):
    """What was found in one envelope. Not checked yet: anything of what it says."""

    media_type: str  # in lower case, with its parameters: "application/vc+jwt"
    text: str

    def __repr__(self) -> str:
        """Nothing of what is inside, which may be about a person."""
        return f"Envelope(media_type={self.media_type!r})"


def enveloped(document: Json, *, limits: Limits = LIMITS) -> Envelope | None:
    """What an enveloped credential or presentation holds; None if `document` is no such thing.

    Whatever stands beside context, id and type would be secured by nobody, and is refused.

    Raises: InputError BAD_CREDENTIAL or BAD_PRESENTATION (the document's author).
    Not checked: whether the media type is a known one, and that it is one for what is meant to be
    in there.
    """
    if type(document) is not dict:
        return None
    types = as_list(document.get("type"))
    if CREDENTIAL not in types and PRESENTATION not in types:
        return None
    kind = CREDENTIAL if CREDENTIAL in types else PRESENTATION
    reason = _REASONS[kind]
    if types != [kind] or document.keys() != _MEMBERS:
        raise InputError(reason, "an envelope is a context, an id and its one type")
    contexts = as_list(document["@context"])
    if len(contexts) > limits.contexts or contexts[:1] != [schemas.VC_CONTEXT]:
        raise InputError(reason, "@context of an envelope does not begin with the base context")
    if not all(type(context) in (str, dict) for context in contexts):
        raise InputError(reason, "a context is a URL or an object")
    url = document["id"]
    match = _DATA_URL.fullmatch(url) if type(url) is str else None
    if match is None:
        raise InputError(reason, "the id of an envelope is a data: URL with a media type")
    return Envelope(match[1].lower(), match[2])
