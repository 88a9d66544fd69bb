"""Token Status List (draft-ietf-oauth-status-list-18): statuses of JWTs, SD-JWTs and CWTs.

The bytes are packed from the lowest bit up: the other way round than in W3C's lists.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from amana._bits import inflate, pack, value_at
from amana._cwt import read_cwt, sign_cwt, verify_cwt
from amana.data_model import check_url
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.jwk import VerifyingKey
from amana.keys import SecretKey
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.proofs.jose import read_jws, sign_jws, verify_jws
from amana.reasons import Reason
from amana.status import for_lists
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = [
    "StatusReference",
    "TokenStatusList",
    "build_status_list_cwt",
    "build_status_list_jwt",
    "read_status_claim",
    "read_token_status_list",
]

_JWT_TYPE: Final = "statuslist+jwt"
_CWT_TYPE: Final = "application/statuslist+cwt"
_SIZES: Final = (1, 2, 4, 8)
_ZLIB: Final = 15  # the wrapper, and the largest window
# The names of claims in JWT, and their numbers in CWT (sections 5.1 and 5.2; RFC 8392, section 4).
_NUMBERS: Final = {
    "iss": 1,
    "sub": 2,
    "exp": 4,
    "nbf": 5,
    "iat": 6,
    "status_list": 65533,
    "ttl": 65534,
}
# Section 7.1. Every other number is an application's own, or not given out yet.
_MEANINGS: Final = {0: None, 1: Reason.REVOKED, 2: Reason.SUSPENDED}


class StatusReference(NamedTuple):
    """Where the status of a token stands (section 6.2): a list's URI, and an index into it."""

    uri: str
    idx: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenStatusList:
    """A list, decoded once: `data` is plain bytes, the first status in the lowest bits of all."""

    uri: str
    size: int  # bits of one status
    data: bytes = field(repr=False)
    issued: datetime
    expires: datetime | None = None
    ttl: timedelta | None = None  # how long a copy may be kept before a newer one is looked for
    issuer: str | None = None  # `iss`, where the list names one
    aggregation_uri: str | None = None

    def status(self, index: int) -> int:
        """The status of the token at `index` (section 4.1).

        Raises: VerificationError STATUS_INDEX_OUT_OF_RANGE (the token's issuer; section 8.3, 6).
        """
        return value_at(self.data, index, self.size, "little")

    def judge(self, index: int) -> Reason | None:
        """What the list says against the token at `index` (section 7.1); None if nothing.

        A status that the draft does not fix is unknown to us, and so undecided.

        Raises: as `status`.
        """
        return _MEANINGS.get(self.status(index), Reason.STATUS_UNKNOWN)


def read_status_claim(claims: Mapping[Any, Any]) -> StatusReference | None:
    """The reference in the `status` claim of a token (sections 6.2, 6.3); None if it has none.

    Raises: InputError BAD_CREDENTIAL (the token's author); VerificationError STATUS_UNKNOWN for a
    status by another mechanism: not readable is not clear.
    """
    if "status" not in claims:
        return None
    status = claims["status"]
    if type(status) is not dict or not status:
        raise InputError(Reason.BAD_CREDENTIAL, "status is an object with a mechanism in it")
    if "status_list" not in status:
        raise VerificationError(Reason.STATUS_UNKNOWN, "a status by another mechanism")
    reference = as_object(status["status_list"], Reason.BAD_CREDENTIAL)
    index = reference.get("idx")
    if type(index) is not int or index < 0:
        raise InputError(Reason.BAD_CREDENTIAL, "idx is a whole number, and not below zero")
    return StatusReference(check_url(reference.get("uri"), "uri"), index)


def read_token_status_list(
    data: bytes | str,
    *,
    uri: str,
    key: VerifyingKey,
    now: datetime | None = None,
    limits: Limits = LIMITS,
) -> TokenStatusList:
    """Check and decode a Status List Token, JWT or CWT, that `key` signed (section 8.3, 3 to 5).

    `uri` is where the referenced token says that its list is. Without `now` no date is judged.

    Raises: InputError BAD_STATUS_LIST, BAD_JWT, BAD_CWT or a syntax reason (the list's author);
    VerificationError BAD_SIGNATURE, ALGORITHM_FORBIDDEN, STATUS_LIST_EXPIRED, NOT_YET_VALID.
    Not checked: whose key it is, and the list's age, which `issued` and `ttl` tell.
    """
    if type(data) is bytes and not data[:1].isascii():
        claims = _read_cwt(data, key, limits)
    else:
        claims = _read_jwt(data, key, limits)
    if claims.get("sub") != uri:
        raise InputError(Reason.BAD_STATUS_LIST, "not the status list of this URI")
    found = claims.get("status_list")
    packed = found.get("lst") if type(found) is dict else None
    if type(found) is not dict or type(packed) is not bytes:
        raise InputError(Reason.BAD_STATUS_LIST, "no status list")
    size, more = found.get("bits"), found.get("aggregation_uri")
    if type(size) is not int or size not in _SIZES:
        raise InputError(Reason.BAD_STATUS_LIST, "a status has 1, 2, 4 or 8 bits")
    issuer = claims.get("iss")
    if issuer is not None and type(issuer) is not str:
        raise InputError(Reason.BAD_STATUS_LIST, "an issuer is named by a text")
    issued, expires = _instant(claims, "iat"), _instant(claims, "exp")
    if issued is None:
        raise InputError(Reason.BAD_STATUS_LIST, "a list says when it was issued")
    begins = _instant(claims, "nbf")
    if now is not None and expires is not None and now >= expires:
        raise VerificationError(Reason.STATUS_LIST_EXPIRED, "past its exp")
    if now is not None and begins is not None and now < begins:
        raise VerificationError(Reason.NOT_YET_VALID, "before its nbf")
    return TokenStatusList(
        uri=uri,
        size=size,
        data=inflate(packed, wbits=_ZLIB, limits=limits),
        issued=issued,
        expires=expires,
        ttl=_ttl(claims["ttl"]) if "ttl" in claims else None,
        issuer=issuer,
        aggregation_uri=None
        if more is None
        else check_url(more, "aggregation_uri", Reason.BAD_STATUS_LIST),
    )


def build_status_list_jwt(
    statuses: Iterable[int] | Mapping[int, int],
    *,
    count: int,
    uri: str,
    key: SecretKey,
    issued: datetime,
    size: int = 1,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    aggregation_uri: str | None = None,
    key_id: str | None = None,
) -> str:
    """A Status List Token as JWT with `count` places of `size` bits (section 5.1), EdDSA.

    `statuses` are the indices that are set to 1 (INVALID), or map each index to its status.

    Raises: InputError STATUS_INDEX_OUT_OF_RANGE or STATUS_VALUE_OUT_OF_RANGE; ValueError for
    another size than 1, 2, 4 or 8 (the caller's fault). Not checked: that `uri` is one.
    """
    status_list: JsonObject = {"bits": size, "lst": to_base64url(_pack(statuses, count, size))}
    if aggregation_uri is not None:
        status_list["aggregation_uri"] = aggregation_uri
    claims = _claims(uri, issued, expires, ttl)
    header = {"typ": _JWT_TYPE} if key_id is None else {"typ": _JWT_TYPE, "kid": key_id}
    return sign_jws(canonical({**claims, "status_list": status_list}), key=key, header=header)


def build_status_list_cwt(
    statuses: Iterable[int] | Mapping[int, int],
    *,
    count: int,
    uri: str,
    key: SecretKey,
    issued: datetime,
    size: int = 1,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    aggregation_uri: str | None = None,
    key_id: bytes | None = None,
) -> bytes:
    """The same as CWT (section 5.2). Raises: as `build_status_list_jwt`; MISSING_LIBRARY."""
    status_list: dict[str, Any] = {"bits": size, "lst": _pack(statuses, count, size)}
    if aggregation_uri is not None:
        status_list["aggregation_uri"] = aggregation_uri
    claims = {**_claims(uri, issued, expires, ttl), "status_list": status_list}
    numbered = {_NUMBERS[name]: value for name, value in claims.items()}
    return sign_cwt(numbered, key=key, media_type=_CWT_TYPE, key_id=key_id)


def _pack(statuses: Iterable[int] | Mapping[int, int], count: int, size: int) -> bytes:
    if size not in _SIZES:
        raise ValueError("a status has 1, 2, 4 or 8 bits")
    return zlib.compress(pack(statuses, count=count, size=size, order="little"), 9)


def _claims(
    uri: str, issued: datetime, expires: datetime | None, ttl: timedelta | None
) -> dict[str, Any]:
    claims: dict[str, Any] = {"sub": uri, "iat": int(issued.timestamp())}
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    if ttl is not None:
        claims["ttl"] = ttl // timedelta(seconds=1)
    return claims


def _read_jwt(data: bytes | str, key: VerifyingKey, limits: Limits) -> JsonObject:
    large = for_lists(limits)
    try:
        text = data.decode("ascii") if isinstance(data, bytes) else data
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_JWT, "not ASCII") from None
    jws = read_jws(text, types=frozenset([_JWT_TYPE]), limits=large)
    verify_jws(jws, key=key)
    claims = as_object(loads(jws.payload, limits=large, floats=True), Reason.BAD_JWT)
    found = claims.get("status_list")
    if type(found) is dict:
        packed = from_base64url(found.get("lst", ""), Reason.BAD_STATUS_LIST)
        claims = {**claims, "status_list": {**found, "lst": packed}}
    return claims


def _read_cwt(data: bytes, key: VerifyingKey, limits: Limits) -> JsonObject:
    cwt = read_cwt(data, media_type=_CWT_TYPE, limits=for_lists(limits))
    verify_cwt(cwt, key=key)
    return {name: cwt.claims[number] for name, number in _NUMBERS.items() if number in cwt.claims}


def _instant(claims: JsonObject, name: str) -> datetime | None:
    """A NumericDate (RFC 7519, section 2), or None if there is none."""
    if name not in claims:
        return None
    try:
        return datetime.fromtimestamp(_number(claims[name], name), UTC)
    except (OverflowError, OSError, ValueError):
        raise InputError(Reason.BAD_STATUS_LIST, f"{name} is beyond any calendar") from None


def _ttl(value: Json) -> timedelta:
    try:
        ttl = timedelta(seconds=_number(value, "ttl"))
    except (OverflowError, ValueError):
        raise InputError(Reason.BAD_STATUS_LIST, "ttl is beyond any calendar") from None
    if ttl <= timedelta():
        raise InputError(Reason.BAD_STATUS_LIST, "ttl is above zero")
    return ttl


def _number(value: Json, name: str) -> float:
    if type(value) is not int and type(value) is not float:
        raise InputError(Reason.BAD_STATUS_LIST, f"{name} is a number of seconds")
    return value
