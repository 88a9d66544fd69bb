"""`amana governance-demo`: months of a consortium's life, ending in one page to look at.

Five members, two applicants, a regional registrar, a suspension and its appeal, a lost key and a
new member: played with real keys by the calls that the commands make, in a few seconds.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from amana.cli import Answer, write_file
from amana.keys import SecretKey
from amana.strict_json import JsonObject
from apps import _governance_region as region
from apps import _governance_scenes as scenes
from apps import _governance_troubles as troubles
from apps._folder import part_of
from apps._governance_cast import Organisation, answers
from apps._governance_film import Film
from apps._governance_page import Page, Seat, governance_page
from trust_registry._vetting_folder import read_case
from trust_registry.figures import Figures, figures_path, read_figures
from trust_registry.log import every_leaf
from trust_registry.minutes import Mark, comparison
from trust_registry.questions import Form, asked
from trust_registry.snapshot import Entry, Snapshot

__all__ = ["add_commands", "run"]

DAYS: Final = 200


def add_commands(role: argparse.ArgumentParser) -> None:
    """`amana governance-demo` is one command of its own."""
    role.add_argument("--json", action="store_true", help="print one JSON object and no prose")
    role.add_argument(
        "--out", type=Path, metavar="DIR", default=Path("out"), help="where all of it is written"
    )
    role.set_defaults(run=lambda options: run(options.out))


def run(out: Path) -> Answer:
    """Play the film into `governance` below `out`; the page is `out/governance.html`.

    Raises: InputError WOULD_OVERWRITE for a folder that is not a demo's.
    """
    started = time.monotonic()
    folder = part_of(out, "governance")
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    film = Film.begin(folder, began=today - timedelta(days=DAYS))
    harbour = Organisation(host="harbour.example", title="Harbour Clinic", places=("XA",))
    swift = Organisation(host="swift.example", title="Swift Pay")
    kitchen = Organisation(host="kitchen.example", title="Lakeside Kitchen", places=("XB-LK",))
    holder, thief = (SecretKey.generate(os.urandom).public for _ in range(2))

    scenes.founding(film)
    scenes.harbour_applies(film, harbour)
    scenes.swift_applies(film, swift)
    region.kitchen_joins(film, kitchen, sponsor=harbour)
    proof = scenes.first_proof(film, harbour, holder)
    early = film.checkpoint()
    troubles.swapped_on_the_way(film)
    troubles.suspension(film, harbour, proof, thief)
    troubles.a_key_is_lost(film)
    troubles.newcomer(film)
    scenes.figures(film, harbour)
    scenes.two_devices(film, early)

    snapshot = film.snapshot()
    write_file(out / "governance.html", governance_page(_page(film, snapshot, harbour, swift)))
    found: JsonObject = {
        "page": str(out / "governance.html"),
        "scenes": len(film.scenes),
        "versions": snapshot.version,
        "members": len(film.members),
        "organisations": len(snapshot.entries),
        "left_out": len(snapshot.left_out),
        "story": [
            {"title": scene.title, "refused": [reason for reason, _ in scene.refused]}
            for scene in film.scenes
        ],
        "judged": [
            {"proof": one.proof, "outcome": one.outcome.value}
            for scene in film.scenes
            for one in scene.judged
        ],
        "seconds": round(time.monotonic() - started, 2),
    }
    lines = [f"{number}. {scene.title}" for number, scene in enumerate(film.scenes, start=1)]
    return Answer(
        data=found,
        text="\n".join([*lines, "", f"The film: {out / 'governance.html'}"]),
    )


def _page(film: Film, snapshot: Snapshot, *applicants: Organisation) -> Page:
    checkpoint = film.checkpoint()
    leaves = every_leaf(checkpoint, read=film.log_file)
    dossiers = [read_case(film.vetting, one.did).dossier for one in applicants]
    own = answers("governance")
    return Page(
        lead="Five members, two applicants, a regional registrar. Who was admitted, who was not "
        "and why, and what a station without a network makes of it.",
        seats=tuple(
            Seat(name=shown, signed=shown in film.last_signers) for shown in film.names.values()
        ),
        threshold=film.consortium.threshold,
        version=snapshot.version,
        published=f"{snapshot.published:%d %B %Y}",
        scenes=tuple(film.scenes),
        entries=tuple(_row(snapshot.entries[did]) for did in sorted(snapshot.entries)),
        organisations=tuple(one.title for one in applicants),
        comparison=tuple(
            (
                row.section.title["en"],
                row.question.ask["en"],
                tuple((cell.text, cell.mark is Mark.ANSWERED) for cell in row.cells),
            )
            for row in comparison(dossiers)
        ),
        answers=tuple(
            (
                question.ask["en"],
                own[name].get("text") or f"Not done, because {own[name]['notDone']}",
            )
            for name, question in asked(Form.GOVERNANCE).items()
            if name.startswith("governance.")
        ),
        figures=_figures(film, applicants[0]),
        log_size=checkpoint.size,
        fingerprint=checkpoint.fingerprint,
        leaves=tuple((number, leaf.kind, leaf.decision) for number, leaf in enumerate(leaves)),
    )


def _row(entry: Entry) -> tuple[str, str, str, str, str]:
    last = entry.history[-1]
    return (
        entry.names["en"],
        ", ".join(f"{action} {resource}" for action, resource in sorted(entry.actions)),
        ", ".join(sorted(entry.jurisdictions)) or "everywhere",
        entry.registrar,
        " → ".join(f"{change.state} {change.since:%d.%m.}" for change in entry.history)
        + f": {last.reason}",
    )


def _figures(film: Film, of: Organisation) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    data = (film.consortium.folder / figures_path(of.did)).read_bytes()
    found: Figures = read_figures(data)
    return (
        (
            f"{of.title}: people served, by month",
            tuple((month.month, month.served or 0) for month in found.months),
        ),
        (
            f"{of.title}: served otherwise, without any proof",
            tuple((month.month, month.served_otherwise or 0) for month in found.months),
        ),
    )
