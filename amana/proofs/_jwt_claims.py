"""What the claims and the header of a secured document say of it: whose key, for whom, how long."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from amana.errors import InputError, VerificationError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import JsonObject

__all__ = ["CREDENTIAL", "PRESENTATION", "Kind", "check_claims", "check_use", "key_named", "signer"]

_TEXTS: Final = ("iss", "sub", "jti", "nonce")
_URL: Final = r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:%!$&'()*+,;=@/?\[\]-]+"
_ABSOLUTE: Final = re.compile(_URL)
_METHOD: Final = re.compile(rf"{_URL}#[A-Za-z0-9._~:%!$&'()*+,;=@/?-]+")
_BARE_KEY: Final = re.compile(r"#?(?P<name>[A-Za-z0-9._~-]{1,128})")


class Kind(NamedTuple):
    """A credential or a presentation: how each is named, and what its faults are called."""

    type: str  # of the token, as `typ` names it
    content: str  # `cty`
    signer: str  # the member that names who signs
    purpose: str
    malformed: Reason
    foreign_key: Reason


CREDENTIAL: Final = Kind(
    "vc+jwt",
    "vc",
    "issuer",
    "assertionMethod",
    Reason.BAD_CREDENTIAL,
    Reason.KEY_NOT_OF_ISSUER,
)
PRESENTATION: Final = Kind(
    "vp+jwt", "vp", "holder", "authentication", Reason.BAD_PRESENTATION, Reason.WRONG_HOLDER
)


def signer(document: JsonObject, kind: Kind) -> str | None:
    """The issuer of a credential, which there must be; the holder of a presentation, if any.

    Raises: InputError BAD_CREDENTIAL or BAD_PRESENTATION (the document's author).
    """
    named = document.get(kind.signer)
    if type(named) is dict:
        named = named.get("id") or ""
    if (type(named) is str and named) or (named is None and kind is PRESENTATION):
        return named
    raise InputError(kind.malformed, f"{kind.signer} is not a URL")


def check_claims(claims: JsonObject, document: JsonObject) -> None:
    """The form of claims, and that they say nothing else than the document (section 3.1.3).

    `iat` decides nothing here, so its form is not looked at: W3C's own tests write it as a text.

    Raises: InputError BAD_JWT (the signer).
    """
    if any(type(claims.get(name, "")) is not str for name in _TEXTS):
        raise InputError(Reason.BAD_JWT, "iss, sub, jti and nonce are texts")
    if any(type(claims.get(name, 0)) not in (int, float) for name in ("exp", "nbf")):
        raise InputError(Reason.BAD_JWT, "exp and nbf are numbers of seconds")
    audience = claims.get("aud", "")
    if any(type(name) is not str for name in (audience if type(audience) is list else [audience])):
        raise InputError(Reason.BAD_JWT, "aud is a text or a list of texts")
    if "jti" in claims and claims["jti"] != document.get("id", claims["jti"]):
        raise InputError(Reason.BAD_JWT, "jti is not the document's id")
    if "sub" in claims and "credentialSubject" in document:
        subjects = document["credentialSubject"]
        ids = [
            subject["id"]
            for subject in (subjects if type(subjects) is list else [subjects])
            if type(subject) is dict and "id" in subject
        ]
        if ids and claims["sub"] not in ids:
            raise InputError(Reason.BAD_JWT, "sub is not the credential's subject")


def key_named(
    header: JsonObject, claims: JsonObject, document: JsonObject, kind: Kind
) -> tuple[str, str]:
    """Who signs, and the URL of the verification method that `kid` names (section 4.1).

    A bare name of a key is read as one of the signer's, where `iss` is there as section 4.3 asks.

    Raises: InputError BAD_CREDENTIAL, BAD_PRESENTATION or BAD_JWT (the signer), KEY_UNKNOWN where
    no key is named by a URL that says whose it is; VerificationError KEY_NOT_OF_ISSUER or
    WRONG_HOLDER. Not checked: that there is such a key.
    """
    owner, by_claim = signer(document, kind), claims.get("iss")
    if owner and by_claim not in (None, owner):
        raise VerificationError(kind.foreign_key, f"iss is not the {kind.signer}")
    owner = owner or by_claim
    kid = header.get("kid")
    if "kid" not in header and not (owner or "did:").startswith("did:"):
        raise InputError(Reason.KEY_UNKNOWN, "no kid says which key of the signer it is")
    if type(kid) is not str or len(kid) > LIMITS.url_chars:
        raise InputError(Reason.BAD_JWT, "kid does not name a key")
    controller = _controller(kid)
    if controller is not None:
        if owner not in (None, controller):
            raise VerificationError(kind.foreign_key, f"kid is a key of another {kind.signer}")
        return controller, kid
    bare = _BARE_KEY.fullmatch(kid)
    if bare and by_claim and owner and _ABSOLUTE.fullmatch(owner):
        return owner, f"{owner}#{bare['name']}"
    if _ABSOLUTE.fullmatch(kid):
        raise InputError(Reason.KEY_UNKNOWN, "kid is a URL that does not say whose key it is")
    raise InputError(Reason.BAD_JWT, "kid does not name a key")


@lru_cache(maxsize=512)
def _controller(kid: str) -> str | None:
    """Whose key an absolute URL of a key says that it is."""
    return kid.partition("#")[0] if _METHOD.fullmatch(kid) else None


def check_use(
    claims: JsonObject, kind: Kind, *, audience: str | None, now: datetime | None
) -> None:
    """Whether a signature made for `audience`, and for so long, may be relied on here and now.

    Raises: VerificationError WRONG_DOMAIN, EXPIRED or NOT_YET_VALID.
    """
    if "aud" in claims or (audience is not None and kind is PRESENTATION):
        # RFC 7519, section 4.1.3: whoever does not find himself there must reject.
        meant = claims.get("aud")
        if audience is None or audience not in (meant if type(meant) is list else [meant]):
            raise VerificationError(Reason.WRONG_DOMAIN, "made for somebody else")
    if now is not None:
        seconds, leeway = now.timestamp(), LIMITS.jwt_leeway_seconds
        if "exp" in claims and claims["exp"] + leeway <= seconds:
            raise VerificationError(Reason.EXPIRED, "the signature has expired")
        if "nbf" in claims and claims["nbf"] - leeway > seconds:
            raise VerificationError(Reason.NOT_YET_VALID, "the signature is of the future")
