"""The demo's report: one page for everybody, which stands alone and quotes nothing of anybody."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from amana.qr import images
from amana.reasons import Outcome
from apps import demo
from tests.demo_runs import DemoRun
from tests.workbooks import HOUSEHOLD, PERSON, build
from verifier.words import HEADLINES

CHROMIUM = next(
    (found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None
)
NEVER_CLOSED = {"br", "hr", "img", "input", "link", "meta", "source"}


class Page(HTMLParser):
    """Every tag with its attributes, the words between them, and whether tags are closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in NEVER_CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.tags if name == tag)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def source(played: DemoRun) -> str:
    return (played.out / "report.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_every_tag_is_closed(page: Page) -> None:
    assert page.open == []


def test_it_says_its_language_and_direction(page: Page) -> None:
    """C13: a reader aloud needs to know them, and so does whoever translates the page."""
    (root,) = page.all("html")
    assert root["lang"] == "en"
    assert root["dir"] == "ltr"
    assert any(attributes.get("charset") == "utf-8" for attributes in page.all("meta"))


def test_every_picture_says_what_it_is(page: Page) -> None:
    """C6, C16: in words, for those who listen; drawings beside words are passed over."""
    pictures = list(page.all("img"))
    assert len(pictures) >= 10
    assert all(attributes.get("alt", "").strip() for attributes in pictures)
    drawings = list(page.all("svg"))
    assert all(attributes.get("aria-hidden") == "true" for attributes in drawings)


def test_every_picture_is_there_and_is_a_code(page: Page, played: DemoRun) -> None:
    for attributes in page.all("img"):
        assert images.read((played.out / attributes["src"]).read_bytes())


def test_it_needs_nothing_from_outside(page: Page, source: str) -> None:
    """C11, C67: no script, no style sheet, font or picture of anybody's; nothing calls home."""
    assert {"script", "link", "iframe", "object", "embed", "form", "base"}.isdisjoint(
        tag for tag, _ in page.tags
    )
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "srcset", "poster", "action"):
            assert "//" not in attributes.get(name, "")
            assert not attributes.get(name, "").startswith(("data:", "javascript:", "/"))
    assert not re.search(r"@import|url\(|https?:", source)


def test_it_tells_every_scene_in_staffs_words(page: Page, played: DemoRun) -> None:
    """C2, C3: headline and next step beside each; the same outcomes as the answer counts."""
    scenes = list(page.all("article"))
    counted = Counter(attributes["class"] for attributes in scenes)
    for outcome in Outcome:
        assert counted[outcome.value.lower()] > 0
        assert HEADLINES[outcome] in page.text
    assert counted["rejected"] == played.answer.data["rejected"]
    assert sum(attributes.get("class") == "next" for attributes in page.all("p")) == len(scenes)


def test_it_tells_its_numbers_and_that_it_is_no_identity(page: Page, played: DemoRun) -> None:
    """C31, C81, C135: what came in, what was dropped, who said no; and what none of it proves."""
    for name in ("households", "individuals", "dropped_values", "offers", "refused", "credentials"):
        assert f"{played.answer.data[name]:,} " in page.text
    assert "not a legal identity, not an asylum status" in page.text
    assert "Not proved by any of this" in page.text


def test_it_shows_what_was_wrong_without_repeating_it(page: Page, played: DemoRun) -> None:
    """C30: sheet, row, column and why; the cells of the wrong rows are quoted nowhere."""
    assert played.answer.data["bad_rows"] == 5
    for found in ("Households", "Individuals", "duplicate row", "orphan row", "bad cell"):
        assert found in page.text
    assert "2001-02-30" not in page.text
    assert "17/06/2006" not in page.text


def test_a_workbook_can_not_write_into_the_page(tmp_path: Path) -> None:
    """Names of columns and sheets are somebody's words, and stay words."""
    script = "<script>alert(1)</script>"
    people = [{**PERSON, "birth_date_i_c": script}, {**PERSON, "household_id": script}]
    data = build([{**HOUSEHOLD, script: script}], people)
    demo.run(data, name=f"{script}.xlsx", out=tmp_path / "out")
    source = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "alert(1)" not in html.unescape(source)
    assert Page(source).open == []


def test_very_many_wrong_rows_are_told_in_short(tmp_path: Path) -> None:
    people = [{**PERSON, "household_id": 5} for _ in range(30)]
    answer = demo.run(build((HOUSEHOLD,), people), name="t.xlsx", out=tmp_path / "out")
    assert answer.data["bad_rows"] == 30
    assert "and 10 more" in (tmp_path / "out" / "report.html").read_text("utf-8")


# --- In a browser ---------------------------------------------------------------------------------

WIDTHS = (360, 1100)
# Frames, since a headless window is never as narrow as a telephone. A frame has loaded when its
# pictures have.
MEASURE = """<!doctype html><title>measure</title><body><script>
const found = {}, widths = %s;
function told(answer) { document.body.textContent = 'MEASURED' + JSON.stringify(answer); }
function measure() {
  const width = widths.pop();
  if (!width) return told(found);
  const frame = document.createElement('iframe');
  frame.width = width; frame.height = 900; frame.style.border = 0;
  frame.onload = () => {
    try {
      const page = frame.contentDocument, seen = page.documentElement;
      const all = names => [...page.body.querySelectorAll(names)];
      const size = one => parseFloat(frame.contentWindow.getComputedStyle(one).fontSize);
      found[width] = {
        wide: seen.scrollWidth, room: seen.clientWidth,
        beyond: all('*').filter(one => !one.closest('.wide') &&
          one.getBoundingClientRect().right > seen.clientWidth + 1).map(one => one.tagName),
        pictures: [...page.images].map(one => one.naturalWidth),
        small: all('p,li,td,th,h1,h2,h3,h4,figcaption').filter(one => size(one) < 14).length};
      measure();
    } catch (error) { told({error: String(error)}); }
  };
  frame.src = 'report.html';
  document.body.append(frame);
}
measure();
</script>"""


@pytest.fixture(scope="module")
def measured(played: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: the page was not looked at in a browser")
    folder = tmp_path_factory.mktemp("browser")
    for name in ("cards", "scenes"):
        shutil.copytree(played.out / name, folder / name)
    shutil.copyfile(played.out / "report.html", folder / "report.html")
    (folder / "measure.html").write_text(MEASURE % list(WIDTHS), "utf-8")
    dump = _browse(folder, folder / "measure.html", "--dump-dom")
    found = re.search(r"MEASURED(\{.*\})</body>", dump, re.DOTALL)
    assert found is not None, dump[-500:]
    answer: dict[str, dict] = json.loads(html.unescape(found.group(1)))
    assert "error" not in answer, answer
    return answer


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_off_the_side_of_a_screen(width: int, measured: dict[str, dict]) -> None:
    """C16, C20: on a cheap telephone and on a desk; tables may be pushed inside their own frame."""
    seen = measured[str(width)]
    assert seen["beyond"] == []
    assert seen["wide"] <= seen["room"]
    assert seen["small"] == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_every_picture_is_drawn(width: int, measured: dict[str, dict], page: Page) -> None:
    pictures = measured[str(width)]["pictures"]
    assert len(pictures) == len(list(page.all("img")))
    assert all(natural > 100 for natural in pictures)


def _browse(folder: Path, shown: Path, *options: str) -> str:
    """What Chromium prints. Nothing is fetched: the page and its pictures lie on the disk."""
    done = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--allow-file-access-from-files",
            "--virtual-time-budget=20000",
            f"--user-data-dir={folder / 'profile'}",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            *options,
            shown.as_uri(),
        ],
        capture_output=True,
        check=True,
        text=True,
        timeout=90,
    )
    return done.stdout
