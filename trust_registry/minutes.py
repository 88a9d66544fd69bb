"""What anybody can read afterwards: minutes as Markdown, and answers side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from amana.dates import format_instant
from trust_registry._vetting_folder import Case
from trust_registry._vetting_records import Review
from trust_registry.dossier import Answer, Dossier
from trust_registry.questions import Form, Question, Section, asked, sections, text_in

__all__ = ["Cell", "Mark", "Row", "comparison", "minutes"]

# Characters that Markdown gives a meaning: an answer must not draw a heading or a link.
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


class Mark(StrEnum):
    """One cell of the comparison at a glance."""

    ANSWERED = "answered"
    NOT_DONE = "notDone"
    NOT_ASKED = "notAsked"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What one organisation says to one question; `evidence` counts documents behind it."""

    mark: Mark
    text: str = ""
    evidence: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One question, and a cell for each dossier in the order in which they were given."""

    section: Section
    question: Question
    cells: tuple[Cell, ...]

    @property
    def agreed(self) -> bool:
        """Everybody who was asked says that it is done."""
        asked_of = [cell for cell in self.cells if cell.mark is not Mark.NOT_ASKED]
        return all(cell.mark is Mark.ANSWERED for cell in asked_of)


def comparison(dossiers: Sequence[Dossier]) -> list[Row]:
    """Every question of the full form, with each dossier's answer beside the others'.

    A light dossier stands where its twelve questions belong; the consortium's own
    has no readiness questions. Whoever draws it puts names and countries over the columns.
    """
    answers = [_by_full_row(dossier) for dossier in dossiers]
    return [
        Row(
            section=section,
            question=question,
            cells=tuple(found.get(question.id, _NOT_ASKED) for found in answers),
        )
        for section in sections(Form.FULL)
        for question in section.questions
    ]


_NOT_ASKED: Final = Cell(mark=Mark.NOT_ASKED)


def _by_full_row(dossier: Dossier) -> dict[str, Cell]:
    return {
        question.compares_with: _cell(dossier.answers.get(question.id))
        for question in asked(dossier.form).values()
    }


def _cell(answer: Answer | None) -> Cell:
    if answer is None:
        return Cell(mark=Mark.MISSING)
    mark = Mark.ANSWERED if answer.done else Mark.NOT_DONE
    return Cell(mark=mark, text=answer.text, evidence=len(answer.evidence))


def minutes(case: Case, *, language: str = "en") -> str:
    """The minutes of one application as Markdown: what was asked, found, voted and decided.

    Whatever somebody else wrote is escaped: it can't look like a part of the minutes.
    """
    application, decision = case.application, case.decision
    name = text_in(application.names, language)
    done = sum(answer.done for answer in case.dossier.answers.values())
    where = ", ".join(sorted(application.jurisdictions)) or "everywhere"
    may = ", ".join(f"{action} {resource}" for action, resource in sorted(application.actions))
    lines = [
        f"# Minutes: {escaped(name)}",
        "",
        f"- Organisation: {escaped(application.did)}",
        f"- Asks to: {escaped(may) or 'nothing yet'}; where: {where}",
        f"- Application {application.round}, received {format_instant(application.received)}",
        f"- Sponsor: {escaped(application.sponsor)}" if application.sponsor else "- No sponsor",
        (
            f"- Dossier ({application.form.value}): {done} answers, "
            f"{len(case.dossier.answers) - done} not done with the reason, "
            f"{len(case.dossier.missing)} missing; SHA-256 {case.dossier.sha256}"
        ),
        "",
        "## Reviews",
        "",
        *[line for _, review in case.reviews for line in _reviewed(review)],
        "## Places",
        "",
        *[
            f"- {code}: {'needed' if found.needed else 'not needed: no digital proof here'}; "
            f"{len(found.risks)} risks; {escaped(found.necessity)}"
            for code, found in sorted(case.places.items())
        ],
        "",
        "## Decision",
        "",
    ]
    if decision is None:
        return "\n".join([*lines, "None yet.", ""])
    return "\n".join(
        [
            *lines,
            f"**{decision.outcome.value.capitalize()}** on {format_instant(decision.decided)}.",
            "",
            escaped(decision.reasons),
            "",
            f"- In favour: {_names(decision.in_favour)}",
            f"- Against: {_names(decision.against)}",
            *[f"- Condition: {escaped(condition)}" for condition in decision.conditions],
            (
                f"- Appeals: {escaped(decision.appeals)}, "
                f"until {format_instant(decision.appeal_until)}"
            ),
            f"- Votes by SHA-256: {', '.join(decision.votes)}",
            "",
        ]
    )


def _reviewed(review: Review) -> list[str]:
    lines = [f"### {escaped(review.by)}", "", escaped(review.summary), ""]
    for found in review.findings:
        how = f"resolved: {escaped(found.how)}" if found.how else "**open**"
        row = f"{escaped(found.row)}: " if found.row else ""
        lines.append(f"- {row}{escaped(found.text)} ({how})")
    return [*lines, ""]


def _names(names: Iterable[str]) -> str:
    return ", ".join(escaped(name) for name in names) or "nobody"


def escaped(text: str) -> str:
    """`text` as Markdown that says just this, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
