"""W3C credentials and presentations as SD-JWT: `vc+sd-jwt`, `vp+sd-jwt` (VC-JOSE-COSE 1.0, 3.2).

The payload is the document, of which the holder shows a part; else all is as in
`amana.proofs.vc_jwt`. What is needed to judge a document at all stays open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.proofs import sd_jwt, vc_jwt
from amana.proofs._disclosures import Path
from amana.proofs._jwt_claims import CREDENTIAL, PRESENTATION, Kind, check_use, key_named
from amana.proofs.jose import SigningKey, media_type
from amana.proofs.vc_jwt import KeyOf
from amana.reasons import Reason
from amana.strict_json import JsonObject

__all__ = ["Disclosed", "issue", "present", "verify", "verify_presentation"]

_WRAPPERS: Final = frozenset({"vc", "vp"})
_TYPES: Final = {CREDENTIAL: "vc+sd-jwt", PRESENTATION: "vp+sd-jwt"}
# Section 3.2.1 names some; the dates, the issuer and the holder are what RFC 9901, 9.7 is about.
_OPEN: Final = frozenset(
    {
        "@context",
        "type",
        "issuer",
        "holder",
        "validFrom",
        "validUntil",
        "credentialStatus",
        "credentialSchema",
        "relatedResource",
    }
)


class Disclosed(NamedTuple):
    """A document whose signature is good, as far as its holder showed it."""

    document: JsonObject
    disclosed: tuple[Path, ...]
    holder: VerifyingKey | None  # who signed the key binding, where one was asked for

    def __repr__(self) -> str:
        """Nothing of what it says about anybody."""
        return f"Disclosed(disclosed={len(self.disclosed)}, bound={self.holder is not None})"


def issue(
    document: JsonObject,
    *,
    key: SigningKey,
    verification_method: str,
    disclosable: Iterable[Path] = (),
    holder: VerifyingKey | None = None,
    randomness: Randomness,
    decoys: int = 0,
) -> str:
    """A credential as `vc+sd-jwt` with all its disclosures; for the arguments see `sd_jwt.issue`.

    Raises: InputError (the caller's fault) as `sd_jwt.issue`, KEY_NOT_OF_ISSUER, BAD_JWT, or
    BAD_DISCLOSURE for a member without which nobody could judge the credential.
    Not checked: that `document` is a good credential, or that `key` is its issuer's.
    """
    hidden = tuple(disclosable)
    _check_open(hidden)
    header = _header(document, CREDENTIAL, verification_method)
    return sd_jwt.issue(
        document,
        key=key,
        header=header,
        disclosable=hidden,
        holder=holder,
        randomness=randomness,
        decoys=decoys,
    )


def present(
    document: JsonObject,
    *,
    key: SigningKey,
    verification_method: str,
    nonce: str | None = None,
    audience: str | None = None,
    disclosable: Iterable[Path] = (),
    randomness: Randomness,
) -> str:
    """A presentation as `vp+sd-jwt`, signed by its holder; the credentials in it are enveloped.

    Raises: as `issue`, with WRONG_HOLDER for KEY_NOT_OF_ISSUER. Not checked: the credentials.
    """
    hidden = tuple(disclosable)
    _check_open(hidden)
    header = _header(document, PRESENTATION, verification_method)
    asked = {"nonce": nonce, "aud": audience}
    said = {name: value for name, value in asked.items() if value is not None}
    return sd_jwt.issue(
        {**document, **said}, key=key, header=header, disclosable=hidden, randomness=randomness
    )


def verify(
    text: str,
    *,
    key_of: KeyOf,
    binding: sd_jwt.Binding | None,
    audience: str | None = None,
    now: datetime,
    limits: Limits = LIMITS,
) -> Disclosed:
    """The credential that a `vc+sd-jwt` secures, as far as it is shown (section 5.2).

    `binding` is what the holder was asked to sign, or None.

    Raises: as `sd_jwt.read`, `sd_jwt.verify` and `vc_jwt.verify`, and what `key_of` raises.
    Not checked: as `vc_jwt.verify`.
    """
    _, found = _verify(text, CREDENTIAL, key_of, binding, audience, now, limits)
    return found


def verify_presentation(
    text: str,
    *,
    key_of: KeyOf,
    nonce: str | None = None,
    audience: str | None = None,
    now: datetime,
    limits: Limits = LIMITS,
) -> Disclosed:
    """The presentation that a `vp+sd-jwt` secures (section 5.2). A key binding has no place there:
    it is the holder who signed the presentation.

    Raises: as `verify`, and WRONG_CHALLENGE. Not checked: as `vc_jwt.verify_presentation`.
    """
    claims, found = _verify(text, PRESENTATION, key_of, None, audience, now, limits)
    if nonce is not None and claims.get("nonce") != nonce:
        raise VerificationError(Reason.WRONG_CHALLENGE, "made for another question")
    return found


def _verify(
    text: str,
    kind: Kind,
    key_of: KeyOf,
    binding: sd_jwt.Binding | None,
    audience: str | None,
    now: datetime,
    limits: Limits,
) -> tuple[JsonObject, Disclosed]:
    found = sd_jwt.read(text, types=frozenset({_TYPES[kind]}), limits=limits)
    header = found.jws.header
    if "cty" in header and media_type(header["cty"]) != kind.content:
        raise InputError(Reason.BAD_JWT, "content of another type than is wanted here")
    # What is open says whose key it is; what a disclosure brings comes too late for that.
    _, method = key_named(header, found.payload, found.payload, kind)
    key = key_of(method, kind.purpose)
    verified = sd_jwt.verify(found, key=key, binding=binding, now=now, limits=limits)
    whole = vc_jwt.take_apart(found.jws, verified.claims, kind)
    check_use(whole.claims, kind, audience=audience, now=None)
    return whole.claims, Disclosed(whole.document, verified.disclosed, verified.holder)


def _header(document: JsonObject, kind: Kind, verification_method: str) -> JsonObject:
    header = {"typ": _TYPES[kind], "cty": kind.content, "kid": verification_method}
    key_named(header, {}, document, kind)
    if not _WRAPPERS.isdisjoint(document):
        raise InputError(Reason.BAD_JWT, "the claims vc and vp are of an older form")
    return header


def _check_open(places: Iterable[Path]) -> None:
    for place in places:
        if place and place[0] in _OPEN:
            raise InputError(Reason.BAD_DISCLOSURE, "a member that must be open to all is hidden")
