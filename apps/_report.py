"""The report of the demo: one page that tells the journey in pictures and in staff's words.

It quotes nothing from the workbook but counts. No script, no outside asset, no date finer than
the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from amana.cli import write_file
from amana.reasons import Outcome
from amana.strict_json import JsonObject
from apps._journey import PAPER, REFUSED, SILENT, WALLET, Journey
from apps._scenes import Scene
from verifier.words import HEADLINES, next_step, say

__all__ = ["write_report"]

_CARDS_SHOWN: Final = 3
_DROPPED: Final = {
    "name": "Names, which tell where a family comes from",
    "source-id": "Numbers under which another system knows them",
    "place": "Places: coordinates, areas, villages, addresses",
    "device": "The device that was used",
    "time": "When the form was opened and closed",
    "exact-date": "Exact dates of birth and registration",
    "enumerator": "Who asked the questions",
    "contact": "Telephone numbers",
    "document-number": "Numbers of papers",
    "photo": "Photographs",
    "consent": "Consent given elsewhere, for something else",
    "status": "Whether somebody came from elsewhere",
    "collector": "Who may collect: agreed with the person, at the counter",
    "not-needed": "What no purpose here needs",
    "unknown-column": "Columns that nobody knows here",
}
_SHAPES: Final = {
    Outcome.ACCEPTED: '<circle cx="24" cy="24" r="21"/><path d="M14 25l7 7 13-15"/>',
    Outcome.UNDECIDED: '<path class="body" d="M24 3l21 21-21 21L3 24z"/>'
    '<path d="M19 20c0-7 11-7 11 0 0 5-6 4-6 9"/><path d="M24 34v.5"/>',
    Outcome.REJECTED: '<path class="body" d="M15 3h18l12 12v18L33 45H15L3 33V15z"/>'
    '<path d="M17 17l14 14M31 17L17 31"/>',
}
# The notice as pictures; each beside the words that are spoken at the counter.
_NOTICE: Final = (
    (
        '<path d="M8 14h32v20H8z"/><path d="M14 21h12M14 27h8"/><path d="M33 20l4 8h-8z"/>',
        "This is a card for help. It is not a passport, and says nothing about asylum.",
    ),
    (
        '<circle cx="24" cy="16" r="8"/><path d="M8 42c2-12 30-12 32 0"/><path d="M6 6l36 36"/>',
        "We do not write your name on it. You may say: I won't tell.",
    ),
    (
        '<path d="M10 24h28M30 16l8 8-8 8M24 8v8M24 32v8"/><circle cx="8" cy="24" r="3"/>',
        "You show it when you want to, and only what is asked.",
    ),
    (
        '<path d="M12 10h10v28H12zM26 10h10v28H26z"/><path d="M17 16v2M31 16v2"/>',
        "Phone, paper or neither: you get the same help.",
    ),
    (
        '<path d="M14 14h20l-2 26H16z"/><path d="M10 14h28M20 14V9h8v5"/>',
        "You may say no, now or later, and ask us to delete what we hold.",
    ),
)


def write_report(
    out: Path,
    *,
    journey: Journey,
    scenes: list[Scene],
    everybody: Mapping[Outcome, int],
    summary: JsonObject,
) -> None:
    """Write `report.html` into `out`, beside the pictures that it shows."""
    page = Template(files("apps").joinpath("data", "report.html").read_text("utf-8"))
    html = page.substitute(
        numbers="".join(_number(summary[name], words) for name, words in _NUMBERS),
        dropped="".join(_dropped(journey)),
        kept="".join(_kept(journey)),
        bad_rows=_bad_rows(journey),
        notice="".join(_notice()),
        ways="".join(_ways(journey)),
        cards="".join(_cards(out)),
        scenes="".join(_scene(scene) for scene in scenes),
        everybody="".join(_everybody(everybody)),
        registry=escape(journey.snapshot.name),
        version=journey.snapshot.version,
    )
    write_file(out / "report.html", html.encode())


_NUMBERS: Final = (
    ("households", "households came in"),
    ("individuals", "people among them"),
    ("dropped_values", "values dropped at the door"),
    ("offers", "offers made"),
    ("refused", "offers not taken up"),
    ("credentials", "proofs issued"),
)


def _number(value: int, words: str) -> str:
    return f'<li><strong dir="ltr">{value:,}</strong> {escape(words)}</li>'


def _dropped(journey: Journey) -> Iterator[str]:
    by_reason: dict[str, tuple[int, int]] = {}
    for (_, drop), count in journey.dropped.counts.items():
        columns, values = by_reason.get(drop.value, (0, 0))
        by_reason[drop.value] = columns + 1, values + count
    most = max((values for _, values in by_reason.values()), default=1)
    for reason, (columns, values) in sorted(by_reason.items(), key=lambda item: -item[1][1]):
        words = _DROPPED.get(reason, reason.replace("-", " "))
        yield (
            f"<tr><th scope='row'>{escape(words)}</th><td>{columns}</td><td>{values:,}</td>"
            f"<td class='bar'><i style='width:{100 * values / most:.1f}%'></i></td></tr>"
        )


def _kept(journey: Journey) -> Iterator[str]:
    for purpose in journey.purposes:
        claims = ", ".join(purpose.claims) or "nothing about the person"
        yield (
            f"<tr><th scope='row'>{escape(purpose.title)}</th><td>{escape(claims)}</td>"
            f"<td>{escape(purpose.reason)}</td><td>{escape(purpose.legal_basis)}, reviewed by the "
            f"{escape(purpose.reviewer)}</td><td>{purpose.retention_months} months</td></tr>"
        )


def _bad_rows(journey: Journey) -> str:
    errors = journey.registrations.errors
    if not errors:
        return "<p>Every row could be read.</p>"
    rows = "".join(
        f"<tr><td>{escape(error.sheet or '')}</td><td>{error.row or ''}</td>"
        f"<td><code>{escape(error.column or '')}</code></td>"
        f"<td>{escape(error.reason.value.replace('-', ' '))}</td></tr>"
        for error in errors[:20]
    )
    more = f"<p>and {len(errors) - 20} more.</p>" if len(errors) > 20 else ""
    return (
        "<p>These rows were reported, and the others went on:</p><div class='wide'><table><thead>"
        f"<tr><th>Sheet</th><th>Row</th><th>Column</th><th>Why</th></tr></thead>{rows}</table>"
        f"</div>{more}"
    )


def _notice() -> Iterator[str]:
    for drawing, words in _NOTICE:
        yield (
            f"<li><svg viewBox='0 0 48 48' aria-hidden='true'>{drawing}</svg>"
            f"<span>{escape(words)}</span></li>"
        )


def _ways(journey: Journey) -> Iterator[str]:
    for way, title, words in (
        (WALLET, "With a phone", "said yes, and keep their proofs in a wallet"),
        (PAPER, "On paper", "said yes, and carry a card with no claim about them"),
        (REFUSED, "No", "said no, and get a nameless card for the same help"),
        (SILENT, "No answer", "did not answer, which is never a yes; a nameless card as well"),
    ):
        count = len(journey.by_way(way))
        yield (f"<li><strong>{title}</strong><b>{count}</b><span>households {words}</span></li>")


def _cards(out: Path) -> Iterator[str]:
    for path in sorted((out / "cards").glob("*.png"))[:_CARDS_SHOWN]:
        yield (
            "<figure class='card'><div><b>Card for help</b><span>Not an identity document</span>"
            f"</div><img src='cards/{path.name}' alt='QR code of a card'></figure>"
        )


def _scene(scene: Scene) -> str:
    verdict = scene.verdict
    shape = _shape(verdict.outcome)
    reasons = "".join(f"<li>{escape(say(found.reason))}</li>" for found in verdict.findings)
    pictures = "".join(
        f"<figure><img src='{name}' alt='{what}'><figcaption>{what}</figcaption></figure>"
        for name, what in ((scene.asked, "The question"), (scene.shown, "What was shown"))
        if name is not None
    )
    age = verdict.relied_on.registry_age
    relied = (
        "Nobody can tell how old its registry is."
        if age is None
        else f"Registry: {age.days} days old."
    )
    return (
        f"<article class='{verdict.outcome.value.lower()}'><div class='tale'><h3>"
        f"{escape(scene.title)}</h3><p>{escape(scene.tale)}</p><div class='shown'>{pictures}</div>"
        f"</div><div class='verdict'>{shape}<h4>{escape(HEADLINES[verdict.outcome])}</h4>"
        f"<ul>{reasons}</ul><p class='next'>{escape(next_step(verdict))}</p>"
        f"<p class='relied'>{relied}</p></div></article>"
    )


def _everybody(everybody: Mapping[Outcome, int]) -> Iterator[str]:
    for outcome in Outcome:
        count = everybody.get(outcome, 0)
        if count:
            words = escape(HEADLINES[outcome])
            yield f"<li>{_shape(outcome)}<strong>{count}</strong> {words}</li>"


def _shape(outcome: Outcome) -> str:
    """Shape, colour and word together: never colour alone."""
    return f"<svg class='shape' viewBox='0 0 48 48' aria-hidden='true'>{_SHAPES[outcome]}</svg>"
