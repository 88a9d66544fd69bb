"""Verifiable presentations, VC Data Model 2.0, section 4.13: built by holders, checked by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import schemas
from amana.credential import Credential, check_credential
from amana.data_model import as_list, check_context, check_url, read_types
from amana.did.key import verification_method
from amana.errors import InputError
from amana.keys import SecretKey
from amana.limits import LIMITS, Limits
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["Presentation", "build_presentation", "check_presentation"]

_PRESENTATION: Final = "VerifiablePresentation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """What a checked presentation holds. Not checked yet: any proof."""

    document: JsonObject = field(repr=False)
    credentials: tuple[Credential, ...]
    holder: str | None


def build_presentation(
    credentials: Sequence[JsonObject], *, key: SecretKey, challenge: str, domain: str
) -> JsonObject:
    """Credentials under the holder's own proof, bound to one challenge and one asker.

    `challenge` is the digest of the whole challenge, `domain` the DID of the organisation that
    asks. Not checked: that the credentials belong to `key`.
    """
    document: JsonObject = {
        "@context": [schemas.VC_CONTEXT],
        "type": [_PRESENTATION],
        "holder": key.public.did,
        "verifiableCredential": list(credentials),
    }
    return eddsa_jcs.sign(
        document,
        key=key,
        verification_method=verification_method(key.public.did),
        proof_purpose="authentication",
        challenge=challenge,
        domain=domain,
    )


def check_presentation(document: Json, *, limits: Limits = LIMITS) -> Presentation:
    """Check the rules of section 4.13 and those of every credential inside.

    Raises: InputError BAD_PRESENTATION, BAD_CREDENTIAL, BAD_DATE or TOO_MANY_CREDENTIALS
    (the document's author). Not checked: proofs, dates, status, schemas.
    """
    document = as_object(document, Reason.BAD_PRESENTATION)
    check_context(document, Reason.BAD_PRESENTATION, limits=limits)
    read_types(document, _PRESENTATION, Reason.BAD_PRESENTATION, limits=limits)
    credentials = as_list(document.get("verifiableCredential"))
    if len(credentials) > limits.credentials_in_presentation:
        raise InputError(Reason.TOO_MANY_CREDENTIALS, "more credentials than one answer may hold")
    holder = document.get("holder")
    if holder is not None:
        holder = holder.get("id") if type(holder) is dict else holder
        check_url(holder, "holder", Reason.BAD_PRESENTATION)
    return Presentation(
        document=document,
        credentials=tuple(check_credential(item, limits=limits) for item in credentials),
        holder=holder,
    )
