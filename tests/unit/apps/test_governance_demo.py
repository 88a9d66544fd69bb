"""The governance film: what it plays is real, and the page that tells it can be looked at."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from amana.cli import Answer, main
from amana.errors import InputError
from amana.reasons import Reason
from apps._governance_film import refused
from apps.governance_demo import run


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film") / "out"


@pytest.fixture(scope="module")
def film(out: Path) -> Answer:
    return run(out)


def test_what_happens(film: Answer) -> None:
    """C79, C109, C110, C112, C113, C115, C122: admitted, refused, suspended, heard again."""
    assert film.exit == 0
    assert {name: film.data[name] for name in ("scenes", "members", "organisations")} == {
        "scenes": 12,
        "members": 6,
        "organisations": 2,
    }
    assert [reason for scene in film.data["story"] for reason in scene["refused"]] == [
        "incomplete-governance",
        "below-threshold",
        "place-not-ready",
        "finding-open",
        "conflict-of-interest",
        "not-accredited",
        "beyond-limits",
        "bad-ceremony",
        "notice-running",
        "conflict-of-interest",
        "bad-ceremony",
        "log-forked",
    ]
    assert [(one["proof"][:12], one["outcome"]) for one in film.data["judged"]] == [
        ("Given this m", "ACCEPTED"),
        ("Given before", "ACCEPTED"),
        (film.data["judged"][2]["proof"][:12], "UNDECIDED"),
        ("Given while ", "REJECTED"),
        ("Given before", "ACCEPTED"),
    ]


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page(film: Answer, out: Path) -> None:
    """C124 to C128, C133: one file, nothing from outside, figures in tens."""
    seen = _Seen()
    seen.feed((out / "governance.html").read_text("utf-8"))
    assert "script" not in seen.tags
    assert all(link.startswith("#") for link in seen.links)
    words = " ".join(seen.words)
    for told in (
        "Harbour Clinic",
        "Swift Pay",
        "Lakeside Kitchen",
        "Not done, because",
        "What signers were shown",
        "Farida",
        "Who watches over this work",
        "Harbour Clinic: people served",
        "entry-suspended",
    ):
        assert told in words
    assert seen.tags.count("h3") >= film.data["scenes"]


def test_twice_into_one_folder(film: Answer, out: Path) -> None:
    """What another demonstration wrote beside it stays."""
    kept = out / "report.html"
    kept.write_text("of another one")
    assert (out / "governance").is_dir()
    from apps._folder import part_of

    assert list(part_of(out, "governance").iterdir()) == [out / "governance" / ".amana-demo"]
    assert kept.exists()


def test_a_folder_of_somebody_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("the only copy")
    assert main(["governance-demo", "--out", str(tmp_path), "--json"]) == 65
    assert '"would-overwrite"' in capsys.readouterr().out
    assert (tmp_path / "thesis.txt").read_text() == "the only copy"


def test_what_is_not_refused_ends_the_film() -> None:
    with pytest.raises(RuntimeError):
        refused(lambda: None)

    def act() -> None:
        raise InputError(Reason.TOO_LARGE, "more than it may")

    assert refused(act) == ("too-large", "more than it may")
