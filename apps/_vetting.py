"""The vetting of the demo's organisations: small, and by the same rules as any other.

A demonstration has no committee and no field offices, so most rows say "not done, because": a good
answer that is published like the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from amana.cli import write_file
from amana.dates import format_instant
from amana.jcs import canonical
from amana.strict_json import JsonObject
from trust_registry._vetting_records import Outcome
from trust_registry.consortium import Consortium
from trust_registry.filing import (
    file_application,
    file_decision,
    file_place,
    file_review,
    file_vote,
)
from trust_registry.places import EVERYWHERE
from trust_registry.questions import Form, asked
from trust_registry.votes import Choice

__all__ = ["answer_for_all", "vet"]

_MADE_UP: Final = "Everything here is made up for a demonstration; nobody depends on it."


def answer_for_all(consortium: Consortium, *, now: datetime) -> None:
    """Stage the consortium's own answers, without which nothing is published."""
    document: JsonObject = {
        "type": "ConsortiumGovernance",
        "name": consortium.name,
        "questions": 1,
        "language": "en",
        "answers": _answers(Form.GOVERNANCE),
        "principles": [
            {
                "version": 1,
                "since": format_instant(now),
                "text": "Nobody is turned away because of this registry.",
            }
        ],
    }
    write_file(consortium.folder / "governance.json", canonical(document))


def vet(
    consortium: Consortium,
    did: str,
    *,
    name: str,
    actions: Iterable[tuple[str, str]],
    appeals: str,
    now: datetime,
) -> str:
    """Application, review, votes of the founders and decision; returns the dossier's SHA-256."""
    folder = consortium.folder / "vetting"
    members = {member.name: member.public for member in consortium.members}
    dossier: JsonObject = {
        "type": "VettingDossier",
        "form": Form.FULL.value,
        "questions": 1,
        "did": did,
        "language": "en",
        "answers": _answers(Form.FULL),
    }
    applied = now - timedelta(days=30)
    application = file_application(
        folder, dossier, names={"en": name}, actions=actions, now=applied
    )
    file_review(
        folder,
        did,
        by="an outsider",
        summary="Read in full: an organisation of a demonstration, and it says so.",
        findings=[],
        members=members,
        now=applied + timedelta(days=7),
    )
    file_place(folder, _place(did, on=applied))
    for founder in consortium.founders[: consortium.threshold]:
        file_vote(
            folder,
            did,
            Choice.ACCREDIT,
            reason="It is needed for the story, and can harm nobody.",
            key=founder,
            members=members,
            now=now,
        )
    file_decision(
        folder,
        did,
        Outcome.ACCREDITED,
        members=members,
        threshold=consortium.threshold,
        reasons="Good for a demonstration, and for nothing else.",
        appeals=appeals,
        now=now,
    )
    return application.dossier


def _answers(form: Form) -> JsonObject:
    return {question: {"notDone": _MADE_UP} for question in asked(form)}


def _place(did: str, *, on: datetime) -> JsonObject:
    return {
        "type": "PlaceAssessment",
        "did": did,
        "place": EVERYWHERE,
        "date": format_instant(on)[:10],
        "by": "an outsider",
        "necessity": {
            "needed": True,
            "why": "To see at one's own desk how a proof is shown and checked.",
            "without": "The same service; nobody is served here.",
            "legalIdentity": "It proves no legal identity.",
        },
        "impact": {
            "risks": [
                {
                    "risk": "Somebody takes made-up people for real ones.",
                    "measure": "Every key and every entry is marked as a demonstration's.",
                    "remaining": "low",
                }
            ],
            "suitability": _MADE_UP,
            "evidence": [
                {
                    "title": "What this demonstration is",
                    "date": format_instant(on)[:10],
                    "sha256": sha256(_MADE_UP.encode()).hexdigest(),
                }
            ],
        },
    }
