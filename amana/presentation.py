"""Verifiable presentations, VC Data Model 2.0, section 4.13: built by holders, checked by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import schemas
from amana.credential import Credential, check_credential
from amana.data_model import as_list, check_context, check_typed, check_url, read_types
from amana.did.key import verification_method
from amana.enveloped import PRESENTATION, Envelope, enveloped
from amana.errors import InputError, VerificationError
from amana.keys import SecretKey
from amana.limits import LIMITS, Limits
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = ["Presentation", "build_presentation", "check_presentation", "check_self_asserted"]

_PRESENTATION: Final = "VerifiablePresentation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Presentation:
    """What a checked presentation holds. Not checked yet: any proof."""

    document: JsonObject = field(repr=False)
    credentials: tuple[Credential, ...]
    holder: str | None
    envelopes: tuple[Envelope, ...] = ()  # enveloped credentials, as yet unread

    @property
    def self_asserted(self) -> tuple[Credential, ...]:
        """The credentials that no proof of their own secures: only the presentation's can."""
        return tuple([found for found in self.credentials if "proof" not in found.document])


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
    }
    if credentials:
        document["verifiableCredential"] = list(credentials)
    return eddsa_jcs.sign(
        document,
        key=key,
        verification_method=verification_method(key.public.did),
        proof_purpose="authentication",
        challenge=challenge,
        domain=domain,
    )


def check_presentation(
    document: Json, *, envelopes: bool = False, limits: Limits = LIMITS
) -> Presentation:
    """Check the rules of section 4.13 and those of every credential inside.

    `envelopes` is for callers that read enveloped credentials: nobody else may pass them over.

    Raises: InputError BAD_PRESENTATION, BAD_CREDENTIAL, BAD_DATE or TOO_MANY_CREDENTIALS
    (the document's author); UNKNOWN_KIND for an enveloped credential that the caller can't read.
    Not checked: proofs, dates, status, schemas, and who asserts what is secured by no proof of
    its own (`check_self_asserted`).
    """
    document = as_object(document, Reason.BAD_PRESENTATION)
    check_context(document, Reason.BAD_PRESENTATION, limits=limits)
    types = read_types(document, _PRESENTATION, Reason.BAD_PRESENTATION, limits=limits)
    if PRESENTATION in types:
        raise InputError(Reason.BAD_PRESENTATION, "a presentation and an envelope in one")
    if "id" in document:
        check_url(document["id"], "id", Reason.BAD_PRESENTATION)
    if "termsOfUse" in document:
        check_typed(document["termsOfUse"], "termsOfUse", Reason.BAD_PRESENTATION, limits=limits)
    value = document.get("verifiableCredential", [])
    if value is None:
        raise InputError(Reason.BAD_PRESENTATION, "verifiableCredential is null")
    found = as_list(value)
    if len(found) > limits.credentials_in_presentation:
        raise InputError(Reason.TOO_MANY_CREDENTIALS, "more credentials than one answer may hold")
    credentials, enveloped_ones = [], []
    for item in found:
        # No envelope has subjects: what has some need not be looked at twice.
        subjects = type(item) is dict and "credentialSubject" in item
        envelope = None if subjects else enveloped(item, limits=limits)
        if envelope is None:
            credentials.append(check_credential(item, limits=limits))
        elif not envelopes or item["type"] in (PRESENTATION, [PRESENTATION]):
            raise InputError(Reason.UNKNOWN_KIND, "an envelope, where none is read")
        else:
            enveloped_ones.append(envelope)
    return Presentation(
        document=document,
        credentials=tuple(credentials),
        holder=_holder(document) if "holder" in document else None,
        envelopes=tuple(enveloped_ones),
    )


def check_self_asserted(presentation: Presentation) -> None:
    """Section 4.13.4: who presents what nobody else has secured has to be its issuer.

    A credential without a proof is taken as self-asserted: the presentation's proof is all that
    secures it.

    Raises: VerificationError WRONG_HOLDER (the holder).
    Not checked: that the presentation's proof is the holder's.
    """
    for credential in presentation.self_asserted:
        if credential.issuer != presentation.holder:
            raise VerificationError(
                Reason.WRONG_HOLDER, "a credential without a proof is not the holder's own"
            )


def _holder(document: JsonObject) -> str:
    """A URL, or an object whose id is one."""
    holder = document["holder"]
    if type(holder) is dict:
        holder = holder.get("id")
    return check_url(holder, "holder", Reason.BAD_PRESENTATION)
