"""Issuing status lists: Bitstring Status List v1.0, sections 2.2, 3.1 and 3.3."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import schemas
from amana._bits import pack
from amana.dates import first_of_month, format_instant
from amana.errors import InputError
from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.multibase import encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.status_entry import write_messages
from amana.strict_json import Json, JsonObject

__all__ = ["LIST_TYPE", "build_status_list"]

LIST_TYPE: Final = "BitstringStatusListCredential"
_VOCABULARY: Final = "https://www.w3.org/ns/credentials/status#"
# What the base context knows of an entry and not of a list: written into those lists that need it.
_MORE_TERMS: Final[JsonObject] = {
    "statusSize": {
        "@id": f"{_VOCABULARY}statusSize",
        "@type": "http://www.w3.org/2001/XMLSchema#integer",
    },
    "statusMessage": {
        "@id": f"{_VOCABULARY}statusMessage",
        "@context": {"message": f"{_VOCABULARY}message", "status": f"{_VOCABULARY}status"},
    },
}


def build_status_list(
    statuses: Iterable[int] | Mapping[int, int],
    *,
    url: str,
    issuer: str,
    key: SecretKey,
    verification_method: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    size: int = LIMITS.status_list_bits_min,
    purpose: str | Sequence[str] = "revocation",
    status_size: int = 1,
    messages: Sequence[str] = (),
    ttl: timedelta | None = None,
) -> JsonObject:
    """A signed status list credential with `size` places of `status_size` bits (section 2.2).

    `statuses` are the indices that are set to 1, or map each index to its status. `messages` name
    the 2^`status_size` statuses in order. `valid_from` is the day it was made: a list is public and
    names nobody, a day is coarse enough.

    Raises: InputError STATUS_INDEX_OUT_OF_RANGE, STATUS_VALUE_OUT_OF_RANGE, or BAD_DATE for a
    `valid_until` whose month began before the list was made; ValueError for a size that makes no
    whole number of bytes, or is too small to hide in, and for too few or too many messages (the
    caller's fault).
    """
    if size * status_size % 8 or size < LIMITS.status_list_bits_min:
        raise ValueError("a status list has whole bytes, and is large enough to hide in")
    if not 1 <= status_size <= LIMITS.status_size:
        raise ValueError("a status has one bit or a few")
    purposes = [purpose] if isinstance(purpose, str) else list(purpose)
    if len(messages) != 1 << status_size and (messages or status_size > 1 or "message" in purposes):
        raise ValueError("each status has one message")
    bits = pack(statuses, count=size, size=status_size, order="big")
    contexts: list[Json] = [schemas.VC_CONTEXT]
    subject: JsonObject = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purposes[0] if len(purposes) == 1 else purposes,
        # mtime 0: a list says when it was made in one place only
        "encodedList": encode_base64url(gzip.compress(bits, mtime=0)),
    }
    if messages:
        contexts.append(_MORE_TERMS)
        subject["statusSize"] = status_size
        subject["statusMessage"] = write_messages(tuple(messages))
    if ttl is not None:
        subject["ttl"] = ttl // timedelta(milliseconds=1)
    day = valid_from.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    document: JsonObject = {
        "@context": contexts,
        "id": url,
        "type": ["VerifiableCredential", LIST_TYPE],
        "issuer": issuer,
        "validFrom": format_instant(day),
        "credentialSubject": subject,
    }
    if valid_until is not None:
        document["validUntil"] = first_of_month(valid_until.date())
        if document["validUntil"] < document["validFrom"]:
            raise InputError(Reason.BAD_DATE, "a list that is over before it is made")
    return eddsa_jcs.sign(document, key=key, verification_method=verification_method)
