"""Credentials and answers that JOSE secures: `vc+jwt`, `vp+jwt`, and SD-JWTs of every kind.

What they say is judged as it is of any other credential, once their signature is verified. The
`exp` and `nbf` of a token bound the signature; the credential's own dates are judged besides.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import schemas
from amana.credential import Credential, check_credential
from amana.data_model import VERIFIABLE
from amana.did.key import resolve_any, verification_method
from amana.enveloped import Envelope
from amana.errors import AmanaError, InputError, VerificationError
from amana.jwk import VerifyingKey
from amana.limits import LIMITS
from amana.presentation import check_presentation
from amana.proofs import sd_jwt_vc, vc_jwt, vc_sd_jwt
from amana.proofs.jose import media_type, read_header
from amana.proofs.sd_jwt import Binding, verify_binding
from amana.proofs.vc_jwt import KeyOf
from amana.reasons import Reason
from amana.status_entry import StatusEntry
from amana.strict_json import JsonObject
from amana.usual_token import UsualToken, read_usual_token
from verifier._answer import answered
from verifier._credential import Ground, Judged, Signers, find_key, judge_proved
from verifier._heard import Heard
from verifier.book import Asked

__all__ = ["judge_enveloped", "judge_token", "token_in"]

_CREDENTIALS: Final = frozenset({"vc+jwt", "vc+sd-jwt", "dc+sd-jwt"})
_PRESENTATIONS: Final = frozenset({"vp+jwt", "vp+sd-jwt"})
_KNOWN: Final = _CREDENTIALS | _PRESENTATIONS
_UNKNOWN_FORM: Final = {Reason.MISSING_LIBRARY: Reason.SCHEMA_UNKNOWN}
# Phone clocks never decide (design, section 4): the challenge has its life from our own clock.
_ANY_TIME: Final = replace(LIMITS, key_binding_seconds=10**12)
_OF_THE_TOKEN: Final = frozenset(
    {"iss", "sub", "jti", "vct", "vct#integrity", "cnf", "exp", "nbf", "iat", "aud", "status"}
)


def judge_token(text: str, ground: Ground, challenge: Asked | None) -> Heard:
    """Steps 2 to 9 for a token in compact form.

    Raises: InputError for what is no token of a kind that is known here (the sender's fault).
    """
    kind = _kind(text)
    if kind in _PRESENTATIONS:
        return _judge_presentation(text, kind, ground, challenge)
    if kind == "vc+jwt":
        credential, judged = _judge_credential(text, ground)
        return Heard(() if credential is None else (credential,), (judged,), None)
    return _judge_sd_jwt(text, kind, ground, challenge)


def judge_enveloped(envelope: Envelope, ground: Ground) -> tuple[Credential | None, Judged]:
    """Steps 2 to 7 for a credential in an envelope."""
    try:
        text = token_in(envelope)
    except InputError as error:
        return None, Judged([error.reason])
    return _judge_credential(text, ground)


def token_in(envelope: Envelope) -> str:
    """The token in an envelope, if its header says what the envelope's media type does.

    Raises: InputError UNKNOWN_CRYPTOSUITE for a mechanism that is not judged here; BAD_JWT, and
    what `jose.read_jws` raises (the sender's fault).
    """
    kind = envelope.media_type.removeprefix("application/")
    if kind not in _CREDENTIALS | _PRESENTATIONS:
        raise InputError(Reason.UNKNOWN_CRYPTOSUITE, "an envelope of another media type")
    if _kind(envelope.text) != kind:
        raise InputError(Reason.BAD_JWT, "a token of another type than its envelope says")
    return envelope.text


def _judge_credential(text: str, ground: Ground) -> tuple[Credential | None, Judged]:
    """Steps 2 to 7 for a credential alone; nobody asked its holder to sign anything."""
    signers: Signers = {}

    def key_of(method: str, purpose: str) -> VerifyingKey:
        return find_key(method, purpose, ground, signers)

    try:
        kind = _kind(text)
        if kind == "vc+jwt":
            document = vc_jwt.verify(text, key_of=key_of, now=ground.now)
        elif kind == "vc+sd-jwt":
            document = vc_sd_jwt.verify(text, key_of=key_of, binding=None, now=ground.now).document
        else:
            raise InputError(Reason.UNKNOWN_KIND, "no credential of the data model")
        credential = check_credential(document)
    except (InputError, VerificationError) as error:
        return None, Judged([_doubted(error, ground)])
    return credential, judge_proved(credential, ground, signers, secured=text)


def _judge_sd_jwt(text: str, kind: str, ground: Ground, challenge: Asked | None) -> Heard:
    signers: Signers = {}

    def key_of(method: str, purpose: str) -> VerifyingKey:
        return find_key(method, purpose, ground, signers)

    bound = not text.endswith("~")
    binding = None
    if bound and challenge is not None:
        asked = challenge.challenge
        binding = Binding(nonce=asked.digest, audience=asked.domain)
    elif bound:
        # Shown unasked, it counts as paper does, whatever the holder signed and for whom.
        text = text[: text.rfind("~") + 1]
    usual = read_usual_token(text) if kind == "vc+sd-jwt" else None
    try:
        if usual is not None:
            credential = usual.credential
            holder = _verify_usual(usual, text, key_of, binding, ground.now)
        elif kind == "vc+sd-jwt":
            shown = vc_sd_jwt.verify(
                text, key_of=key_of, binding=binding, now=ground.now, limits=_ANY_TIME
            )
            credential, holder = check_credential(shown.document), shown.holder
        else:
            found = sd_jwt_vc.verify(
                text, key_of=key_of, binding=binding, now=ground.now, limits=_ANY_TIME
            )
            credential, holder = _view(found), found.holder
    except (InputError, VerificationError) as error:
        return Heard((), (Judged([_doubted(error, ground)]),), [] if bound else None)
    judged = judge_proved(credential, ground, signers, secured=text)
    if kind == "dc+sd-jwt":
        # Our schemas are about W3C's form of a credential; this one's form nobody here knows.
        judged = judged._replace(reasons=[_UNKNOWN_FORM.get(one, one) for one in judged.reasons])
    if holder is None or challenge is None:
        return Heard((credential,), (judged,), None)
    reasons = answered(
        challenge, nonce=challenge.challenge.digest, domain=challenge.challenge.domain
    )
    if credential.holder != holder.did:
        reasons.append(Reason.WRONG_HOLDER)
    return Heard((credential,), (judged,), reasons or [Reason.PRESENCE_NOT_PROVEN])


def _verify_usual(
    usual: UsualToken, text: str, key_of: KeyOf, binding: Binding | None, now: datetime
) -> VerifyingKey | None:
    """The holder's key, where the holder was asked. Raises: as `vc_sd_jwt.verify`."""
    key = key_of(usual.verification_method, "assertionMethod")
    if key.algorithm != "EdDSA":
        raise VerificationError(Reason.ALGORITHM_FORBIDDEN, f"the key is for {key.algorithm}")
    key.verify(usual.signed, usual.signature)
    if binding is None:
        return None
    claims = {} if usual.confirmation is None else {"cnf": usual.confirmation}
    return verify_binding(text, claims, binding=binding, now=now, limits=_ANY_TIME)


def _judge_presentation(text: str, kind: str, ground: Ground, challenge: Asked | None) -> Heard:
    """An answer that the holder signed in JOSE, around credentials in envelopes of their own."""
    holders: list[str] = []

    def key_of(method: str, _purpose: str) -> VerifyingKey:
        holder = method.partition("#")[0]
        if method != verification_method(holder):
            raise VerificationError(Reason.WRONG_HOLDER, "a did:key has one key")
        holders.append(holder)
        return resolve_any(holder)

    asked = challenge.challenge if challenge is not None else None
    nonce, audience = (asked.digest, asked.domain) if asked is not None else (None, None)
    try:
        if kind == "vp+jwt":
            document = vc_jwt.verify_presentation(
                text, key_of=key_of, nonce=nonce, audience=audience, now=ground.now
            )
        else:
            document = vc_sd_jwt.verify_presentation(
                text, key_of=key_of, nonce=nonce, audience=audience, now=ground.now
            ).document
        presentation = check_presentation(document, envelopes=True)
    except (InputError, VerificationError) as error:
        return Heard((), (), [_doubted(error, ground)])
    found = [judge_enveloped(envelope, ground) for envelope in presentation.envelopes]
    credentials = tuple([credential for credential, _ in found if credential is not None])
    reasons = answered(challenge, nonce=nonce, domain=audience)
    if presentation.holder not in (None, *holders) or any(
        credential.holder not in holders for credential in credentials
    ):
        reasons.append(Reason.WRONG_HOLDER)
    return Heard(
        credentials,
        tuple([judged for _, judged in found]),
        reasons or [Reason.PRESENCE_NOT_PROVEN],
    )


def _kind(text: str) -> str:
    """What the header of a token says that it is. Raises: InputError as `jose.read_jws`."""
    if len(text) > LIMITS.sd_jwt_chars:
        raise InputError(Reason.TOO_LARGE, f"more than {LIMITS.sd_jwt_chars} characters")
    kind = media_type(read_header(text[: text.find(".")], types=_KNOWN)["typ"])
    return "" if kind is None else kind


def _doubted(error: AmanaError, ground: Ground) -> Reason:
    """An expiry that only a doubted clock tells is no proof of falsity."""
    if error.reason is Reason.EXPIRED and Reason.CLOCK_UNTRUSTED in ground.reasons:
        return Reason.EXPIRED_BY_DOUBTED_CLOCK
    return error.reason


def _view(found: sd_jwt_vc.SdJwtVc) -> Credential:
    """An SD-JWT VC as a credential. Its type is its `vct`, for which we have no schema.

    Raises: InputError BAD_DATE (its issuer).
    """
    claims = found.claims
    subject: JsonObject = {
        name: value for name, value in claims.items() if name not in _OF_THE_TOKEN
    }
    if found.holder is not None:
        subject["id"] = found.holder.did
    # A Token Status List is not among what the registry collects: unknown, and said so.
    status = (StatusEntry("", 0, "status"),) if "status" in claims else ()
    return Credential(
        claims,
        (VERIFIABLE, found.vct),
        found.issuer,
        (subject,),
        _instant(claims, "nbf") or _instant(claims, "iat"),
        _instant(claims, "exp"),
        status,
        found.vct.removeprefix(f"{schemas.CONTEXT}#"),
        None,
    )


def _instant(claims: JsonObject, name: str) -> datetime | None:
    if name not in claims:
        return None
    try:
        return datetime.fromtimestamp(claims[name], UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        raise InputError(Reason.BAD_DATE, f"{name} is no date that a calendar has") from None
