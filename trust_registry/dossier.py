"""Dossiers: what an organisation, or the consortium itself, answers before anybody trusts it.

Every row has an answer: a text with evidence by digest, or `notDone` with the reason. "Not done,
because" is published like any other answer; a row left empty is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, as_object, loads
from trust_registry._vetting_reading import (
    a_did,
    day,
    digest,
    line,
    listed,
    malformed,
    members,
    prose,
    whole,
)
from trust_registry.questions import VERSION, Form, asked
from trust_registry.statement import Principles, read_principles

__all__ = ["Answer", "Dossier", "Evidence", "check_dossier", "read_dossier", "require_complete"]

KIND: Final = "VettingDossier"
GOVERNANCE_KIND: Final = "ConsortiumGovernance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A document that backs an answer: known by its SHA-256, wherever it is kept."""

    title: str
    date: date
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The answer to one row. Without `done`, `text` says why it is not done."""

    text: str
    done: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """Answers by the id of their question. `sha256` is of the document's RFC 8785 form.

    `did` is whose it is, and None for the consortium's own; `principles` are only there.
    """

    form: Form
    did: str | None
    language: str
    answers: Mapping[str, Answer]
    sha256: str
    principles: tuple[Principles, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The rows of its form that have no answer, in the order of the form."""
        return tuple(name for name in asked(self.form) if name not in self.answers)


def read_dossier(data: bytes, *, limits: Limits = LIMITS) -> Dossier:
    """Parse and check one dossier. Raises: InputError as `check_dossier`, or syntax."""
    return check_dossier(loads(data, limits=limits), limits=limits)


def check_dossier(value: Json, *, limits: Limits = LIMITS) -> Dossier:
    """Check the form of an applicant's dossier; rows may still be missing.

    Raises: InputError BAD_VETTING, BAD_DID or BAD_DATE (its author).
    Not checked: whether all rows are answered (`require_complete`), and whether answers are true.
    """
    document = members(value, KIND, required=("form", "questions", "did", "language", "answers"))
    if document["form"] not in (Form.FULL.value, Form.LIGHT.value):
        raise malformed("its form is full or light")
    form = Form(document["form"])
    _questions(document["questions"])
    return Dossier(
        form=form,
        did=a_did(document["did"], "did"),
        language=line(document["language"], "language", limits=limits),
        answers=_answers(document["answers"], form, limits),
        sha256=sha256(document),
    )


def check_governance(value: Json, *, limits: Limits = LIMITS) -> Dossier:
    """Check the form of a consortium's own document; rows may still be missing.

    Raises: InputError BAD_VETTING, REGISTRY_CORRUPT or BAD_DATE (its author).
    """
    document = members(
        value,
        GOVERNANCE_KIND,
        required=("name", "questions", "language", "answers", "principles"),
    )
    _questions(document["questions"])
    line(document["name"], "name", limits=limits)
    return Dossier(
        form=Form.GOVERNANCE,
        did=None,
        language=line(document["language"], "language", limits=limits),
        answers=_answers(document["answers"], Form.GOVERNANCE, limits),
        sha256=sha256(document),
        principles=read_principles(document["principles"]),
    )


def require_complete(dossier: Dossier, reason: Reason = Reason.INCOMPLETE_DOSSIER) -> None:
    """Every row of its form has an answer.

    Raises: RegistryError with `reason` that names the first rows left out (its author).
    """
    missing = dossier.missing
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise RegistryError(
            reason, f"no answer to {', '.join(missing[:5])}{more}", rows=len(missing)
        )


def sha256(document: Json) -> str:
    """The digest that entries, votes and decisions know a document by: of its RFC 8785 form."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _questions(value: Json) -> None:
    if whole(value, "questions", least=1) != VERSION:
        raise malformed(f"it answers other questions than version {VERSION}")


def _answers(value: Json, form: Form, limits: Limits) -> Mapping[str, Answer]:
    rows = asked(form)
    answers: dict[str, Answer] = {}
    for name, answer in as_object(value, Reason.BAD_VETTING).items():
        if name not in rows:
            raise malformed("an answer to a question that this form does not ask")
        try:
            if not _left_empty(answer):
                answers[name] = _answer(answer, limits)
        except InputError as error:
            raise InputError(error.reason, error.detail, row=name) from None
    return MappingProxyType(answers)


def _left_empty(value: Json) -> bool:
    """A row of the form that nobody filled in is no answer, and no fault of form either."""
    empty: Json = {"text": "", "notDone": "", "evidence": []}
    return type(value) is dict and value.items() <= empty.items()


def _answer(value: Json, limits: Limits) -> Answer:
    document = members(value, "", required=(), optional=("text", "notDone", "evidence"))
    if ("text" in document) == ("notDone" in document):
        raise malformed("an answer is a text, or notDone with the reason")
    done = "text" in document
    if not done and "evidence" in document:
        raise malformed("evidence backs what was done")
    return Answer(
        text=prose(document["text" if done else "notDone"], "an answer", limits=limits),
        done=done,
        evidence=read_evidence(document.get("evidence", []), limits=limits),
    )


def read_evidence(value: Json, *, limits: Limits = LIMITS, least: int = 0) -> tuple[Evidence, ...]:
    """Evidence as every document of a vetting names it. Raises: InputError BAD_VETTING."""
    found: list[Evidence] = []
    for item in listed(value, "evidence", limits.vetting_evidence, least=least):
        document = members(item, "", required=("title", "date", "sha256"))
        found.append(
            Evidence(
                title=line(document["title"], "title", limits=limits),
                date=day(document["date"], "date"),
                sha256=digest(document["sha256"], "sha256"),
            )
        )
    return tuple(found)
