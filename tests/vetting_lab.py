"""A vetting made quickly: complete papers, in few words, signed by a consortium's founders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from amana.jcs import canonical
from amana.keys import SecretKey
from trust_registry._vetting_folder import read_case
from trust_registry._vetting_records import Outcome
from trust_registry.consortium import Consortium
from trust_registry.dossier import check_dossier
from trust_registry.entries import slug
from trust_registry.figures import month_document
from trust_registry.filing import next_number
from trust_registry.measures import CHOICES, NOTICE, check_measure, make_measure
from trust_registry.questions import Form, asked
from trust_registry.snapshot import State
from trust_registry.vetting import decide, matter_of
from trust_registry.votes import Choice, cast_vote

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)  # as registry_lab has it
DIGEST = "ab" * 32
EVIDENCE = [{"title": "A paper", "date": "2026-11-01", "sha256": DIGEST}]
_Object = dict[str, Any]


@cache
def _answers(form: Form) -> _Object:
    rows: _Object = {row: {"text": f"Answer to {row}."} for row in asked(form)}
    rows[next(iter(rows))] = {"text": "See the paper.", "evidence": EVIDENCE}
    rows[list(rows)[-1]] = {"notDone": "Nobody has time before spring."}
    return rows


def governance_answers() -> _Object:
    """The consortium's own document, with an answer to everything."""
    return {
        "type": "ConsortiumGovernance",
        "name": "The circle",
        "questions": 1,
        "language": "en",
        "answers": dict(_answers(Form.GOVERNANCE)),
        "principles": [
            {"version": 1, "since": "2026-01-01T00:00:00Z", "text": "Nobody is turned away."}
        ],
    }


def dossier_document(did: str, form: Form = Form.FULL) -> _Object:
    return {
        "type": "VettingDossier",
        "form": form.value,
        "questions": 1,
        "did": did,
        "language": "en",
        "answers": dict(_answers(form)),
    }


def application_document(did: str, dossier: _Object, **changes: Any) -> _Object:
    given: _Object = {
        "type": "RegistryApplication",
        "did": did,
        "names": {"en": "Relief"},
        "actions": [{"action": "issue", "resource": "PurposeCredential"}],
        "jurisdictions": [],
        "form": dossier["form"],
        "ties": [],
        "dossier": check_dossier(dossier).sha256,
        "received": "2026-10-01T08:00:00Z",
        "round": 1,
    }
    return {**given, **changes}


def review_document(dossier: str, **changes: Any) -> _Object:
    given: _Object = {
        "type": "RegistryReview",
        "by": "an outsider",
        "dossier": dossier,
        "written": "2026-10-10T08:00:00Z",
        "summary": "Read in full; visited.",
        "findings": [{"row": "undp.5.4", "text": "One key for all.", "resolved": "Three now."}],
    }
    return {**given, **changes}


def place_document(did: str, code: str = "001", **changes: Any) -> _Object:
    given: _Object = {
        "type": "PlaceAssessment",
        "did": did,
        "place": code,
        "date": "2026-10-05",
        "by": "A. Reviewer, adviser",
        "necessity": {
            "needed": True,
            "why": "People lose paper cards.",
            "without": "The same help, by name list.",
            "legalIdentity": "It proves no legal identity.",
        },
        "impact": {
            "risks": [
                {"risk": "Lists are taken.", "measure": "None are kept.", "remaining": "low"}
            ],
            "suitability": "Asked the families; not for children on their own.",
            "evidence": EVIDENCE,
        },
    }
    return {**given, **changes}


def decision_document(did: str, **changes: Any) -> _Object:
    given: _Object = {
        "type": "RegistryDecision",
        "did": did,
        "round": 1,
        "outcome": "accredited",
        "reasons": "They serve people well.",
        "conditions": ["Report in six months."],
        "matter": DIGEST,
        "dossier": DIGEST,
        "inFavour": ["member-1", "member-2"],
        "against": ["member-3"],
        "votes": [DIGEST],
        "decided": "2026-11-22T12:00:00Z",
        "appeals": "appeals@circle.example",
        "appealUntil": "2027-01-21T12:00:00Z",
    }
    return {**given, **changes}


def figures_document(did: str, **changes: Any) -> _Object:
    finding = {"month": "2026-10", "what": "Old people had no way in.", "done": "A ramp."}
    month = month_document(
        "2026-10",
        place="KE",
        served=124,
        refusals=3,
        complaints=11,
        served_otherwise=25,
        groups={"gender": {"female": 74, "male": 46, "other": 4}, "disability": {"yes": 17}},
    )
    given: _Object = {
        "type": "PublicFigures",
        "did": did,
        "months": [month],
        "exclusion": [finding],
        "feedback": [finding],
        "tests": [finding],
    }
    return {**given, **changes}


def put(path: Path, document: Mapping[str, Any]) -> None:
    # Not `write_file`: waiting for the disk would take most of a test's time.
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(canonical(dict(document)))


def vote(
    folder: Path, did: str, secret: SecretKey, choice: Choice = Choice.ACCREDIT, **changes: Any
) -> _Object:
    """One vote on the papers that lie in `folder` now."""
    case = read_case(folder, did)
    given: _Object = {
        "subject": did,
        "matter": matter_of(case),
        "dossier": case.dossier.sha256,
        "reason": "They know the place.",
        "key": secret,
        "now": NOW,
    }
    return cast_vote(choice, **{**given, **changes})


def file_papers(
    folder: Path,
    did: str,
    *,
    form: Form = Form.FULL,
    places: Iterable[str] = ("001",),
    **changes: Any,
) -> str:
    """Everything that lies before the members; returns the digest of the dossier."""
    own, dossier = folder / slug(did), dossier_document(did, form)
    put(own / "dossier.json", dossier)
    application = application_document(did, dossier, **changes)
    put(own / "application.json", application)
    put(own / "reviews" / "1.json", review_document(application["dossier"]))
    for code in places:
        put(own / "places" / f"{code}.json", place_document(did, code))
    return str(application["dossier"])


def agree(
    consortium: Consortium,
    did: str,
    state: State,
    *,
    reason: str,
    now: datetime,
) -> None:
    """A measure with its notice over at `now`, and the votes of enough members."""
    folder, own = consortium.folder / "vetting", consortium.folder / "vetting" / slug(did)
    choice, case = CHOICES[state], read_case(folder, did)
    number = next_number(own / "measures")
    measure = make_measure(
        did,
        choice,
        number=number,
        dossier=case.dossier.sha256,
        reason=reason,
        appeals="appeals@circle.example",
        urgent="People are in danger." if choice is Choice.SUSPEND else "",
        now=now - (timedelta(0) if choice is Choice.SUSPEND else NOTICE[choice]),
    )
    put(own / "measures" / str(number) / "measure.json", measure)
    for voter, founder in enumerate(consortium.founders[: max(2, consortium.threshold)], start=1):
        cast = cast_vote(
            choice,
            subject=did,
            matter=check_measure(measure).sha256,
            dossier=case.dossier.sha256,
            reason="It is proved.",
            key=founder.secret,
            now=now,
        )
        put(own / "measures" / str(number) / "votes" / f"{voter}.json", cast)


def accredit(consortium: Consortium, entry: Mapping[str, Any]) -> _Object:
    """The entry with the digest of a dossier that enough members have voted for."""
    folder, did = consortium.folder / "vetting", str(entry["did"])
    places = entry.get("jurisdictions") or []
    digest = file_papers(
        folder,
        did,
        places=places or ("001",),
        names=dict(entry["names"]),
        actions=list(entry["actions"]),
        jurisdictions=list(places),
    )
    own = folder / slug(did)
    for number, founder in enumerate(consortium.founders[: consortium.threshold], start=1):
        put(own / "votes" / f"{number}.json", vote(folder, did, founder.secret))
    decision = decide(
        read_case(folder, did),
        Outcome.ACCREDITED,
        members={member.name: member.public for member in consortium.members},
        threshold=consortium.threshold,
        reasons="They serve people well.",
        appeals="appeals@circle.example",
        now=NOW,
    )
    put(own / "decision.json", decision)
    return {**entry, "dossier": digest}
