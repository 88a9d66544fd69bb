"""Problem details (RFC 9457) for the VC-API: which type of the specifications each reason is.

VC Data Model 2.0, section 7.2, Data Integrity 1.0, section 4.8, and Bitstring Status List 1.0,
section 3.5, name the types. They are few and coarse, so our own reason stands beside each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from amana.errors import AmanaError
from amana.reasons import Check, Outcome, Reason
from amana.strict_json import JsonObject

__all__ = ["Problem", "problem_details", "problem_of"]

_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_INTEGRITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"

_PARSING: Final = f"{_MODEL}PARSING_ERROR"
_CRYPTOGRAPHIC: Final = f"{_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"
_MALFORMED: Final = f"{_MODEL}MALFORMED_VALUE_ERROR"
_RANGE: Final = f"{_MODEL}RANGE_ERROR"
_PROOF: Final = f"{_INTEGRITY}PROOF_VERIFICATION_ERROR"
_TRANSFORMATION: Final = f"{_INTEGRITY}PROOF_TRANSFORMATION_ERROR"
_DOMAIN: Final = f"{_INTEGRITY}INVALID_DOMAIN_ERROR"
_CHALLENGE: Final = f"{_INTEGRITY}INVALID_CHALLENGE_ERROR"
_RETRIEVAL: Final = f"{_STATUS}STATUS_RETRIEVAL_ERROR"
_STATUS_VERIFICATION: Final = f"{_STATUS}STATUS_VERIFICATION_ERROR"

_TYPES: Final = {
    Reason.EMPTY: _PARSING,
    Reason.TOO_DEEP: _PARSING,
    Reason.NOT_UTF8: _PARSING,
    Reason.NOT_JSON: _PARSING,
    Reason.DUPLICATE_KEY: _PARSING,
    Reason.LONE_SURROGATE: _PARSING,
    Reason.NOT_A_NUMBER: _PARSING,
    Reason.INTEGER_RANGE: _RANGE,
    Reason.NOT_YET_VALID: _RANGE,
    Reason.EXPIRED: _RANGE,
    Reason.STATUS_INDEX_OUT_OF_RANGE: _RANGE,
    Reason.BAD_KEY: _CRYPTOGRAPHIC,
    Reason.PROOF_MISSING: _PROOF,
    Reason.BAD_PROOF_FORM: _PROOF,
    Reason.BAD_SIGNATURE: _PROOF,
    Reason.UNKNOWN_CRYPTOSUITE: _TRANSFORMATION,
    Reason.WRONG_CHALLENGE: _CHALLENGE,
    Reason.WRONG_DOMAIN: _DOMAIN,
    Reason.STATUS_LIST_MISSING: _RETRIEVAL,
}
# Where a reason has no line of its own, the check that it belongs to decides.
_BY_CHECK: Final = {
    Check.ISSUER: _CRYPTOGRAPHIC,
    Check.CREDENTIAL_PROOF: _CRYPTOGRAPHIC,
    Check.PRESENTATION_PROOF: _PROOF,
    Check.HOLDER: _CRYPTOGRAPHIC,
    Check.DATES: _RANGE,
    Check.STATUS: _STATUS_VERIFICATION,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why something is not verified; `place` names the part, nothing names a person."""

    reason: Reason
    detail: str = ""
    place: str = ""


def problem_of(error: AmanaError, place: str = "") -> Problem:
    """An expected error as a problem found at `place`."""
    return Problem(reason=error.reason, detail=error.detail, place=place)


def problem_details(problem: Problem) -> JsonObject:
    """One problem-details object. `reason` and `outcome` are our extensions (RFC 9457, 3.2)."""
    kind = _TYPES.get(problem.reason) or _BY_CHECK.get(problem.reason.check, _MALFORMED)
    said = ": ".join(part for part in (problem.place, problem.detail) if part)
    details: JsonObject = {
        "type": kind,
        "title": kind.rpartition("#")[2],
        "detail": said or problem.reason.value,
        "reason": problem.reason.value,
        "outcome": problem.reason.outcome.value,
    }
    if problem.reason.outcome is Outcome.UNDECIDED:
        details["detail"] += " (not proved false, only unknown)"
    return details
