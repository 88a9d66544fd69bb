"""SD-JWT VC, `dc+sd-jwt` (draft-ietf-oauth-sd-jwt-vc): a credential in the claims of a JWT.

Its older name, `vc+sd-jwt`, is read where the payload has a `vct`; W3C's credentials under that
name are `amana.proofs.vc_sd_jwt`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from amana.errors import InputError
from amana.jwk import VerifyingKey
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.proofs import sd_jwt
from amana.proofs._disclosures import Path
from amana.proofs._jwt_claims import Kind, key_named
from amana.proofs._type_metadata import check_rules, read_rules
from amana.proofs.jose import SigningKey, media_type
from amana.proofs.vc_jwt import KeyOf
from amana.reasons import Reason
from amana.strict_json import JsonObject

__all__ = ["SdJwtVc", "issue", "key_of_issuer", "read", "verify"]

_TYPE: Final = "dc+sd-jwt"
_OLDER_TYPE: Final = "vc+sd-jwt"
_TYPES: Final = frozenset({_TYPE, _OLDER_TYPE})
_PURPOSE: Final = "assertionMethod"
_KIND: Final = Kind(_TYPE, "", "iss", _PURPOSE, Reason.BAD_SD_JWT, Reason.KEY_NOT_OF_ISSUER)
# Section 3.2.2.2; those of `sd_jwt.CRITICAL` are seen to there.
_OPEN: Final = frozenset({"vct", "vct#integrity", "status"})


class SdJwtVc(NamedTuple):
    """A good SD-JWT VC. Its `status` claim is `amana.token_status`'s to read and judge."""

    issuer: str
    verification_method: str
    vct: str
    claims: JsonObject
    disclosed: tuple[Path, ...]
    holder: VerifyingKey | None  # who signed the key binding, where one was asked for

    def __repr__(self) -> str:
        """Whose it is to answer for, and nothing of what it says about anybody."""
        return f"SdJwtVc(verification_method={self.verification_method!r}, vct={self.vct!r})"


def issue(
    claims: JsonObject,
    *,
    key: SigningKey,
    verification_method: str,
    disclosable: Iterable[Path] = (),
    holder: VerifyingKey | None = None,
    randomness: Randomness,
    decoys: int = 0,
) -> str:
    """A signed SD-JWT VC with all its disclosures; for the arguments see `sd_jwt.issue`.

    Raises: InputError (the caller's fault) as `sd_jwt.issue`, KEY_NOT_OF_ISSUER, BAD_SD_JWT without
    `vct`, BAD_DISCLOSURE for a claim that a credential of this kind must not hide.
    Not checked: whether the claims keep to the type's metadata.
    """
    hidden = tuple(disclosable)
    _check_open(hidden)
    _vct(claims)
    if not verification_method.startswith(f"{claims.get('iss')}#"):
        raise InputError(Reason.KEY_NOT_OF_ISSUER, "the key is another's than the issuer's")
    return sd_jwt.issue(
        claims,
        key=key,
        header={"typ": _TYPE, "kid": verification_method},
        disclosable=hidden,
        holder=holder,
        randomness=randomness,
        decoys=decoys,
    )


def read(text: str, *, limits: Limits = LIMITS) -> sd_jwt.SdJwt:
    """Take an SD-JWT VC apart.

    Raises: InputError (the sender's fault) as `sd_jwt.read`, and BAD_SD_JWT without `vct`.
    Not checked: any signature, and whether the disclosures fit.
    """
    found = sd_jwt.read(text, types=_TYPES, limits=limits)
    _vct(found.payload)
    if media_type(found.jws.header["typ"]) == _OLDER_TYPE and "@context" in found.payload:
        raise InputError(Reason.BAD_SD_JWT, "a vct and a @context: two kinds of credential at once")
    return found


def key_of_issuer(found: sd_jwt.SdJwt) -> tuple[str, str]:
    """The issuer, and the URL of the verification method that `kid` names.

    Raises: InputError ISSUER_UNKNOWN where the issuer is named otherwise than by `iss`, which is
    not looked at here, BAD_SD_JWT, BAD_JWT or KEY_UNKNOWN; VerificationError KEY_NOT_OF_ISSUER.
    Not checked: that there is such a key.
    """
    if "iss" not in found.payload:
        raise InputError(Reason.ISSUER_UNKNOWN, "no iss says who issued it")
    return key_named(found.jws.header, found.payload, found.payload, _KIND)


def verify(
    text: str,
    *,
    key_of: KeyOf,
    binding: sd_jwt.Binding | None,
    now: datetime,
    metadata: Mapping[str, bytes] | None = None,
    limits: Limits = LIMITS,
) -> SdJwtVc:
    """Judge an SD-JWT VC, with or without key binding (section 3.4).

    `key_of` finds the issuer's key; `binding` is what the holder was asked to sign, or None;
    `metadata` the documents of types that are at hand, by `vct`, where its rules are to be kept.

    Raises: as `read`, `key_of_issuer`, `sd_jwt.verify` and `_type_metadata`, what `key_of` raises;
    InputError BAD_DISCLOSURE where a claim is hidden that must not be; VerificationError
    SCHEMA_VIOLATION.
    Not checked: status, `aud`, and whether the issuer may be trusted with this type.
    """
    found = read(text, limits=limits)
    issuer, method = key_of_issuer(found)
    key = key_of(method, _PURPOSE)
    verified = sd_jwt.verify(found, key=key, binding=binding, now=now, limits=limits)
    claims, disclosed = verified.claims, verified.disclosed
    _check_open(disclosed)
    vct = _vct(claims)
    if metadata is not None:
        rules = read_rules(vct, claims.get("vct#integrity"), metadata, limits=limits)
        check_rules(rules, claims, disclosed)
    return SdJwtVc(issuer, method, vct, claims, disclosed, verified.holder)


def _check_open(places: Iterable[Path]) -> None:
    for place in places:
        if place and place[0] in _OPEN:
            raise InputError(Reason.BAD_DISCLOSURE, "a claim that must be open to all is hidden")


def _vct(claims: JsonObject) -> str:
    """The type. A hidden one is none: it must stand in the payload (section 3.2.2.1)."""
    vct = claims.get("vct")
    if type(vct) is not str or not vct:
        raise InputError(Reason.BAD_SD_JWT, "a credential without a vct")
    return vct
