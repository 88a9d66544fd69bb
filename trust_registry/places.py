"""Going live in a place: nothing starts without an impact assessment and a test of necessity.

The test may say no, and then there is no digital proof there (C115, C134). An assessment is of one
organisation in one place: a country, a part of one (ISO 3166), or 001 for everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from amana.errors import RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, loads
from trust_registry._vetting_reading import (
    a_did,
    day,
    line,
    listed,
    malformed,
    members,
    place,
    prose,
)
from trust_registry.dossier import Evidence, read_evidence, sha256

__all__ = ["EVERYWHERE", "PlaceAssessment", "check_place", "read_place", "require_ready"]

KIND: Final = "PlaceAssessment"
EVERYWHERE: Final = "001"  # the world, in UN M49: an entry that names no place is for all of them
_REMAINING: Final = ("low", "medium", "high")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceAssessment:
    """What was found for one organisation in one place.

    `risks` are (risk, what is done about it, what remains: low, medium or high); `consulted` says
    what the data protection authority answered about a high one, or "".
    """

    did: str
    place: str
    date: date
    by: str
    needed: bool
    necessity: str
    without_proof: str
    risks: tuple[tuple[str, str, str], ...]
    consulted: str
    legal_identity: str
    suitability: str
    evidence: tuple[Evidence, ...]
    sha256: str


def read_place(data: bytes, *, limits: Limits = LIMITS) -> PlaceAssessment:
    """Parse the bytes of one assessment. Raises: InputError as `check_place`, or syntax."""
    return check_place(loads(data, limits=limits), limits=limits)


def check_place(value: Json, *, limits: Limits = LIMITS) -> PlaceAssessment:
    """Check the form of one assessment: both its parts, and the evidence of the first.

    Raises: InputError BAD_VETTING or BAD_DID (its author). A place where the answer is no has a
    good assessment as well; `require_ready` is what blocks.
    """
    document = members(value, KIND, required=("did", "place", "date", "by", "necessity", "impact"))
    necessity = members(
        document["necessity"], "", required=("needed", "why", "without", "legalIdentity")
    )
    if type(necessity["needed"]) is not bool:
        raise malformed("needed is true or false")
    impact = members(
        document["impact"],
        "",
        required=("risks", "suitability", "evidence"),
        optional=("consulted",),
    )
    risks: list[tuple[str, str, str]] = []
    for item in listed(impact["risks"], "risks", limits.vetting_findings, least=1):
        risk = members(item, "", required=("risk", "measure", "remaining"))
        if risk["remaining"] not in _REMAINING:
            raise malformed("what remains of a risk is low, medium or high")
        risks.append(
            (
                prose(risk["risk"], "risk", limits=limits),
                prose(risk["measure"], "measure", limits=limits),
                risk["remaining"],
            )
        )
    consulted = impact.get("consulted")
    return PlaceAssessment(
        did=a_did(document["did"], "did"),
        place=place(document["place"]),
        date=day(document["date"], "date"),
        by=line(document["by"], "by", limits=limits),
        needed=necessity["needed"],
        necessity=prose(necessity["why"], "why", limits=limits),
        without_proof=prose(necessity["without"], "without", limits=limits),
        risks=tuple(risks),
        consulted=prose(consulted, "consulted", limits=limits) if consulted is not None else "",
        legal_identity=prose(necessity["legalIdentity"], "legalIdentity", limits=limits),
        suitability=prose(impact["suitability"], "suitability", limits=limits),
        evidence=read_evidence(impact["evidence"], limits=limits, least=1),
        sha256=sha256(document),
    )


def require_ready(assessment: PlaceAssessment | None, *, did: str, code: str) -> None:
    """The organisation `did` may go live in the place `code`.

    Raises: RegistryError PLACE_NOT_READY that names the place and the rule (the applicant).
    """
    if assessment is None:
        rule = "no impact assessment and test of necessity"
    elif assessment.did != did or assessment.place != code:
        rule = "the assessment is of another organisation or place"
    elif not assessment.needed:
        rule = "the test of necessity says no"
    elif not assessment.consulted and any(left == "high" for _, _, left in assessment.risks):
        rule = "a high risk remains, and nobody was consulted about it"
    else:
        return
    raise RegistryError(Reason.PLACE_NOT_READY, rule, role="applicant", place=code)
