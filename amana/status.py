"""Bitstring Status List v1.0: one status a credential, in lists so large that asking tells nothing.

A list serves one purpose or several, and gives each credential one bit or more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from amana._bits import inflate, value_at
from amana._status_issuing import LIST_TYPE, build_status_list
from amana.credential import Credential, StatusEntry, check_credential
from amana.data_model import as_list
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.status_entry import read_messages, read_size
from amana.strict_json import Json, JsonObject, loads

__all__ = ["StatusList", "build_status_list", "judge_entry", "read_status_list"]

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
    purposes: tuple[str, ...]  # in the order of the alphabet
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


def read_status_list(
    data: bytes, *, url: str, key: VerifyingKey, limits: Limits = LIMITS
) -> StatusList:
    """Parse, check and decode a status list credential that `key` signed (section 3.2).

    It is secured by Data Integrity proofs, each of them by `key`, or enveloped as `vc+jwt`.
    Section 2.2 lets a list leave out `id` and `validFrom`. Here both are needed: nothing else says
    which list these bytes are, and how old.

    Raises: InputError BAD_STATUS_LIST or a syntax reason (the list's author); VerificationError
    BAD_SIGNATURE, WRONG_RELATIONSHIP or UNKNOWN_CRYPTOSUITE. Not checked: that `key` belongs to
    the issuer, and whether any dates have come.
    """
    credential = _verified(data, key, limits)
    subject = credential.subjects[0]
    encoded = subject.get("encodedList")
    if (
        LIST_TYPE not in credential.types
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


def _verified(data: bytes, key: VerifyingKey, limits: Limits) -> Credential:
    if data.startswith(b"ey"):  # what a JWS begins with, and JSON never does
        return _enveloped(data, key, limits)
    credential = check_credential(loads(data, limits=for_lists(limits)), limits=limits)
    document = credential.document
    given = document.get("proof")
    if (
        type(given) is not dict
        or given.get("cryptosuite") != eddsa_jcs.CRYPTOSUITE
        or not isinstance(key, PublicKey)
    ):
        from amana.proofs.data_integrity import verify_proofs  # few lists come so

        verify_proofs(
            document,
            key_of=lambda _method, _purpose: key,
            proof_purpose="assertionMethod",
            limits=limits,
        )
        return credential
    proof = eddsa_jcs.read_proof(given)
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a list is signed to assert")
    eddsa_jcs.verify(document, proof, key=key)
    return credential


def _enveloped(data: bytes, key: VerifyingKey, limits: Limits) -> Credential:
    from amana.proofs import vc_jwt  # few lists come so
    from amana.proofs.jose import verify_jws

    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_JWT, "not ASCII") from None
    found = vc_jwt.read(text, limits=for_lists(limits))
    verify_jws(found.jws, key=key)
    return check_credential(found.document, limits=limits)


def for_lists(limits: Limits) -> Limits:
    """`limits` for documents that hold a list, which may be larger than others."""
    if limits is LIMITS:  # made once: a copy of so many fields takes as long as to parse a list
        return _FOR_LISTS
    return _larger(limits)


def _larger(limits: Limits) -> Limits:
    most = limits.status_list_json_bytes
    values = limits.status_list_json_values
    return replace(limits, json_bytes=most, json_values=values, jws_chars=most)


_FOR_LISTS: Final = _larger(LIMITS)


def _purposes(value: Json) -> tuple[str, ...]:
    """One or several different names: nothing nested, nothing empty, nothing twice.

    Sorted, since in JSON-LD an array has no order, and not every proof secures the one it has.
    """
    if type(value) is str and value:
        return (value,)
    if (
        type(value) is not list
        or not value
        or not all(type(name) is str and name for name in value)
        or len(set(value)) != len(value)
    ):
        raise InputError(Reason.BAD_STATUS_LIST, "statusPurpose is one name or several")
    return tuple(sorted(value))


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
