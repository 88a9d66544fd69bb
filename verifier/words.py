"""What staff read: three calm headlines, why, and the next step. Never a dead end.

The person's side of a screen shows none of this: never rejected, forged or revoked.
English is the source language; translations come with the screens.
"""

from __future__ import annotations

from typing import Final

from amana.reasons import Check, Outcome, Reason
from verifier.verdict import Verdict

__all__ = ["HEADLINES", "next_step", "say"]

HEADLINES: Final = {
    Outcome.ACCEPTED: "Proof good",
    Outcome.UNDECIDED: "Ask another way",
    Outcome.REJECTED: "Don't rely on this proof",
}
_DAMAGED: Final = "The code can't be read as a proof."
_SAYS: Final[dict[Reason, str]] = {
    Reason.BAD_SIGNATURE: "Its signature does not fit: something in it was changed or made up.",
    Reason.BAD_KEY: "It is signed with a key that nobody may use.",
    Reason.CHALLENGE_EXPIRED: "The answer came too late.",
    Reason.CHALLENGE_UNKNOWN: "This station did not ask this question.",
    Reason.CLAIM_MISSING: "It says less than this service needs.",
    Reason.CLAIM_NOT_ASKED: "It says more than was asked; the rest is not shown.",
    Reason.CLOCK_UNTRUSTED: "The date of this device can't be right.",
    Reason.CREDENTIAL_ONLY: "The proof is genuine; who carries it is not proved.",
    Reason.DEMO_REGISTRY: "This is a demonstration, with demonstration keys.",
    Reason.EXPIRED: "It was good until a date that has passed.",
    Reason.EXPIRED_BY_DOUBTED_CLOCK: "It has ended, if this device's date were right.",
    Reason.HOLDER_NOT_PROVED: "The proof is genuine; who carries it is not proved.",
    Reason.ISSUER_NOT_YET_GRANTED: "It is dated before its issuer was accredited.",
    Reason.ISSUER_SUSPENDED_SINCE: "The consortium has suspended its issuer since.",
    Reason.ISSUER_SUSPENDED_WHEN_ISSUED: "Its issuer was suspended when it was issued.",
    Reason.ISSUER_UNKNOWN: "The registry does not know its issuer.",
    Reason.ISSUER_WITHDRAWN_SINCE: "Its issuer has lost its accreditation since.",
    Reason.ISSUER_WITHDRAWN_WHEN_ISSUED: "Its issuer was not accredited when it was issued.",
    Reason.KEY_COMPROMISED: "Its issuer's key was stolen, so anyone could have made it.",
    Reason.KEY_NOT_OF_ISSUER: "It is not signed by the issuer that it names.",
    Reason.KEY_UNKNOWN: "The registry does not know the key that signed it.",
    Reason.NOT_OUR_QR: "This is somebody else's code.",
    Reason.NOT_YET_VALID: "It is good from a date that has not come.",
    Reason.NO_CODE_FOUND: "No code was found in the picture.",
    Reason.OUT_OF_SCOPE: "Its issuer is not accredited to issue this.",
    Reason.PRESENCE_NOT_PROVEN: "The holder's key answered. Who stands here is for you to see.",
    Reason.REGISTRY_EXPIRED: "What this station knows is too old for this service.",
    Reason.REGISTRY_MISSING: "This station has no trust registry.",
    Reason.REGISTRY_CORRUPT: "The trust registry of this station is damaged.",
    Reason.REGISTRY_STALE: "What this station knows is old; good enough for this service.",
    Reason.REFRESH_AVAILABLE: "Its issuer has a newer one for the holder.",
    Reason.REPLAYED: "This answer was used before.",
    Reason.REVOKED: "Its issuer has revoked it.",
    Reason.STATION_STOLEN: "This station was reported stolen: what it asks counts for nothing.",
    Reason.STATUS_LIST_EXPIRED: "The list of revoked proofs is too old for this service.",
    Reason.STATUS_LIST_MISSING: "The list of revoked proofs is not here.",
    Reason.STATUS_LIST_STALE: "The list of revoked proofs is old; good enough for this service.",
    Reason.STATUS_MESSAGE: "Its issuer left a note about it, which says nothing against it.",
    Reason.SUSPENDED: "Its issuer has suspended it for now.",
    Reason.WRONG_CHALLENGE: "It answers another question, perhaps for another service.",
    Reason.WRONG_DOMAIN: "It was meant for another organisation.",
    Reason.WRONG_HOLDER: "It was given to somebody else.",
    Reason.WRONG_PURPOSE: "It is not valid for this purpose.",
    Reason.WRONG_TYPE: "It is a proof of another kind.",
}
_BY_CHECK: Final = {
    Check.SYNTAX: _DAMAGED,
    Check.ISSUER: "Its issuer can't be found.",
    Check.CREDENTIAL_PROOF: "Its signature can't be checked here.",
    Check.STANDING: "Its issuer's standing is in doubt.",
    Check.STATUS: "Whether it was revoked can't be found out.",
    Check.SCHEMA: "It does not have the form that such a proof has.",
    Check.PRESENTATION_PROOF: "The question that it answers can't be relied on.",
    Check.POLICY: "It is not what this service asks for.",
}
_AGAIN: Final = "Show the question once more and scan the new answer."
_UPDATE: Final = "Bring this station up to date when you can; until then ask another way."
_STEPS: Final[dict[Reason, str]] = {
    Reason.CHALLENGE_EXPIRED: _AGAIN,
    Reason.CHALLENGE_UNKNOWN: _AGAIN,
    Reason.WRONG_CHALLENGE: _AGAIN,
    Reason.WRONG_DOMAIN: _AGAIN,
    Reason.REPLAYED: _AGAIN,
    Reason.CREDENTIAL_ONLY: "Show the question and scan the answer, or let a second person decide.",
    Reason.REGISTRY_EXPIRED: _UPDATE,
    Reason.REGISTRY_MISSING: _UPDATE,
    Reason.REGISTRY_CORRUPT: _UPDATE,
    Reason.STATUS_LIST_EXPIRED: _UPDATE,
    Reason.STATUS_LIST_MISSING: _UPDATE,
    Reason.STATION_STOLEN: "Stop using this station, and tell your organisation.",
    Reason.CLOCK_UNTRUSTED: "Set the device's date.",
    Reason.EXPIRED_BY_DOUBTED_CLOCK: "Set the device's date.",
    Reason.NO_CODE_FOUND: "Hold the code nearer, flat and in the light, and scan again.",
    Reason.NOT_OUR_QR: "Ask for the other code, or ask another way.",
    Reason.WRONG_PURPOSE: "Ask for the proof for this service.",
    Reason.CLAIM_MISSING: "Ask only for what is missing, or let a colleague decide.",
}
_BY_OUTCOME: Final = {
    Outcome.ACCEPTED: "Give the service.",
    Outcome.UNDECIDED: "Let a second person decide, ask a sponsor, or refer. "
    "Nobody is turned away.",
    Outcome.REJECTED: "Serve without this proof as far as the service allows, "
    "and call a colleague. "
    "Say nothing of fraud: papers are lost, borrowed and damaged.",
}


def say(reason: Reason) -> str:
    """One sentence that tells staff what was found."""
    return _SAYS.get(reason) or _BY_CHECK.get(reason.check, _DAMAGED)


def next_step(verdict: Verdict) -> str:
    """What to do now; every verdict has a way on (design, principle 2)."""
    reason = verdict.reason
    if verdict.outcome is Outcome.ACCEPTED or reason is None:
        return _BY_OUTCOME[verdict.outcome]
    return _STEPS.get(reason, _BY_OUTCOME[verdict.outcome])
