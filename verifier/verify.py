"""Judge one scan: bytes, a snapshot, a policy and the time go in; a verdict comes out.

No clock is read, no disk and no network touched. The steps run in the order of the design:

 1. size and syntax            5. dates        9. holder
 2. the issuer's key           6. status      10. policy
 3. the credential's proof     7. schema
 4. the issuer's standing      8. the presentation's proof

A step that fails ends those that build on it. What can still be judged is judged, and the worst
outcome wins. Steps 2 to 7 stand in `_credential.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import ModuleType
from typing import Final

from amana.credential import Credential, check_credential
from amana.data_model import as_list
from amana.enveloped import Envelope, enveloped
from amana.errors import InputError, RegistryError
from amana.presentation import check_presentation
from amana.purpose import NOT_CLAIMS, claims_of
from amana.qr.text import Kind, decode
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from amana.usual_form import UsualCredential, read_usual
from trust_registry.snapshot import Snapshot
from verifier._answer import judge_answer
from verifier._credential import Ground, judge_credential
from verifier._heard import Heard
from verifier.book import Asked
from verifier.policy import Policy, Tier
from verifier.verdict import ProofShown, Verdict, conclude

__all__ = ["verify"]

_JSON: Final = (b"{", b"[", b" ", b"\t", b"\r", b"\n")  # no QR text of anybody's begins so
_TOKEN: Final = b"eyJ"  # '{"' in base64url: a header of JOSE
_ALWAYS_SHOWN: Final = ("purpose", "entitlement")
_NEVER_SHOWN: Final = tuple(sorted(NOT_CLAIMS.difference(_ALWAYS_SHOWN)))
# At tier registered, what is merely old, or shown as paper is, becomes a remark.
_SOFTENED: Final = {
    Reason.REGISTRY_EXPIRED: Reason.REGISTRY_STALE,
    Reason.CLOCK_UNTRUSTED: Reason.REGISTRY_STALE,
    Reason.STATUS_LIST_EXPIRED: Reason.STATUS_LIST_STALE,
    Reason.CREDENTIAL_ONLY: Reason.HOLDER_NOT_PROVED,
    # An answer that came too late, or to a station that was restarted, is worth what paper is.
    Reason.CHALLENGE_EXPIRED: Reason.HOLDER_NOT_PROVED,
    Reason.CHALLENGE_UNKNOWN: Reason.HOLDER_NOT_PROVED,
}
# Remarks which say that the proof is genuine, whoever carries it.
_GENUINE: Final = (Reason.CREDENTIAL_ONLY, Reason.HOLDER_NOT_PROVED)


def verify(
    presented: bytes,
    *,
    snapshot: Snapshot | None,
    policy: Policy,
    challenge: Asked | None = None,
    now: datetime,
) -> Verdict:
    """Judge a presentation or a credential, as JSON or as the text of a QR code.

    `challenge` is what this station asked, with what its book says of it; None for something shown
    unasked, which then counts as paper does. `now` is aware.

    Raises: nothing, whatever the bytes are. TypeError or ValueError for misuse (the caller).
    Not checked: that the person present is the person meant; `PRESENCE_NOT_PROVEN` says so.
    """
    if type(presented) is not bytes:
        raise TypeError("what was shown is bytes")
    if type(snapshot) is not Snapshot and snapshot is not None:
        raise TypeError("a registry is a Snapshot: what a server says of it is no evidence")
    ground = Ground.of(snapshot, policy=policy, now=now)
    try:
        heard = _hear(presented, ground, challenge)
    except InputError as error:
        return conclude((error.reason,), ground.relied_on(ProofShown.NONE))
    except RegistryError:  # what is kept of it was damaged since it was loaded: nothing is known
        return conclude((Reason.REGISTRY_CORRUPT,), ground.relied_on(ProofShown.NONE))

    credentials = heard.credentials
    reasons = list(ground.reasons)
    status_age = issuer = None
    for against, age, signed_by in heard.judged:
        reasons += against
        issuer = issuer or signed_by
        if age is not None and (status_age is None or age > status_age):
            status_age = age
    shown_by = ProofShown.CREDENTIAL
    if heard.holder is None:
        reasons.append(Reason.CREDENTIAL_ONLY)
    else:
        reasons += heard.holder
        if heard.holder == [Reason.PRESENCE_NOT_PROVEN]:
            shown_by = ProofShown.HOLDER
    purpose, asked = policy.purpose, None
    if challenge is not None:
        purpose, asked = challenge.challenge.purpose, challenge.challenge.claims
        stolen = snapshot.stolen if snapshot is not None else ()
        if stolen and challenge.challenge.certificate.subjects[0]["serial"] in stolen:
            reasons.append(Reason.STATION_STOLEN)
    reasons += _policy_reasons(credentials, policy=policy, purpose=purpose, asked=asked)
    return conclude(
        _weighed(tuple(reasons), tier=policy.tier, genuine=issuer is not None),
        ground.relied_on(shown_by, status_age=status_age, issuer=issuer),
        _shown(credentials, asked),
    )


def _hear(presented: bytes, ground: Ground, challenge: Asked | None) -> Heard:
    """Steps 1 to 9, by whichever mechanism secures what was shown.

    Raises: InputError for what is no proof at all (the sender's fault).
    """
    if presented.startswith(_TOKEN):
        return _hear_token(_ascii(presented), ground, challenge)
    usual = read_usual(presented)
    if isinstance(usual, UsualCredential):
        judged = judge_credential(usual.credential, ground, usual)
        return Heard((usual.credential,), (judged,), None)
    if usual is not None:
        return judge_answer(usual.presentation, ground, challenge, usual=usual)
    document = _read(presented)
    if (envelope := enveloped(document)) is not None:
        return _hear_token(envelope, ground, challenge)
    if "VerifiablePresentation" in as_list(document.get("type")):
        return judge_answer(check_presentation(document, envelopes=True), ground, challenge)
    credential = check_credential(document)
    return Heard((credential,), (judge_credential(credential, ground),), None)


def _hear_token(shown: str | Envelope, ground: Ground, challenge: Asked | None) -> Heard:
    tokens = _tokens()
    text = shown if isinstance(shown, str) else tokens.token_in(shown)
    heard: Heard = tokens.judge_token(text, ground, challenge)
    return heard


@cache
def _tokens() -> ModuleType:
    """JOSE costs start-up time, and few need it: imported when the first token comes."""
    from verifier import _tokens as found

    return found


def _ascii(presented: bytes) -> str:
    try:
        return presented.decode("ascii")
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_JWT, "a token is ASCII") from None


def _read(presented: bytes) -> JsonObject:
    """Step 1. A QR text names its kind; the document inside must be of that kind."""
    if not presented:
        raise InputError(Reason.EMPTY, "nothing was shown")
    if presented.startswith(_JSON):
        return as_object(loads(presented), Reason.BAD_PRESENTATION)
    try:
        kind, document = decode(presented.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError(Reason.BAD_QR_TEXT, "not the characters of a QR text") from None
    is_presentation = "VerifiablePresentation" in as_list(document.get("type"))
    if kind is not (Kind.PRESENTATION if is_presentation else Kind.CREDENTIAL):
        raise InputError(Reason.BAD_QR_TEXT, "not what its prefix says")
    return document


def _policy_reasons(
    credentials: tuple[Credential, ...],
    *,
    policy: Policy,
    purpose: str | None,
    asked: tuple[str, ...] | None,
) -> list[Reason]:
    """Step 10: what was shown is what this service is for, and no less than was asked."""
    if not credentials:
        return [Reason.CLAIM_MISSING]
    reasons = []
    if len(credentials) > policy.credentials_max:
        reasons.append(Reason.TOO_MANY_CREDENTIALS)
    for credential in credentials:
        if credential.kind not in policy.kinds:
            reasons.append(Reason.WRONG_TYPE)
        subject = credential.subjects[0]
        if purpose is not None and subject.get("purpose") != purpose:
            reasons.append(Reason.WRONG_PURPOSE)
        if asked is not None:
            claims, wanted = claims_of(subject).keys(), set(asked)
            if not claims <= wanted:
                reasons.append(Reason.CLAIM_NOT_ASKED)
            if not claims >= wanted:
                reasons.append(Reason.CLAIM_MISSING)
    return reasons


@lru_cache(maxsize=1024)
def _weighed(reasons: tuple[Reason, ...], *, tier: Tier, genuine: bool) -> tuple[Reason, ...]:
    """What `reasons` come to at this tier. Only of what an issuer signed is it said that it is
    genuine; and tier registered is never stopped by a stale registry (C2), only by falsity.
    """
    if tier is Tier.REGISTERED:
        reasons = tuple([_SOFTENED.get(reason, reason) for reason in reasons])
        if Reason.REGISTRY_STALE in reasons:
            # An old bundle can't hold a list that is newer than itself.
            missing, stale = Reason.STATUS_LIST_MISSING, Reason.STATUS_LIST_STALE
            reasons = tuple([stale if reason is missing else reason for reason in reasons])
    if genuine:
        return reasons
    return tuple([reason for reason in reasons if reason not in _GENUINE])


def _shown(
    credentials: tuple[Credential, ...], asked: tuple[str, ...] | None
) -> Mapping[str, Json]:
    """Entitlement and claims for the screen: of claims, only those that were asked."""
    if not credentials:
        return {}
    shown = credentials[0].subjects[0].copy()
    for name in _NEVER_SHOWN:
        shown.pop(name, None)
    if asked is None:
        return shown
    return {name: shown[name] for name in (*_ALWAYS_SHOWN, *asked) if name in shown}
