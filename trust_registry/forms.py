"""The questions as a form: JSON to fill in, Markdown to read, and a page to print and write on."""

from __future__ import annotations

from html import escape
from typing import Final

from amana.strict_json import JsonObject
from trust_registry.dossier import GOVERNANCE_KIND
from trust_registry.dossier import KIND as DOSSIER_KIND
from trust_registry.minutes import escaped
from trust_registry.questions import VERSION, Form, asked, sections, text_in, words

__all__ = ["LANGUAGES", "as_html", "as_markdown", "blank"]

LANGUAGES: Final = ("en", "ar")
_RIGHT_TO_LEFT: Final = frozenset({"ar"})
_STYLE: Final = (
    "body{font:12pt/1.45 system-ui,sans-serif;max-width:42em;margin:2em auto;padding:0 1em;"
    "color:#1b1b1b}h1{font-size:1.6em}h2{margin-top:2em;border-bottom:2px solid #1b1b1b}"
    "article{break-inside:avoid;margin:1.4em 0}h3{margin:0 0 .2em;font-size:1.05em}"
    "p{margin:.2em 0}.plain{color:#555;font-size:.92em}.id{color:#767676;font-size:.8em}"
    ".lines{height:7.5em;margin:.5em 0;border:1px solid #999;border-radius:4px}"
    ".end{display:flex;gap:1.5em;font-size:.92em}.end span{flex:1;border-bottom:1px solid #999}"
)


def blank(form: Form, *, language: str = "en", did: str = "") -> JsonObject:
    """The document that an organisation fills in: every row is there, and none has an answer.

    Evidence goes into `"evidence": [{"title", "date", "sha256"}]` beside a `text`; a row that is
    not done says why as `notDone` instead of `text`.
    """
    answers = {row: {"text": ""} for row in asked(form)}
    common: JsonObject = {"questions": VERSION, "language": language, "answers": answers}
    if form is Form.GOVERNANCE:
        return {"type": GOVERNANCE_KIND, "name": "", "principles": [], **common}
    return {"type": DOSSIER_KIND, "form": form.value, "did": did, **common}


def as_markdown(form: Form, *, language: str = "en") -> str:
    """The form to read on paper or a screen, in `language` where the texts are translated."""
    word = words(language)
    lines = [f"# {escaped(word[form.value])}", "", escaped(word["how"]), ""]
    for section in sections(form):
        lines += [f"## {escaped(text_in(section.title, language))}", ""]
        for question in section.questions:
            lines += [
                f"### {escaped(text_in(question.name, language))} ({escaped(question.id)})",
                "",
                f"**{escaped(text_in(question.ask, language))}**",
                "",
                escaped(text_in(question.plain, language)),
                "",
            ]
    return "\n".join(lines)


def as_html(form: Form, *, language: str = "en") -> str:
    """The form as one page without scripts or pictures, with room to write by hand."""
    word = words(language)
    turned = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
    parts = [
        (
            f'<!doctype html><html lang="{escape(language)}" dir="{turned}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width">'
            f"<title>{escape(word[form.value])}</title><style>{_STYLE}</style>"
            f"<h1>{escape(word[form.value])}</h1><p>{escape(word['how'])}</p>"
        )
    ]
    for section in sections(form):
        parts.append(f"<section><h2>{escape(text_in(section.title, language))}</h2>")
        for question in section.questions:
            name, ask, plain = (
                escape(text_in(texts, language))
                for texts in (question.name, question.ask, question.plain)
            )
            parts.append(
                f'<article><h3>{name} <span class="id" dir="ltr">{escape(question.id)}</span></h3>'
                f'<p>{ask}</p><p class="plain">{plain}</p><div class="lines"></div>'
                f'<div class="end"><span>{escape(word["evidence"])}</span>'
                f"<span>{escape(word['notDone'])}</span></div></article>"
            )
        parts.append("</section>")
    return "\n".join(parts) + "\n"
