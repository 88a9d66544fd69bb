"""Bitstring Status List v1.0: one bit a credential, in lists so large that asking tells nothing."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import schemas
from amana.credential import check_credential
from amana.dates import first_of_month, format_instant
from amana.errors import InputError, VerificationError
from amana.keys import PublicKey, SecretKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base64url, encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import JsonObject, loads

__all__ = ["StatusList", "build_status_list", "read_status_list"]

_KIND: Final = "BitstringStatusListCredential"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusList:
    """A status list, decoded once: `bits` is plain bytes, the first bit the highest of byte 0."""

    url: str
    issuer: str
    purpose: str
    bits: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime | None = None

    def is_set(self, index: int) -> bool:
        """Whether bit `index` is set (section 3.2).

        Raises: VerificationError STATUS_INDEX_OUT_OF_RANGE (the credential's issuer).
        """
        if not 0 <= index < len(self.bits) * 8:
            raise VerificationError(Reason.STATUS_INDEX_OUT_OF_RANGE, "beyond the status list")
        return bool(self.bits[index >> 3] & (0x80 >> (index & 7)))


def build_status_list(
    set_indices: Iterable[int],
    *,
    url: str,
    issuer: str,
    key: SecretKey,
    verification_method: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    size: int = LIMITS.status_list_bits_min,
    purpose: str = "revocation",
) -> JsonObject:
    """A signed status list credential of `size` bits with the given ones set (section 2.2).

    `valid_from` is the day it was made: a list is public and names nobody, a day is coarse enough.

    Raises: InputError STATUS_INDEX_OUT_OF_RANGE, or BAD_DATE for a `valid_until` whose month began
    before the list was made; ValueError for a size that is no whole number of bytes, or too small
    to hide in (the caller's fault).
    """
    if size % 8 or size < LIMITS.status_list_bits_min:
        raise ValueError("a status list has whole bytes, and is large enough to hide in")
    bits = bytearray(size // 8)
    for index in set_indices:
        if not 0 <= index < size:
            raise InputError(Reason.STATUS_INDEX_OUT_OF_RANGE, f"the list has {size} bits")
        bits[index >> 3] |= 0x80 >> (index & 7)
    document: JsonObject = {
        "@context": [schemas.VC_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", _KIND],
        "issuer": issuer,
        "validFrom": format_instant(
            valid_from.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        ),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            # mtime 0: a list says when it was made in one place only
            "encodedList": encode_base64url(gzip.compress(bytes(bits), mtime=0)),
        },
    }
    if valid_until is not None:
        document["validUntil"] = first_of_month(valid_until.date())
        if document["validUntil"] < document["validFrom"]:
            raise InputError(Reason.BAD_DATE, "a list that is over before it is made")
    return eddsa_jcs.sign(document, key=key, verification_method=verification_method)


def read_status_list(
    data: bytes, *, url: str, key: PublicKey, limits: Limits = LIMITS
) -> StatusList:
    """Parse, check and decode a status list credential that `key` signed (section 3.2).

    Raises: InputError BAD_STATUS_LIST or a syntax reason (the list's author); VerificationError
    BAD_SIGNATURE. Not checked: that `key` belongs to the issuer, and whether its dates have come.
    """
    document = loads(data, limits=_for_lists(limits))
    credential = check_credential(document, limits=limits)
    proof = eddsa_jcs.read_proof(credential.document.get("proof"))
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a list is signed to assert")
    eddsa_jcs.verify(credential.document, proof, key=key)
    subject = credential.subjects[0]
    purpose, encoded = subject.get("statusPurpose"), subject.get("encodedList")
    if (
        _KIND not in credential.types
        or len(credential.subjects) != 1
        or subject.get("type") != "BitstringStatusList"
        or credential.document.get("id") != url
        or credential.valid_from is None
        or type(purpose) is not str
        or type(encoded) is not str
    ):
        raise InputError(Reason.BAD_STATUS_LIST, "not the status list of this URL")
    return StatusList(
        url=url,
        issuer=credential.issuer,
        purpose=purpose,
        bits=_inflate(encoded, limits),
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
    )


def _for_lists(limits: Limits) -> Limits:
    return Limits(json_bytes=limits.status_list_json_bytes, json_depth=limits.json_depth)


def _inflate(encoded: str, limits: Limits) -> bytes:
    """Section 3.3, bounded: a small text may not blow up into memory that nobody has."""
    most = limits.status_list_bits_max // 8
    packed = decode_base64url(encoded)
    inflater = zlib.decompressobj(wbits=31)  # 31: a gzip wrapper, and nothing else
    try:
        bits = inflater.decompress(packed, most + 1)
    except zlib.error:
        raise InputError(Reason.BAD_STATUS_LIST, "not GZIP data") from None
    if len(bits) > most:
        raise InputError(Reason.BAD_STATUS_LIST, "larger than any list may be")
    if not inflater.eof or inflater.unused_data:
        raise InputError(Reason.BAD_STATUS_LIST, "cut short, or followed by something else")
    if len(bits) * 8 < limits.status_list_bits_min:
        raise InputError(Reason.BAD_STATUS_LIST, "too small to hide in")
    return bits
