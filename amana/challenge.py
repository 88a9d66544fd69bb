"""The challenge: who asks, for what, which claims, how long they are kept; signed by a station.

An answer signs the SHA-256 of the *whole* challenge, so that one given for an act is worthless for
another. The station holds a certificate of its organisation; the organisation stands in the
registry, the station never does.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import schemas
from amana.credential import CONTEXTS, Credential, check_credential
from amana.dates import format_instant, parse_instant
from amana.did.key import resolve, verification_method
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.keys import PublicKey, Randomness, SecretKey
from amana.multibase import decode_base64url, encode_base64url
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object

__all__ = [
    "Challenge",
    "build_challenge",
    "build_station_certificate",
    "check_station",
    "digest",
    "read_challenge",
]

_TYPE: Final = "AmanaChallenge"
_VERSION: Final = 1
_NONCE_BYTES: Final = 16
_CERTIFICATE: Final = "StationCertificate"
_CERTIFICATE_DAYS: Final = 90
_TIERS: Final = ("registered", "checked")
_SERIAL: Final = re.compile(r"[A-Z2-7]{10}")
_TOKEN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_CLAIM: Final = re.compile(r"[a-z][A-Za-z]{0,40}")
_DURATION: Final = re.compile(r"P(?:[0-9]{1,4}D|[0-9]{1,3}M|[0-9]{1,2}Y)")
_MEMBERS: Final = frozenset(
    {
        "type",
        "version",
        "station",
        "act",
        "claims",
        "purpose",
        "tier",
        "retention",
        "nonce",
        "expires",
        "proof",
    }
)
_CLAIMS_MAX: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """A challenge whose form and station signature were checked.

    Not checked yet: that the organisation (`domain`) signed the station's certificate.
    """

    document: JsonObject = field(repr=False)
    digest: str
    domain: str
    station: str
    act: str
    purpose: str
    claims: tuple[str, ...]
    tier: str
    retention: str
    expires: datetime
    certificate: Credential = field(repr=False)


def build_station_certificate(
    *,
    station: PublicKey,
    organisation: str,
    key: SecretKey,
    key_id: str,
    acts: Sequence[str],
    purposes: Sequence[str] | None = None,
    tiers: Sequence[str] = _TIERS,
    valid_from: datetime,
    days: int = _CERTIFICATE_DAYS,
    randomness: Randomness,
) -> JsonObject:
    """What an organisation signs so that a station may ask in its name, for at most 90 days.

    `purposes` are what its proofs may be for; the same words as `acts`, if none are given.

    Raises: ValueError for more than 90 days (the caller's fault).
    """
    if not 0 < days <= _CERTIFICATE_DAYS:
        raise ValueError(f"a station certificate lasts 1 to {_CERTIFICATE_DAYS} days")
    document: JsonObject = {
        "@context": list(CONTEXTS),
        "type": ["VerifiableCredential", _CERTIFICATE],
        "issuer": organisation,
        "validFrom": format_instant(valid_from),
        "validUntil": format_instant(valid_from + timedelta(days=days)),
        "credentialSubject": {
            "id": station.did,
            "serial": base64.b32encode(randomness(7))[:10].decode("ascii"),
            "acts": list(acts),
            "purposes": list(acts if purposes is None else purposes),
            "tiers": list(tiers),
        },
        "termsOfUse": {"type": "FunctionalIdentityNotice", "id": schemas.NOTICE},
    }
    return eddsa_jcs.sign(document, key=key, verification_method=key_id)


def build_challenge(
    certificate: JsonObject,
    *,
    key: SecretKey,
    act: str,
    purpose: str,
    claims: Sequence[str],
    tier: str = "checked",
    retention: str = "P0D",
    expires: datetime,
    randomness: Randomness,
) -> JsonObject:
    """A signed challenge: `claims` asked for `purpose`, kept for `retention` (ISO 8601).

    Raises: InputError BAD_CHALLENGE, STATION_OUT_OF_SCOPE… as `read_challenge` does, since what
    is returned has been read back (the caller's fault).
    """
    document: JsonObject = {
        "type": _TYPE,
        "version": _VERSION,
        "station": certificate,
        "act": act,
        "purpose": purpose,
        "claims": list(claims),
        "tier": tier,
        "retention": retention,
        "nonce": encode_base64url(randomness(_NONCE_BYTES)),
        "expires": format_instant(expires),
    }
    signed = eddsa_jcs.sign(
        document,
        key=key,
        verification_method=verification_method(key.public.did),
        proof_purpose="authentication",
    )
    read_challenge(signed)
    return signed


def digest(document: JsonObject) -> str:
    """What an answer signs as its `challenge`: SHA-256 of the whole JCS form, as multibase."""
    return encode_base64url(hashlib.sha256(canonical(document)).digest())


def read_challenge(document: Json) -> Challenge:
    """Check a challenge's form, its station's signature, and that its certificate covers it.

    Raises: InputError BAD_CHALLENGE, BAD_CREDENTIAL, BAD_DATE… (the asker); VerificationError
    BAD_SIGNATURE, KEY_NOT_OF_ISSUER, STATION_OUT_OF_SCOPE. Not checked: the organisation's
    signature (`check_station`), and the time: the clocks of phones never decide.
    """
    document = as_object(document, Reason.BAD_CHALLENGE)
    if document.keys() != _MEMBERS:
        raise InputError(Reason.BAD_CHALLENGE, "not the members that a challenge has")
    claims = document["claims"]
    if (
        document["type"] != _TYPE
        or type(document["version"]) is not int  # True is 1, and yet another document
        or document["version"] != _VERSION
        or not _matches(_TOKEN, document["act"])
        or not _matches(_TOKEN, document["purpose"])
        or not _matches(_DURATION, document["retention"])
        or document["tier"] not in _TIERS
        or type(claims) is not list
        or len(claims) > _CLAIMS_MAX
        or not all(_matches(_CLAIM, name) for name in claims)
        or len(set(claims)) != len(claims)
    ):
        raise InputError(Reason.BAD_CHALLENGE, "a member of the challenge is not as it should be")
    try:
        nonce = decode_base64url(document["nonce"])
    except InputError:
        raise InputError(Reason.BAD_CHALLENGE, "the nonce is not base64url") from None
    if len(nonce) != _NONCE_BYTES:
        raise InputError(Reason.BAD_CHALLENGE, f"the nonce has {_NONCE_BYTES} bytes")
    certificate = _certificate(document["station"])
    subject = certificate.subjects[0]
    station: str = subject["id"]
    proof = eddsa_jcs.read_proof(document["proof"])
    if proof.verification_method != verification_method(station):
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "not signed by the certified station")
    if proof.proof_purpose != "authentication":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a challenge is signed to authenticate")
    eddsa_jcs.verify(document, proof, key=resolve(station))
    if (
        document["act"] not in subject["acts"]
        or document["purpose"] not in subject["purposes"]
        or document["tier"] not in subject["tiers"]
    ):
        raise VerificationError(Reason.STATION_OUT_OF_SCOPE, "the station may not ask this")
    return Challenge(
        document=document,
        digest=digest(document),
        domain=certificate.issuer,
        station=station,
        act=document["act"],
        purpose=document["purpose"],
        claims=tuple(claims),
        tier=document["tier"],
        retention=document["retention"],
        expires=_expiry(document["expires"]),
        certificate=certificate,
    )


def check_station(challenge: Challenge, *, key_id: str, key: PublicKey, now: datetime) -> None:
    """Check that the organisation's `key` signed the station's certificate, and its dates.

    Raises: VerificationError BAD_SIGNATURE, KEY_NOT_OF_ISSUER, WRONG_RELATIONSHIP, NOT_YET_VALID
    or EXPIRED; InputError for its form. Not checked: that `key` is pinned for the organisation.
    """
    certificate = challenge.certificate
    proof = eddsa_jcs.read_proof(certificate.document.get("proof"))
    if proof.verification_method != key_id:
        raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "signed with another key")
    if proof.proof_purpose != "assertionMethod":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a certificate is signed to assert")
    eddsa_jcs.verify(certificate.document, proof, key=key)
    first, last = certificate.valid_from, certificate.valid_until
    if first is not None and now < first:
        raise VerificationError(Reason.NOT_YET_VALID, "the station's certificate is not valid yet")
    if last is not None and now >= last:
        raise VerificationError(Reason.EXPIRED, "the station's certificate has expired")


def _matches(pattern: re.Pattern[str], value: Json) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


def _expiry(value: Json) -> datetime:
    if type(value) is not str:
        raise InputError(Reason.BAD_CHALLENGE, "expires is not a text")
    return parse_instant(value)


def _certificate(value: Json) -> Credential:
    """The form of a StationCertificate; checked by hand, since a phone has no schema validator."""
    certificate = check_credential(value)
    subject = certificate.subjects[0]
    lists = [subject.get(name) for name in ("acts", "purposes", "tiers")]
    first, last = certificate.valid_from, certificate.valid_until
    if (
        certificate.types != ("VerifiableCredential", _CERTIFICATE)
        or len(certificate.subjects) != 1
        or type(subject.get("id")) is not str
        or not all(type(found) is list for found in lists)
        # By its serial a stolen station is told from the others.
        or not _matches(_SERIAL, subject.get("serial"))
    ):
        raise InputError(Reason.BAD_CHALLENGE, "not a station certificate")
    if first is None or last is None or last - first > timedelta(days=_CERTIFICATE_DAYS):
        raise InputError(Reason.BAD_CHALLENGE, f"valid for more than {_CERTIFICATE_DAYS} days")
    return certificate
