"""`amana governance-demo`: months of a consortium's life, ending in one page to look at.

Five members, two applicants, a regional registrar, a suspension and its appeal, a lost key and a
new member: played with real keys by the calls that the commands make, in a few seconds.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
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
from apps._governance_cast import Organisation
from apps._governance_film import Film
from trust_registry.page import Page, Seat, page_html
from trust_registry.public import public
from trust_registry.snapshot import Snapshot

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
    write_file(out / "governance.html", page_html(_page(film, snapshot)))
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


def _page(film: Film, snapshot: Snapshot) -> Page:
    """The circle's public page, with the film in front of it."""
    return replace(
        public(film.consortium, snapshot),
        name="How a consortium decides whom to believe",
        lead="Five members, two applicants, a regional registrar. Who was admitted, who was not "
        "and why, and what a station without a network makes of it.",
        notice="A demonstration. Its organisations, members and figures are made up, its keys "
        "protect nobody. The signatures, the refusals and the verdicts are real: this run made "
        "every one of them.",
        seats=tuple(
            Seat(name=shown, signed=shown in film.last_signers) for shown in film.names.values()
        ),
        scenes=tuple(film.scenes),
    )
