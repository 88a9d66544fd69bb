"""`amana registry page`: what anybody may read about a consortium, as files for any web server."""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from amana.cli import Answer, command, make_folder, write_file
from trust_registry.consortium import Consortium
from trust_registry.entries import slug
from trust_registry.minutes import minutes
from trust_registry.page import page_html
from trust_registry.public import cases, public

__all__ = ["add_page_commands"]


def add_page_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `amana registry page`."""
    page = command(
        commands, "page", _page, "write the public page: standings, answers, minutes, figures, log"
    )
    page.add_argument("--dir", type=Path, required=True, metavar="DIR")
    page.add_argument("--out", type=Path, required=True, metavar="DIR")
    page.add_argument("--language", default="en", metavar="CODE", help="of the questions")


def _page(options: argparse.Namespace) -> Answer:
    from trust_registry import client  # brings TUF along: only this command waits for it

    consortium = Consortium.open(options.dir)
    with tempfile.TemporaryDirectory() as cache:
        # As a stranger sees it: nothing stands on the page that a device would not believe.
        snapshot = client.load(
            consortium.published,
            root=consortium.anchor,
            cache=Path(cache),
            now=datetime.now(UTC).replace(microsecond=0),
        )
        html = page_html(public(consortium, snapshot, language=options.language))
    make_folder(options.out)
    write_file(options.out / "index.html", html)
    written = []
    for case in cases(consortium.folder / "vetting"):
        path = options.out / "minutes" / f"{slug(case.application.did)}.md"
        write_file(path, minutes(case, language=options.language).encode())
        written.append(path.name)
    return Answer(
        data={"page": str(options.out / "index.html"), "minutes": written},
        text=f"{options.out / 'index.html'}, and minutes of {len(written)} applications",
    )
