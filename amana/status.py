"""Bitstring Status List v1.0: one status a credential, in lists so large that asking tells nothing.

A list serves one purpose or several, and gives each credential one bit or more.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import schemas
from amana._bits import inflate, pack, value_at
from amana.credential import StatusEntry, check_credential
from amana.data_model import as_list
from amana.dates import first_of_month, format_instant
from amana.errors import InputError, VerificationError
from amana.keys import PublicKey, SecretKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base64url, encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.status_entry import read_messages, read_size, write_messages
from amana.strict_json import Json, JsonObject, loads

__all__ = ["StatusList", "build_status_list", "judge_entry", "read_status_list"]

_KIND: Final = "BitstringStatusListCredential"
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
# What a status other than 0 means, for the purposes that the specification fixes.
_MEANINGS: Final = {
    "revocation": Reason.REVOKED,
    "suspension": Reason.SUSPENDED,
    "message": Reason.STATUS_MESSAGE,
    "refresh": Reason.REFRESH_AVAILABLE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusList:
    """A status list, decoded once: `bits` is plain bytes, the first bit the highest of byte 0."""

    url: str
    issuer: str
    purposes: tuple[str, ...]
    bits: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime | None = None
    size: int | None = None  # bits of one status; None where only the entries say it
    messages: tuple[str, ...] = ()  # by status, where the list itself names them
    ttl: timedelta | None = None  # how long until a newer one should be looked for

    def is_set(self, index: int) -> bool:
        """Whether the status at `index` is another than 0 (section 3.2).

        Raises: VerificationError STATUS_INDEX_OUT_OF_RANGE (the credential's issuer).
        """
        if self.size is not None and self.size > 1:
            return self.status(index, self.size) != 0
        if not 0 <= index < len(self.bits) * 8:
            raise VerificationError(Reason.STATUS_INDEX_OUT_OF_RANGE, "beyond the status list")
        return bool(self.bits[index >> 3] & (0x80 >> (index & 7)))

    def status(self, index: int, size: int = 1) -> int:
        """The status at `index` for an entry that says that a status has `size` bits (3.2).

        Raises: VerificationError STATUS_SIZE_MISMATCH, STATUS_INDEX_OUT_OF_RANGE, or
        BAD_STATUS_LIST for a list too small for such a size (the credential's issuer).
        """
        if self.size is not None and size != self.size:
            raise VerificationError(Reason.STATUS_SIZE_MISMATCH, "the list has another size")
        if len(self.bits) * 8 // size < LIMITS.status_list_bits_min:
            raise VerificationError(Reason.BAD_STATUS_LIST, "too small to hide in")
        return value_at(self.bits, index, size, "big")


def judge_entry(entry: StatusEntry, found: StatusList) -> Reason | None:
    """What `found` says against the credential of `entry` (section 3.2); None if nothing.

    A message or a refresh is a remark, and never makes a credential false. A status other than 0
    for a purpose that the specification does not fix is unknown to us, and so undecided.

    Raises: VerificationError STATUS_PURPOSE_MISMATCH, or as `StatusList.status` (the credential's
    issuer). Not checked: whose list it is, where it was found, and its dates.
    """
    if entry.purpose not in found.purposes:
        raise VerificationError(Reason.STATUS_PURPOSE_MISMATCH, "a list for another purpose")
    if entry.size == 1 and found.size is None:  # what nearly all of them are
        marked = found.is_set(entry.index)
    else:
        marked = found.status(entry.index, entry.size) != 0
    if not marked:
        return None
    return _MEANINGS.get(entry.purpose, Reason.STATUS_UNKNOWN)


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
        "type": ["VerifiableCredential", _KIND],
        "issuer": issuer,
        "validFrom": format_instant(day),
        "credentialSubject": subject,
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

    Section 2.2 lets a list leave out `id` and `validFrom`. Here both are needed: nothing else says
    which list these bytes are, and how old.

    Raises: InputError BAD_STATUS_LIST or a syntax reason (the list's author); VerificationError
    BAD_SIGNATURE. Not checked: that `key` belongs to the issuer, and whether its dates have come.
    """
    document = loads(data, limits=for_lists(limits))
    credential = check_credential(document, limits=limits)
    proof = eddsa_jcs.read_proof(credential.document.get("proof"))
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a list is signed to assert")
    eddsa_jcs.verify(credential.document, proof, key=key)
    subject = credential.subjects[0]
    encoded = subject.get("encodedList")
    if (
        _KIND not in credential.types
        or len(credential.subjects) != 1
        or as_list(subject.get("type")) != ["BitstringStatusList"]
        or credential.document.get("id") != url
        or credential.valid_from is None
        or type(encoded) is not str
    ):
        raise InputError(Reason.BAD_STATUS_LIST, "not the status list of this URL")
    purposes = _purposes(subject.get("statusPurpose"))
    size, messages = _sizes(subject, purposes)
    bits = inflate(decode_base64url(encoded), wbits=31, limits=limits)
    if len(bits) * 8 // (size or 1) < limits.status_list_bits_min:
        raise InputError(Reason.BAD_STATUS_LIST, "too small to hide in")
    return StatusList(
        url=url,
        issuer=credential.issuer,
        purposes=purposes,
        bits=bits,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        size=size,
        messages=messages,
        ttl=_ttl(subject["ttl"]) if "ttl" in subject else None,
    )


def for_lists(limits: Limits) -> Limits:
    """`limits` for documents that hold a list, which may be larger than others."""
    if limits is LIMITS:  # made once: a copy of so many fields takes as long as to parse a list
        return _FOR_LISTS
    return _larger(limits)


def _larger(limits: Limits) -> Limits:
    most = limits.status_list_json_bytes
    return replace(limits, json_bytes=most, jws_chars=most)


_FOR_LISTS: Final = _larger(LIMITS)


def _purposes(value: Json) -> tuple[str, ...]:
    """One or several different names: nothing nested, nothing empty, nothing twice."""
    if type(value) is str and value:
        return (value,)
    if (
        type(value) is not list
        or not value
        or not all(type(name) is str and name for name in value)
        or len(set(value)) != len(value)
    ):
        raise InputError(Reason.BAD_STATUS_LIST, "statusPurpose is one name or several")
    return tuple(value)


def _sizes(subject: JsonObject, purposes: tuple[str, ...]) -> tuple[int | None, tuple[str, ...]]:
    """How many bits a status has, and what the statuses are called, if the list says so.

    A list of messages must say its size. Whether it names the messages, and under which member,
    the specification leaves unclear (section 2.2 has `statusMessages`, its context has neither);
    the entries name them, and theirs count.
    """
    if "statusSize" not in subject:
        if "message" in purposes or "statusMessage" in subject:
            raise InputError(Reason.BAD_STATUS_LIST, "a list of messages says its statusSize")
        return None, ()
    size = read_size(subject["statusSize"], Reason.BAD_STATUS_LIST)
    if "statusMessage" not in subject:
        return size, ()
    return size, read_messages(subject["statusMessage"], size, Reason.BAD_STATUS_LIST)


def _ttl(value: Json) -> timedelta:
    if type(value) is not int or value < 0:
        raise InputError(Reason.BAD_STATUS_LIST, "ttl is a number of milliseconds")
    return timedelta(milliseconds=value)
