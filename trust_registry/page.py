"""A consortium's public page: standings, answers side by side, figures and the log, in one file.

Pure: it takes texts and gives HTML (`public` collects them); a demonstration adds its scenes. No
script, no outside asset. Shape, colour and word stand together, never colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from math import cos, pi, sin
from string import Template
from typing import Final

from amana.reasons import Outcome

__all__ = ["Judged", "Mark", "Page", "Scene", "Seat", "page_html"]

_CHECK: Final = (
    '<circle class="line" cx="24" cy="24" r="20"/><path class="line" d="M14 25l7 7 13-15"/>'
)
_CROSS: Final = (
    '<path class="line" d="M16 4h16l12 12v16L32 44H16L4 32V16z"/>'
    '<path class="line" d="M17 17l14 14M31 17L17 31"/>'
)
_OPEN: Final = (
    '<path class="line" d="M24 4l20 20-20 20L4 24z"/><path class="line" d="M24 15v12M24 33v.5"/>'
)
_SHAPES: Final = {"yes": _CHECK, "no": _CROSS, "open": _OPEN}
_OF_OUTCOME: Final = {
    Outcome.ACCEPTED: "yes",
    Outcome.UNDECIDED: "open",
    Outcome.REJECTED: "no",
}


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A member at the table: `gone` once it left or its key was replaced."""

    name: str
    signed: bool = False
    gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one member did: `kind` is `yes`, `no` or `open` (did not, or abstained)."""

    who: str
    kind: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A proof at a counter, and what the station said."""

    proof: str
    outcome: Outcome
    words: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One scene: its tale, who voted and signed, what signers were shown, and what was refused."""

    title: str
    tale: str
    votes: tuple[Mark, ...] = ()
    seen: tuple[str, ...] = ()
    signed: tuple[Mark, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()  # a reason of the closed list, and its words
    judged: tuple[Judged, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the page tells. Texts are plain; rows of tables are tuples of texts."""

    name: str
    lead: str
    seats: tuple[Seat, ...]
    threshold: int
    version: int
    published: str
    entries: tuple[tuple[str, str, str, str, str], ...]
    organisations: tuple[str, ...]
    comparison: tuple[tuple[str, str, tuple[tuple[str, bool], ...]], ...]  # part, question, answers
    answers: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, tuple[tuple[str, int | None], ...]], ...]  # None: under ten
    findings: tuple[tuple[str, str, str, str], ...]  # month, organisation, what, what was done
    log_size: int
    fingerprint: str
    leaves: tuple[tuple[int, str, str], ...]
    notice: str = ""
    scenes: tuple[Scene, ...] = ()


def page_html(page: Page) -> bytes:
    """The page as UTF-8 HTML. Whatever a text holds, it stays a text."""
    template = Template(files("trust_registry").joinpath("data", "page.html").read_text("utf-8"))
    return template.substitute(
        name=escape(page.name),
        lead=escape(page.lead),
        notice=f"<p class='notice'>{escape(page.notice)}</p>" if page.notice else "",
        ring=_ring(page.seats, page.threshold),
        film_link="<li><a href='#film'>The film</a></li>" if page.scenes else "",
        film=_film(page) if page.scenes else "",
        version=page.version,
        published=escape(page.published),
        entries="".join(_row(row) for row in page.entries),
        comparison="".join(_comparison(page)),
        answers="".join(f"<dt>{escape(q)}</dt><dd>{escape(a)}</dd>" for q, a in page.answers),
        figures="".join(_figures(title, rows) for title, rows in page.figures)
        or "<p>Nobody has published figures yet.</p>",
        findings=_findings(page.findings),
        log_size=page.log_size,
        fingerprint=escape(page.fingerprint),
        leaves="".join(
            f"<li><b>{number}</b><span>{escape(kind)}</span><code>{escape(digest)}</code></li>"
            for number, kind, digest in page.leaves
        ),
    ).encode()


def _film(page: Page) -> str:
    scenes = "".join(_scene(scene) for scene in page.scenes)
    sitting = sum(not seat.gone for seat in page.seats)
    return (
        f"<h2 id='film'><i>{page.threshold} of {sitting} must sign, each on a machine of their own"
        f"</i>The film</h2><ol class='film'>{scenes}</ol>"
    )


def _shape(kind: str) -> str:
    return f"<svg class='{kind}' viewBox='0 0 48 48' aria-hidden='true'>{_SHAPES[kind]}</svg>"


def _ring(seats: Sequence[Seat], threshold: int) -> str:
    """The members around one table; who left sits a little outside."""
    drawn = []
    for number, seat in enumerate(seats):
        turn = 2 * pi * number / len(seats) - pi / 2
        reach = 118 if seat.gone else 100
        x, y = 160 + reach * cos(turn), 150 + reach * sin(turn)
        kind = "seat gone" if seat.gone else "seat signed" if seat.signed else "seat"
        drawn.append(
            f"<circle class='{kind}' cx='{x:.1f}' cy='{y:.1f}' r='20'/>"
            f"<text x='{x:.1f}' y='{y + 34:.1f}'>{escape(seat.name)}</text>"
        )
    names = ", ".join(seat.name for seat in seats if not seat.gone)
    return (
        f"<svg class='ring' viewBox='0 0 320 320' role='img' aria-label='{escape(names)}'>"
        f"<circle class='wheel' cx='160' cy='150' r='100'/>{''.join(drawn)}"
        f"<text x='160' y='148' style='font-size:22px'>{threshold} of "
        f"{sum(not seat.gone for seat in seats)}</text>"
        "<text class='small' x='160' y='168'>sign, or nothing counts</text></svg>"
    )


def _scene(scene: Scene) -> str:
    parts = [f"<h3>{escape(scene.title)}</h3><p>{escape(scene.tale)}</p>"]
    if scene.votes:
        parts.append(f"<h4>Votes</h4>{_marks(scene.votes)}")
    if scene.seen:
        seen = "".join(f"<li>{escape(line)}</li>" for line in scene.seen)
        parts.append(f"<h4>What signers were shown</h4><ul class='plain seen'>{seen}</ul>")
    if scene.refused:
        stops = "".join(
            f"<li class='stop'>{_shape('no')}<span>{escape(words)} <code>{escape(reason)}</code>"
            "</span></li>"
            for reason, words in scene.refused
        )
        parts.append(f"<h4>What was refused on the way</h4><ul class='plain'>{stops}</ul>")
    if scene.signed:
        parts.append(f"<h4>Signatures</h4>{_marks(scene.signed)}")
    if scene.judged:
        parts.append(f"<h4>At a counter without a network</h4>{_verdicts(scene.judged)}")
    kind = " class='stopped'" if scene.refused and not scene.signed else ""
    return f"<li{kind}>{''.join(parts)}</li>"


def _marks(marks: Iterable[Mark]) -> str:
    items = "".join(
        f"<li>{_shape(mark.kind)}<span>{escape(mark.who)}</span>"
        + (f"<small>{escape(mark.words)}</small>" if mark.words else "")
        + "</li>"
        for mark in marks
    )
    return f"<ul class='marks'>{items}</ul>"


def _verdicts(judged: Iterable[Judged]) -> str:
    items = "".join(
        f"<li class='{(kind := _OF_OUTCOME[one.outcome])}'>{_shape(kind)}"
        f"<b>{escape(one.proof)}</b><span>{escape(one.words)}</span></li>"
        for one in judged
    )
    return f"<ul class='verdicts'>{items}</ul>"


def _row(cells: Sequence[str]) -> str:
    head, *rest = cells
    others = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
    return f"<tr><th scope='row'>{escape(head)}</th>{others}</tr>"


def _comparison(page: Page) -> Iterator[str]:
    heads = "".join(f"<th>{escape(name)}</th>" for name in page.organisations)
    yield f"<thead><tr><th>Question</th>{heads}</tr></thead><tbody>"
    part = ""
    for group, question, answers in page.comparison:
        if group != part:
            part = group
            span = len(page.organisations) + 1
            yield f"<tr class='element'><th colspan='{span}'>{escape(group)}</th></tr>"
        cells = "".join(
            f"<td>{escape(text)}</td>"
            if done
            else f"<td class='undone'><b>Not done, because</b>{escape(text)}</td>"
            for text, done in answers
        )
        yield f"<tr><th scope='row'>{escape(question)}</th>{cells}</tr>"
    yield "</tbody>"


def _figures(title: str, rows: Sequence[tuple[str, int | None]]) -> str:
    most = max((value or 0 for _, value in rows), default=0) or 1
    drawn = "".join(
        f"<tr><th scope='row'>{escape(label)}</th>"
        f"<td>{'under ten' if value is None else f'{value:,}'}</td>"
        f"<td class='bar'><i style='width:{100 * (value or 0) / most:.1f}%'></i></td></tr>"
        for label, value in rows
    )
    return f"<h3>{escape(title)}</h3><div class='wide'><table><tbody>{drawn}</tbody></table></div>"


def _findings(findings: Sequence[tuple[str, str, str, str]]) -> str:
    if not findings:
        return ""
    rows = "".join(_row(row) for row in findings)
    return (
        "<h3>Who was left out, what people said, and what was done about it</h3>"
        "<div class='wide'><table><thead><tr><th>Month</th><th>Organisation</th><th>What</th>"
        f"<th>What was done</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
