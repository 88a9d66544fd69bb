"""Steps 8 and 9: the answer is signed by the holder, for this challenge, once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from amana.dates import parse_instant
from amana.did.key import resolve, verification_method
from amana.errors import InputError, VerificationError
from amana.keys import PublicKey
from amana.presentation import Presentation
from amana.proofs import eddsa_jcs
from amana.reasons import Reason
from amana.strict_json import Json
from amana.usual_form import UsualPresentation
from verifier._credential import Ground, judge_credential
from verifier._heard import Heard
from verifier.book import Asked, Freshness

__all__ = ["answered", "judge_answer"]

_FRESHNESS: Final = {
    Freshness.USED: Reason.REPLAYED,
    Freshness.EXPIRED: Reason.CHALLENGE_EXPIRED,
    Freshness.UNKNOWN: Reason.CHALLENGE_UNKNOWN,
}


def judge_answer(
    presentation: Presentation,
    ground: Ground,
    challenge: Asked | None,
    *,
    usual: UsualPresentation | None = None,
) -> Heard:
    """Steps 2 to 9 for a presentation with a Data Integrity proof, and all that it holds.

    Credentials in an envelope are judged as tokens are. Raises: nothing; what is wrong with the
    proof is found.
    """
    one = usual.credential if usual is not None else None
    credentials = presentation.credentials
    judged = tuple([judge_credential(credential, ground, one) for credential in credentials])
    for envelope in presentation.envelopes:
        from verifier._tokens import judge_enveloped

        credential, found = judge_enveloped(envelope, ground)
        judged += (found,)
        if credential is not None:
            credentials += (credential,)
    try:
        if usual is not None:
            holder = _verify_usual(usual)
            proofs = [usual.proof.options]
        else:
            holder, proofs = _verify(presentation, now=ground.now)
    except (InputError, VerificationError) as error:
        return Heard(credentials, judged, [error.reason])
    reasons: list[Reason] = []
    for options in proofs:
        reasons += answered(challenge, nonce=options.get("challenge"), domain=options.get("domain"))
    if presentation.holder not in (None, holder) or any(
        credential.holder != holder for credential in credentials
    ):
        reasons.append(Reason.WRONG_HOLDER)
    return Heard(credentials, judged, reasons or [Reason.PRESENCE_NOT_PROVEN])


def answered(challenge: Asked | None, *, nonce: Json, domain: Json) -> list[Reason]:
    """Whether a signed answer is one to our own challenge, and the first one."""
    if challenge is None:
        return [Reason.CREDENTIAL_ONLY]
    if nonce != challenge.challenge.digest:
        return [Reason.WRONG_CHALLENGE]
    if domain != challenge.challenge.domain:
        return [Reason.WRONG_DOMAIN]
    if challenge.freshness is not Freshness.FRESH:
        return [_FRESHNESS[challenge.freshness]]
    return []


def _verify_usual(usual: UsualPresentation) -> str:
    proof = usual.proof
    holder = proof.verification_method.partition("#")[0]
    _key(proof.verification_method, proof.proof_purpose).verify(usual.signed, proof.signature)
    return holder


def _verify(presentation: Presentation, *, now: datetime) -> tuple[str, list[dict[str, Json]]]:
    """The holder, and the options of each proof, once all of them are verified.

    Raises: InputError or VerificationError with what is false about one of them.
    """
    document = presentation.document
    value = document.get("proof")
    if type(value) is dict and value.get("cryptosuite") == eddsa_jcs.CRYPTOSUITE:
        proof = eddsa_jcs.read_proof(value)
        eddsa_jcs.verify(document, proof, key=_key(proof.verification_method, proof.proof_purpose))
        proofs: Collection[eddsa_jcs.Proof] = (proof,)
        if "previousProof" in value:
            raise InputError(Reason.BAD_PROOF_CHAIN, "a chain of one")
    else:
        from amana.proofs.data_integrity import verify_proofs

        proofs = verify_proofs(document, key_of=_key)
    for proof in proofs:
        options = proof.options
        if options.get("@context") not in (None, document["@context"]):
            # Section 3.3.2 lets contexts be appended; what nobody signed is not relied on here.
            raise VerificationError(Reason.UNKNOWN_CONTEXT, "contexts that the holder did not sign")
        if "expires" in options and now >= parse_instant(str(options["expires"])):
            # VC Data Integrity 1.0, section 2.1: the holder's own limit
            raise VerificationError(Reason.EXPIRED, "the answer itself has expired")
    holders = {proof.verification_method.partition("#")[0] for proof in proofs}
    if len(holders) > 1:
        raise VerificationError(Reason.WRONG_HOLDER, "two holders signed one answer")
    return holders.pop(), [proof.options for proof in proofs]


def _key(method: str, purpose: str) -> PublicKey:
    """The key of a holder, who is a did:key with one key for all."""
    holder = method.partition("#")[0]
    key = resolve(holder)
    if method != verification_method(holder):
        raise VerificationError(Reason.WRONG_HOLDER, "a did:key has one key")
    if purpose != "authentication":
        raise VerificationError(Reason.WRONG_RELATIONSHIP, "a holder signs to authenticate")
    return key
