"""What a key has issued: the exact list by which older credentials outlive a stolen key.

Whoever steals a key can write any date into a credential. From the instant at which a key leaked,
or its organisation was suspended or withdrawn, a date alone proves nothing; what proves that a
credential is older is that its digest stands in a list which the consortium had already collected
(design, section 6). A list is one JSON document that the organisation signs with `eddsa-jcs-2022`:

    type                "IssuedList"
    issuer              the organisation's DID
    verificationMethod  the key whose credentials are listed
    validFrom           the day on which the list was made
    digests             16 bytes a credential, ascending, as one text in multibase base64url

A digest is the first half of the SHA-256 of the *issuer-signed form*, which is, to the byte:

    Data Integrity      the RFC 8785 form of the secured document, its `proof` included
    SD-JWT              the issuer-signed JWT alone: ASCII up to, and without, the first `~`
    JOSE                the compact JWS, as ASCII
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from amana.dates import format_instant, parse_instant
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.limits import LIMITS, Limits
from amana.multibase import decode_base64url, encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.snapshot import (
    DIGEST_BYTES,
    Entry,
    IssuedList,
    PinnedKey,
    Snapshot,
    State,
    standing,
)

__all__ = [
    "IssuedList",
    "build_issued_list",
    "digest_of",
    "issued_list_issuer",
    "issuer_signed_form",
    "read_issued_list",
    "standing_of",
]

EntryOf = Callable[[str], Entry | None]

_KIND: Final = "IssuedList"
_MEMBERS: Final = frozenset(
    {"type", "issuer", "verificationMethod", "validFrom", "digests", "proof"}
)
_KEEP: Final = ("keep", _KIND)
# What the list of issued credentials may overcome; nothing else becomes better by it.
OUTLIVED: Final = frozenset(
    {Reason.KEY_COMPROMISED, Reason.ISSUER_SUSPENDED_SINCE, Reason.ISSUER_WITHDRAWN_SINCE}
)


def issuer_signed_form(secured: JsonObject | str) -> bytes:
    """The bytes that a digest is of: of a document with its proof, or of a token.

    Raises: InputError from canonicalisation, BAD_JWT for a token that is not ASCII (its author).
    Not checked: any signature.
    """
    if not isinstance(secured, str):
        return canonical(secured)
    try:
        return secured.partition("~")[0].encode("ascii")
    except UnicodeEncodeError:
        raise InputError(Reason.BAD_JWT, "a token is ASCII") from None


def digest_of(form: bytes) -> bytes:
    """The 16 bytes by which a list knows an issuer-signed form."""
    return sha256(form).digest()[:DIGEST_BYTES]


def standing_of(
    secured: JsonObject | str,
    *,
    snapshot: Snapshot | None,
    entry: Entry,
    key: PinnedKey,
    issued: datetime | None,
    now: datetime,
) -> Reason | None:
    """What speaks against `secured`, dated `issued`, under `key` of `entry`; None if nothing does.

    As `snapshot.standing`, except that what stands in the list that the registry ships for this
    key is older than the trouble. A list only ever helps: it makes nothing worse.

    Raises: InputError as `issuer_signed_form` (the author of `secured`).
    Not checked: that `key` signed it.
    """
    against = standing(entry, key, issued=issued, now=now)
    if against not in OUTLIVED or snapshot is None:
        return against
    listed = snapshot.issued.get(key.id)
    if listed is None or digest_of(issuer_signed_form(secured)) not in listed:
        return against
    if standing(entry, key, issued=issued, now=now, listed=True) is None:
        return None
    return against


def build_issued_list(
    digests: Iterable[bytes],
    *,
    issuer: str,
    key_id: str,
    key: SecretKey,
    verification_method: str,
    valid_from: datetime,
) -> JsonObject:
    """A signed list of everything that `key_id` has issued; a digest given twice counts once.

    `key` signs as `verification_method`: the listed key itself, its successor, or one of the
    consortium's after a withdrawal. Of `valid_from` only the day is kept.

    Raises: ValueError for a digest that is not 16 bytes; InputError TOO_LARGE for more of them than
    a list may hold (the caller's fault).
    """
    ordered = sorted(set(digests))
    if any(len(digest) != DIGEST_BYTES for digest in ordered):
        raise ValueError(f"a digest has {DIGEST_BYTES} bytes")
    if len(ordered) > LIMITS.issued_digests:
        raise InputError(Reason.TOO_LARGE, f"more than {LIMITS.issued_digests} credentials")
    day = valid_from.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    document: JsonObject = {
        "type": _KIND,
        "issuer": issuer,
        "verificationMethod": key_id,
        "validFrom": format_instant(day),
        "digests": encode_base64url(b"".join(ordered)),
    }
    return eddsa_jcs.sign(document, key=key, verification_method=verification_method)


def is_issued_list(data: bytes, *, limits: Limits = LIMITS) -> bool:
    """Whether these bytes mean to be such a list. Not checked: that they are one.

    Raises: InputError with a syntax reason, if they look like JSON and are none (their author).
    """
    if data.startswith(b"ey"):  # what a token begins with, and JSON never does
        return False
    return _loaded(data, limits).get("type") == _KIND


def issued_list_issuer(data: bytes, *, limits: Limits = LIMITS) -> str:
    """The DID that a list names as its issuer. Not checked: that it is true.

    Raises: InputError BAD_ISSUED_LIST or a syntax reason (the list's author).
    """
    return _text(_document(data, limits), "issuer")


def nobody(_did: str) -> Entry | None:
    """For those who know no entry but the issuer's."""
    return None


def read_issued_list(
    data: bytes, *, entry: Entry, entry_of: EntryOf = nobody, limits: Limits = LIMITS
) -> IssuedList:
    """Check a list against the pinned keys of the organisation that must have signed it.

    In the place of an organisation that was withdrawn the consortium may sign: `entry_of` gives
    its own entry, whose actions name `keep:IssuedList`.

    Raises: InputError BAD_ISSUED_LIST, TOO_LARGE or a syntax reason (the list's author);
    VerificationError KEY_UNKNOWN, KEY_NOT_OF_ISSUER, WRONG_RELATIONSHIP or BAD_SIGNATURE (whoever
    made it). Not checked: whether the list counts, which `trust_registry.backdating` says.
    """
    document = _document(data, limits)
    if _text(document, "issuer") != entry.did:
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a list of another organisation")
    key_id = _text(document, "verificationMethod")
    if key_id not in entry.keys:
        raise VerificationError(Reason.KEY_UNKNOWN, "the entry pins no such key")
    valid_from = parse_instant(_text(document, "validFrom"))
    proof = eddsa_jcs.read_proof(document["proof"])
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a list is signed to assert")
    signer = _signer(proof.verification_method, entry, entry_of)
    eddsa_jcs.verify(document, proof, key=signer.public)
    digests = decode_base64url(_text(document, "digests"))
    _check_digests(digests, limits)
    return IssuedList(issuer=entry.did, key_id=key_id, valid_from=valid_from, digests=digests)


def issued_list_signer(data: bytes, *, limits: Limits = LIMITS) -> str:
    """The key that a list names as its signer. Not checked: that it signed.

    Raises: InputError as `read_issued_list` (the list's author).
    """
    return eddsa_jcs.read_proof(_document(data, limits)["proof"]).verification_method


def _signer(method: str, entry: Entry, entry_of: EntryOf) -> PinnedKey:
    key = entry.keys.get(method)
    if key is None and entry.history[-1].state is State.WITHDRAWN:
        keeper = entry_of(method.partition("#")[0])
        if keeper is not None and _KEEP in keeper.actions:
            key = keeper.keys.get(method)
    if key is None:
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "the method is not the issuer's")
    if "assertionMethod" not in key.relationships:
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "that key does not sign lists")
    return key


def _check_digests(digests: bytes, limits: Limits) -> None:
    count, rest = divmod(len(digests), DIGEST_BYTES)
    if rest:
        raise InputError(Reason.BAD_ISSUED_LIST, f"digests have {DIGEST_BYTES} bytes each")
    if count > limits.issued_digests:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.issued_digests} credentials")
    each = [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
    # Looked up by bisection: out of order, what is listed might not be found.
    if each != sorted(set(each)):
        raise InputError(Reason.BAD_ISSUED_LIST, "digests ascend, each of them once")


def _loaded(data: bytes, limits: Limits) -> JsonObject:
    larger = replace(limits, json_bytes=limits.issued_list_bytes)
    return as_object(loads(data, limits=larger), Reason.BAD_ISSUED_LIST)


def _document(data: bytes, limits: Limits) -> JsonObject:
    document = _loaded(data, limits)
    if document.keys() != _MEMBERS or document["type"] != _KIND:
        raise InputError(Reason.BAD_ISSUED_LIST, "not the members that a list has")
    return document


def _text(document: JsonObject, name: str) -> str:
    value: Json = document[name]
    if type(value) is not str:
        raise InputError(Reason.BAD_ISSUED_LIST, f"{name} is a text")
    return value
