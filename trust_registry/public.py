"""What anybody may read about a consortium, collected for its page from what lies published.

Organisations alone: no person stands in a registry. Answers are quoted as they were handed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from amana.cli import read_file
from trust_registry._vetting_folder import Case, read_case, read_paper
from trust_registry._vetting_records import check_application
from trust_registry.dossier import Dossier, check_governance
from trust_registry.figures import Figures, read_figures
from trust_registry.log import every_leaf, read_checkpoint
from trust_registry.minutes import Mark, comparison
from trust_registry.notes import read_verifier_key
from trust_registry.page import Page, Seat
from trust_registry.questions import Form, asked, sections, text_in
from trust_registry.snapshot import Entry, Snapshot
from trust_registry.statement import GOVERNANCE

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = ["cases", "public"]


def cases(folder: Path) -> list[Case]:
    """Every application in a vetting folder, in the order of their files.

    Raises: RegistryError as `read_case`.
    """
    return [
        read_case(folder, read_paper(path, check_application, role="applicant").did)
        for path in sorted(folder.glob("*/application.json"))
    ]


def public(consortium: Consortium, snapshot: Snapshot, *, language: str = "en") -> Page:
    """The page of a consortium whose published version was verified to be `snapshot`.

    Raises: RegistryError or InputError naming the file for papers that can't be read, or a log
    that does not lead to its checkpoint (whoever kept the folder).
    """
    applied = cases(consortium.folder / "vetting")
    governance = read_paper(consortium.folder / GOVERNANCE, check_governance, role="members")
    found = [read_figures(read_file(path)) for path in _figures_in(consortium.folder)]
    size, fingerprint, leaves = _log(consortium, snapshot)
    names = {did: text_in(entry.names, language) for did, entry in snapshot.entries.items()}
    return Page(
        name=snapshot.name,
        lead="Which organisations' proofs count here, who decided it, and why.",
        seats=tuple(Seat(name=member.name) for member in consortium.members),
        threshold=consortium.threshold,
        version=snapshot.version,
        published=f"{snapshot.published:%d %B %Y}",
        entries=tuple(_entry(entry, names[did]) for did, entry in sorted(snapshot.entries.items())),
        organisations=tuple(_heading(case, language) for case in applied),
        comparison=tuple(_rows([case.dossier for case in applied], language)),
        answers=tuple(_answers(governance, language)),
        figures=tuple(one for figures in found for one in _charts(figures, names)),
        findings=tuple(one for figures in found for one in _findings(figures, names)),
        log_size=size,
        fingerprint=fingerprint,
        leaves=leaves,
    )


def _figures_in(folder: Path) -> list[Path]:
    return sorted((folder / "documents" / "figures").glob("*.json"))


def _entry(entry: Entry, name: str) -> tuple[str, str, str, str, str]:
    turns = " → ".join(f"{change.state} {change.since:%Y-%m-%d}" for change in entry.history)
    return (
        name,
        ", ".join(f"{action} {resource}" for action, resource in sorted(entry.actions)),
        ", ".join(sorted(entry.jurisdictions)) or "everywhere",
        entry.registrar,
        f"{turns}: {entry.history[-1].reason}",
    )


def _heading(case: Case, language: str) -> str:
    where = ", ".join(sorted(case.application.jurisdictions)) or "everywhere"
    how = case.decision.outcome.value if case.decision is not None else "not decided yet"
    return f"{text_in(case.application.names, language)} ({where}): {how}"


def _rows(
    dossiers: list[Dossier], language: str
) -> Iterator[tuple[str, str, tuple[tuple[str, bool], ...]]]:
    for row in comparison(dossiers):
        yield (
            text_in(row.section.title, language),
            text_in(row.question.ask, language),
            tuple((cell.text, cell.mark is not Mark.NOT_DONE) for cell in row.cells),
        )


def _answers(governance: Dossier, language: str) -> Iterator[tuple[str, str]]:
    """The ten questions, then the 33 rows."""
    for section in sections(Form.GOVERNANCE):
        for question in section.questions:
            answer = governance.answers.get(question.id)
            text = "" if answer is None else answer.text
            yield (
                text_in(asked(Form.GOVERNANCE)[question.id].ask, language),
                text if answer is None or answer.done else f"Not done, because {text}",
            )


def _charts(
    figures: Figures, names: dict[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, int | None], ...]]]:
    who = names.get(figures.did, figures.did)
    months = figures.months
    for title, cells in (
        ("people served", [month.served for month in months]),
        ("served without a proof", [month.served_otherwise for month in months]),
        ("refusals", [month.refusals for month in months]),
        ("complaints", [month.complaints for month in months]),
    ):
        labels = [f"{month.month}, {month.place}" for month in months]
        yield f"{who}: {title}", tuple(zip(labels, cells, strict=True))


def _findings(figures: Figures, names: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    who = names.get(figures.did, figures.did)
    for finding in (*figures.exclusion, *figures.feedback, *figures.tests):
        yield finding.month, who, finding.what, finding.done


def _log(
    consortium: Consortium, snapshot: Snapshot
) -> tuple[int, str, tuple[tuple[int, str, str], ...]]:
    if snapshot.checkpoint is None or snapshot.log is None:
        return 0, "none", ()
    key = read_verifier_key(snapshot.log)
    checkpoint = read_checkpoint(snapshot.checkpoint, key=key)

    def read(name: str) -> bytes | None:
        path = consortium.published / "log" / name
        return read_file(path) if path.exists() else None

    leaves = every_leaf(checkpoint, read=read)
    return (
        checkpoint.size,
        checkpoint.fingerprint,
        tuple((number, leaf.kind, leaf.decision) for number, leaf in enumerate(leaves)),
    )
