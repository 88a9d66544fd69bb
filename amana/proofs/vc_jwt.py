"""Credentials and presentations enveloped in JOSE: `vc+jwt` and `vp+jwt` (VC-JOSE-COSE 1.0).

The payload is the document itself, beside whose members the claims of a JWT may stand (RFC 7519,
section 4.1). The older way, the document inside a claim `vc` or `vp`, is refused (section 1.1.2.1).

A key is named by `kid`, which must be a key of the issuer or holder that the document names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

import schemas
from amana import enveloped as envelopes
from amana.data_model import as_list
from amana.errors import InputError, VerificationError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.proofs._jwt_claims import (
    CREDENTIAL,
    PRESENTATION,
    Kind,
    check_claims,
    check_use,
    key_named,
    signer,
)
from amana.proofs.data_integrity import KeyOf
from amana.proofs.jose import Jws, SigningKey, media_type, read_jws, sign_jws, verify_jws
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = [
    "KeyOf",
    "Unverified",
    "issue",
    "present",
    "read",
    "read_presentation",
    "take_apart",
    "unwrap",
    "verify",
    "verify_presentation",
    "wrap",
]

# Claims of the JWT, which are no members of the document (RFC 7519, section 4.1; RFC 7800; nonce).
_CLAIMS: Final = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf")
_UNCHECKED: Final = frozenset({"cnf", "iat"})  # of which `check_claims` asks nothing
_REPLICATED: Final = ("iss", "sub", "aud")  # RFC 7519, section 5.3
_VP_ENVELOPE: Final = envelopes.PRESENTATION
_ENVELOPES: Final = {CREDENTIAL.type: envelopes.CREDENTIAL, PRESENTATION.type: _VP_ENVELOPE}
_WRAPPERS: Final = frozenset({"vc", "vp"})


class Unverified(NamedTuple):
    """A token as found, its form checked; its signature and its dates not yet."""

    jws: Jws
    document: JsonObject  # the payload without the claims of the JWT
    claims: JsonObject
    signer: str  # the issuer of a credential, the holder of a presentation
    verification_method: str

    def __repr__(self) -> str:
        """Whose key, and nothing that could be played back."""
        return f"Unverified(verification_method={self.verification_method!r})"


def issue(document: JsonObject, *, key: SigningKey, verification_method: str) -> str:
    """`document` as `vc+jwt` (section 3.1.1), with no claim beside its own members.

    Raises: InputError KEY_NOT_OF_ISSUER, BAD_CREDENTIAL, BAD_JWT or from canonicalisation (the
    caller's fault). Not checked: that `document` is a good credential, or that `key` is its
    issuer's.
    """
    issuer = signer(document, CREDENTIAL)
    if issuer is None or not verification_method.startswith(f"{issuer}#"):
        raise InputError(Reason.KEY_NOT_OF_ISSUER, "the key is another's than the issuer's")
    return _sign(document, CREDENTIAL, key=key, verification_method=verification_method)


def present(
    document: JsonObject,
    *,
    key: SigningKey,
    verification_method: str,
    nonce: str | None = None,
    audience: str | None = None,
    issued: datetime | None = None,
    expires: datetime | None = None,
) -> str:
    """A presentation as `vp+jwt` (section 3.1.2), bound to one question and one asker, if any.

    Its credentials must be enveloped already (`wrap`).

    Raises: InputError WRONG_HOLDER, BAD_PRESENTATION, BAD_JWT or from canonicalisation (the
    caller's fault). Not checked: the credentials inside.
    """
    holder = signer(document, PRESENTATION)
    if holder is not None and not verification_method.startswith(f"{holder}#"):
        raise InputError(Reason.WRONG_HOLDER, "the key is another's than the holder's")
    _check_enveloped(document)
    asked = {"nonce": nonce, "aud": audience}
    claims: JsonObject = {name: value for name, value in asked.items() if value is not None}
    if issued is not None:
        claims["iat"] = int(issued.timestamp())
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    return _sign(
        {**document, **claims}, PRESENTATION, key=key, verification_method=verification_method
    )


def read(text: str, *, limits: Limits = LIMITS) -> Unverified:
    """Take a `vc+jwt` apart and find which key it names.

    Raises: InputError (the sender's fault) as `jose.read_jws`, or BAD_JWT, BAD_CREDENTIAL,
    KEY_UNKNOWN, or what `strict_json.loads` raises; VerificationError KEY_NOT_OF_ISSUER.
    Not checked: the signature, dates, the audience, and the data model.
    """
    return _read(text, CREDENTIAL, limits)


def read_presentation(text: str, *, limits: Limits = LIMITS) -> Unverified:
    """Take a `vp+jwt` apart and find which key it names.

    Raises: as `read`, with BAD_PRESENTATION for BAD_CREDENTIAL and WRONG_HOLDER for
    KEY_NOT_OF_ISSUER. Not checked: as there, and the credentials inside.
    """
    return _read(text, PRESENTATION, limits)


def take_apart(jws: Jws, payload: JsonObject, kind: Kind) -> Unverified:
    """Part the document from the claims beside it, in the payload of whatever form of token.

    Raises: as `read` for what a payload may be. Not checked: as there.
    """
    if not _WRAPPERS.isdisjoint(payload):
        raise InputError(Reason.BAD_JWT, "the claims vc and vp are of an older form")
    document, header = payload.copy(), jws.header
    claims: JsonObject = {name: document.pop(name) for name in _CLAIMS if name in payload}
    for name in _REPLICATED:
        if name in header and header[name] != claims.setdefault(name, header[name]):
            raise InputError(Reason.BAD_JWT, f"{name} differs between header and claims")
    if not claims.keys() <= _UNCHECKED:
        check_claims(claims, document)
    owner, method = key_named(header, claims, document, kind)
    if kind is PRESENTATION:
        _check_enveloped(document)
    return Unverified(jws, document, claims, owner, method)


def verify(
    text: str, *, key_of: KeyOf, audience: str | None = None, now: datetime | None = None
) -> JsonObject:
    """The credential that a `vc+jwt` secures, once its signature is verified (section 5.1).

    `exp` and `nbf` speak of the signature, not of the credential (section 3.1.3), and are judged
    where `now` is given.

    Raises: as `read` and `jose.verify_jws`, what `key_of` raises, WRONG_DOMAIN, EXPIRED or
    NOT_YET_VALID. Not checked: the data model (`check_credential`), the credential's own dates,
    status, and whether its issuer may be trusted.
    """
    return _verify(read(text), CREDENTIAL, key_of, audience, now)


def verify_presentation(
    text: str,
    *,
    key_of: KeyOf,
    nonce: str | None = None,
    audience: str | None = None,
    now: datetime | None = None,
) -> JsonObject:
    """The presentation that a `vp+jwt` secures, once its signature is verified (section 5.1).

    `nonce` is what was asked with, where something was; `audience` who we are.

    Raises: as `verify` and `read_presentation`, and WRONG_CHALLENGE.
    Not checked: the credentials inside (`unwrap` them), and whether they belong to the holder.
    """
    found = read_presentation(text)
    document = _verify(found, PRESENTATION, key_of, audience, now)
    if nonce is not None and found.claims.get("nonce") != nonce:
        raise VerificationError(Reason.WRONG_CHALLENGE, "made for another question")
    return document


def wrap(text: str) -> JsonObject:
    """An enveloped credential or presentation around a token (VC Data Model 2.0, section 4.13).

    Raises: InputError as `jose.read_jws` (the caller's fault). Not checked: whether it verifies.
    """
    kind = media_type(read_jws(text, types=frozenset(_ENVELOPES)).header["typ"]) or ""
    url = f"data:application/{kind},{text}"
    return {"@context": schemas.VC_CONTEXT, "id": url, "type": _ENVELOPES[kind]}


def unwrap(document: Json) -> str:
    """The `vc+jwt` or `vp+jwt` in an enveloped credential or presentation.

    Raises: InputError (the author's fault) BAD_CREDENTIAL or BAD_PRESENTATION for what is no
    envelope, and UNKNOWN_CRYPTOSUITE for one that holds something else. Not checked: the token.
    """
    found = envelopes.enveloped(document)
    if found is None:
        raise InputError(Reason.BAD_CREDENTIAL, "no envelope")
    kind = found.media_type.removeprefix("application/")
    if _ENVELOPES.get(kind) not in as_list(document["type"]):
        raise InputError(Reason.UNKNOWN_CRYPTOSUITE, "an envelope of another media type")
    return found.text


def _check_enveloped(document: JsonObject) -> None:
    """Section 3.1.2: credentials in a presentation are secured, each in an envelope of its own."""
    for item in as_list(document.get("verifiableCredential")):
        if envelopes.enveloped(item) is None or item["type"] in ([_VP_ENVELOPE], _VP_ENVELOPE):
            raise InputError(Reason.BAD_PRESENTATION, "a credential without an envelope")


def _sign(document: JsonObject, kind: Kind, *, key: SigningKey, verification_method: str) -> str:
    if not _WRAPPERS.isdisjoint(document):
        raise InputError(Reason.BAD_JWT, "the claims vc and vp are of an older form")
    header = {"typ": kind.type, "cty": kind.content, "kid": verification_method}
    return sign_jws(canonical(document), key=key, header=header)


def _read(text: str, kind: Kind, limits: Limits) -> Unverified:
    jws = read_jws(text, types=frozenset({kind.type}), limits=limits)
    header = jws.header
    if "cty" in header and media_type(header["cty"]) != kind.content:
        raise InputError(Reason.BAD_JWT, "content of another type than is wanted here")
    payload = as_object(loads(jws.payload, limits=limits, floats=True), Reason.BAD_JWT)
    return take_apart(jws, payload, kind)


def _verify(
    found: Unverified, kind: Kind, key_of: KeyOf, audience: str | None, now: datetime | None
) -> JsonObject:
    verify_jws(found.jws, key=key_of(found.verification_method, kind.purpose))
    check_use(found.claims, kind, audience=audience, now=now)
    return found.document
