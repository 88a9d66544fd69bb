"""The public page: everything that anybody may read, and nothing that a text can break."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from amana.cli import main
from amana.reasons import Outcome
from tests.registry_lab import Lab
from tests.vetting_lab import put
from trust_registry.entries import slug
from trust_registry.figures import figures_path, month_document
from trust_registry.page import Judged, Mark, Page, Scene, Seat, page_html
from trust_registry.public import public


class _Seen(HTMLParser):
    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += f"{data} "


def _figures(lab: Lab) -> None:
    document = {
        "type": "PublicFigures",
        "did": lab.relief.did,
        "months": [
            month_document(
                "2026-10", place="KE", served=214, refusals=3, complaints=0, served_otherwise=41
            )
        ],
        "exclusion": [
            {"month": "2026-10", "what": "Steps at the door.", "done": "A ramp was built."}
        ],
        "feedback": [],
        "tests": [],
    }
    put(lab.consortium.folder / figures_path(lab.relief.did), document)


def test_a_page_of_what_is_published(tmp_path: Path) -> None:
    """C109, C114, C121, C124 to C128, C133: all ten and all 33, figures in tens, what was done."""
    lab = Lab(tmp_path)
    _figures(lab)
    snapshot = lab.begin()
    page = public(lab.consortium, snapshot)
    assert len(page.answers) == 43
    assert page.log_size == len(page.leaves) == 2
    seen = _Seen(page_html(page))
    for told in (
        "The circle",
        "issue PurposeCredential",
        "Relief (everywhere): accredited",
        "Relief: people served",
        "210",
        "under ten",
        "A ramp was built.",
        "Not done, because",
        page.fingerprint,
    ):
        assert told in seen.words
    assert "The film" not in seen.words


def test_nothing_is_decided_and_nothing_logged(tmp_path: Path) -> None:
    """An application that waits is shown as waiting."""
    lab = Lab(tmp_path)
    snapshot = lab.begin()
    (lab.consortium.folder / "vetting" / slug(lab.relief.did) / "decision.json").unlink()
    for unknown in (replace(snapshot, checkpoint=None), replace(snapshot, log=None)):
        page = public(lab.consortium, unknown)
        assert (page.log_size, page.fingerprint, page.leaves) == (0, "none", ())
    assert page.organisations == ("Relief (everywhere): not decided yet",)
    assert "Nobody has published figures yet." in _Seen(page_html(page)).words


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """C110: minutes lie beside the page; a folder that is damaged is refused by name."""
    lab = Lab(tmp_path)
    lab.begin()
    out, given = tmp_path / "site", ["registry", "page", "--dir", str(lab.consortium.folder)]
    assert main([*given, "--out", str(out), "--language", "ar", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [path.name for path in (out / "minutes").iterdir()] == told["minutes"]
    assert (out / "index.html").read_bytes().count(b"<tr") > 60
    (lab.consortium.folder / "vetting" / slug(lab.relief.did) / "dossier.json").write_text("{")
    assert main([*given, "--out", str(tmp_path / "other"), "--json"]) == 65
    assert "dossier.json" in capsys.readouterr().out
    assert not (tmp_path / "other").exists()


def test_texts_are_texts() -> None:
    """Whatever an applicant writes can't become part of the page."""
    evil = "<script>alert(1)</script>"
    page = Page(
        name=evil,
        lead=evil,
        notice=evil,
        seats=(Seat(name=evil, gone=True), Seat(name="B", signed=True)),
        threshold=2,
        version=1,
        published=evil,
        scenes=(
            Scene(
                title=evil,
                tale=evil,
                votes=(Mark(who=evil, kind="open", words=evil),),
                seen=(evil,),
                signed=(Mark(who=evil, kind="yes"),),
                refused=((evil, evil),),
                judged=(Judged(proof=evil, outcome=Outcome.UNDECIDED, words=evil),),
            ),
        ),
        entries=((evil,) * 5,),
        organisations=(evil,),
        comparison=((evil, evil, ((evil, True),)), (evil, evil, ((evil, False),))),
        answers=((evil, evil),),
        figures=((evil, ((evil, 0), (evil, None))), (evil, ())),
        findings=((evil, evil, evil, evil),),
        log_size=1,
        fingerprint=evil,
        leaves=((0, evil, evil),),
    )
    seen = _Seen(page_html(page))
    assert "script" not in seen.tags
    assert evil in seen.words
