"""Dossiers, the consortium's own answers, forms and the comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from tests.amana_samples import written
from tests.vetting_lab import DIGEST, EVIDENCE, dossier_document, governance_answers
from trust_registry import forms
from trust_registry.dossier import check_dossier, check_governance, read_dossier, require_complete
from trust_registry.minutes import Cell, Mark, comparison
from trust_registry.questions import MOST_LIGHT, Form, asked, sections, text_in, words
from trust_registry.vetting import require_governance

DID = "did:web:relief.example"
Object = dict[str, Any]


def test_the_forms_ask_what_the_field_asks() -> None:
    """C109, C113, C117, C121: 10 questions, 8 elements with 25 parts, the checklist; 12 at most."""
    parts = {section.id: section.questions for section in sections(Form.FULL)}
    assert len(parts["governance"]) == 10
    rows = [question.id.removeprefix("undp.") for question in parts["undp"]]
    assert [row for row in rows if "." not in row] == [str(n) for n in range(1, 9)]
    by_element = [sum(row.startswith(f"{n}.") for row in rows) for n in range(1, 9)]
    assert by_element == [2, 4, 4, 2, 4, 4, 2, 3]
    assert {section.id for section in sections(Form.GOVERNANCE)} == {"governance", "undp"}
    assert len(asked(Form.GOVERNANCE)) == 43
    assert len(asked(Form.LIGHT)) <= MOST_LIGHT
    checklist = {"suitability", "exit", "burden", "training", "regulation", "recognition", "need"}
    assert {f"readiness.{name}" for name in checklist} <= asked(Form.FULL).keys()


def test_every_question_has_its_words_in_every_language() -> None:
    every = {q.id: q for form in Form for q in asked(form).values()}
    for language in forms.LANGUAGES:
        assert words(language).keys() == words("en").keys()
        for question in every.values():
            for texts in (question.name, question.ask, question.plain):
                assert texts[language].strip()
        for form in Form:
            assert all(section.title[language] for section in sections(form))
    asks = [question.ask["en"] for question in every.values()]
    assert len(set(asks)) == len(asks)
    assert {q.compares_with for q in every.values()} <= asked(Form.FULL).keys()


def test_a_text_falls_back_to_english_and_then_to_any() -> None:
    assert text_in({"en": "yes", "ar": "نعم"}, "ar") == "نعم"
    assert text_in({"en": "yes"}, "sw") == "yes"
    assert text_in({"fr": "oui"}, "sw") == "oui"
    assert words("sw") == words("en")


def test_a_complete_dossier_is_read() -> None:
    """C110: a text with evidence by digest, or the reason why something is not done."""
    found = read_dossier(written(dossier_document(DID)))
    assert (found.did, found.form, found.missing) == (DID, Form.FULL, ())
    require_complete(found)
    first, *_, last = asked(Form.FULL)
    assert found.answers[first].evidence[0].sha256 == DIGEST
    assert found.answers[last].done is False
    assert found.answers[last].text.startswith("Nobody has time")


def test_rows_left_out_or_left_empty_are_named() -> None:
    """C117: an empty answer is none; the form as it was handed out is not a dossier."""
    document = dossier_document(DID)
    del document["answers"]["undp.2.1"]
    document["answers"]["undp.2.2"] = {"text": "", "evidence": []}
    found = check_dossier(document)
    assert found.missing == ("undp.2.1", "undp.2.2")
    with pytest.raises(RegistryError) as caught:
        require_complete(found)
    assert caught.value.reason is Reason.INCOMPLETE_DOSSIER
    assert caught.value.where == {"rows": 2}
    assert "undp.2.1, undp.2.2" in caught.value.detail
    blank = check_dossier(forms.blank(Form.FULL, did=DID))
    assert blank.missing == tuple(asked(Form.FULL))
    with pytest.raises(RegistryError, match="and 56 more"):
        require_complete(blank)


def test_the_light_form_has_its_own_questions() -> None:
    """C113: a small local organisation answers twelve questions, and none of the others."""
    found = check_dossier(dossier_document(DID, Form.LIGHT))
    require_complete(found)
    assert len(found.answers) == 12
    with pytest.raises(InputError) as caught:
        check_dossier({**dossier_document(DID), "form": "light"})
    assert caught.value.reason is Reason.BAD_VETTING


def _answer(value: Any) -> Callable[[Object], None]:
    def change(document: Object) -> None:
        document["answers"]["undp.1"] = value

    return change


def _set(name: str, value: Any) -> Callable[[Object], None]:
    return lambda document: document.update({name: value})


@pytest.mark.parametrize(
    "change",
    [
        _answer("a text"),
        _answer({"more": ""}),
        _answer({"text": []}),
        _answer({"text": "a", "notDone": "b"}),
        _answer({"evidence": EVIDENCE}),
        _answer({"notDone": "b", "evidence": EVIDENCE}),
        _answer({"text": " \n"}),
        _answer({"text": 5}),
        _answer({"text": "x" * 8_001}),
        _answer({"text": "a\x00b"}),
        _answer({"text": "a\u202eb"}),
        _answer({"text": "a", "more": 1}),
        _answer({"text": "a", "evidence": EVIDENCE * 17}),
        _answer({"text": "a", "evidence": [{**EVIDENCE[0], "sha256": "AB" * 32}]}),
        _answer({"text": "a", "evidence": [{**EVIDENCE[0], "title": "a\nb"}]}),
        _answer({"text": "a", "evidence": [{**EVIDENCE[0], "date": "2026-02-30"}]}),
        _answer({"text": "a", "evidence": [{**EVIDENCE[0], "date": "yesterday"}]}),
        _answer({"text": "a", "evidence": [{**EVIDENCE[0], "date": 1}]}),
        _set("answers", {"undp.99": {"text": "a"}}),
        _set("answers", []),
        _set("form", "governance"),
        _set("form", []),
        _set("questions", 2),
        _set("questions", True),
        _set("language", ""),
        _set("did", 5),
        _set("did", "did:web:"),
        _set("type", "ConsortiumGovernance"),
        _set("more", 1),
        lambda document: document.pop("did"),
    ],
)
def test_a_malformed_dossier_is_refused(change: Callable[[Object], None]) -> None:
    document = json.loads(written(dossier_document(DID)))
    change(document)
    with pytest.raises(InputError) as caught:
        check_dossier(document)
    assert caught.value.reason in (Reason.BAD_VETTING, Reason.BAD_DID)


def test_the_row_of_a_malformed_answer_is_named() -> None:
    document = dossier_document(DID)
    document["answers"]["undp.3.4"] = {"text": "\x07"}
    with pytest.raises(InputError) as caught:
        check_dossier(document)
    assert caught.value.where == {"row": "undp.3.4"}


@pytest.mark.parametrize("did", ["did:web:a.example", "did:webvh:{}:a.example", "did:key:{}"])
def test_dossiers_are_of_every_kind_of_did_that_entries_have(did: str) -> None:
    key = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    scid = "QmaJp6pmb6RUk4oaDyWQcjeqYbvxsc3kvmHWPpz7B5JwDU"
    did = did.format(key if "key" in did else scid)
    assert check_dossier(dossier_document(did)).did == did


def test_the_consortium_answers_for_itself() -> None:
    """C109, C114, C121: ten questions, 33 rows, its principles by version."""
    found = require_governance(governance_answers())
    assert (found.did, len(found.answers), found.principles[0].version) == (None, 43, 1)
    for row in ("governance.oversight", "undp.8.3"):
        document = governance_answers()
        del document["answers"][row]
        with pytest.raises(RegistryError) as caught:
            require_governance(document)
        assert caught.value.reason is Reason.INCOMPLETE_GOVERNANCE
        assert row in caught.value.detail
    with pytest.raises(InputError):
        check_governance({**governance_answers(), "name": ""})
    with pytest.raises(InputError):
        check_governance({**governance_answers(), "principles": [{}]})


def _schema(name: str) -> Any:
    return Draft202012Validator(json.loads(schemas.read(f"vetting/{name}.json")))


def test_the_schemas_say_what_is_complete() -> None:
    """C121: anybody can check a dossier with the schema alone."""
    dossier, governance = _schema("VettingDossier"), _schema("ConsortiumGovernance")
    for form in (Form.FULL, Form.LIGHT):
        assert dossier.is_valid(dossier_document(DID, form))
        assert not dossier.is_valid(forms.blank(form, did=DID))
        for change in (
            _answer({"text": "a", "notDone": "b"}),
            _set("form", "governance"),
            _set("more", 1),
            lambda document: document["answers"].pop(next(iter(document["answers"]))),
        ):
            document = json.loads(written(dossier_document(DID, form)))
            change(document)
            assert not dossier.is_valid(document)
    assert governance.is_valid(governance_answers())
    assert not governance.is_valid(forms.blank(Form.GOVERNANCE))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("language", forms.LANGUAGES)
def test_a_form_can_be_read_and_printed(form: Form, language: str) -> None:
    """C117: a form for people, in their direction of writing, without a script or a link."""
    text = forms.as_markdown(form, language=language)
    page = forms.as_html(form, language=language)
    assert text.count("\n### ") == page.count("<article>") == len(asked(form))
    tags = _Tags()
    tags.feed(page)
    assert tags.seen[0] == ("html", {"lang": language, "dir": "rtl" if language == "ar" else "ltr"})
    assert {tag for tag, _ in tags.seen}.isdisjoint({"script", "link", "img", "a", "iframe"})


def test_answers_stand_side_by_side() -> None:
    """C121: organisations and countries compared, question by question."""
    full = dossier_document(DID)
    del full["answers"]["undp.1"]
    light = check_dossier(dossier_document(DID, Form.LIGHT))
    rows = comparison([check_dossier(full), light, check_governance(governance_answers())])
    assert [row.question.id for row in rows] == list(asked(Form.FULL))
    by_id = {row.question.id: row for row in rows}
    assert [cell.mark for cell in by_id["undp.1"].cells] == [
        Mark.MISSING,
        Mark.NOT_ASKED,
        Mark.ANSWERED,
    ]
    assert not by_id["undp.1"].agreed
    assert by_id["undp.6.3"].cells[1].text == "Answer to light.without."
    assert by_id["undp.6.3"].agreed
    assert by_id["governance.oversight"].cells[0] == Cell(
        mark=Mark.ANSWERED, text="See the paper.", evidence=1
    )
    assert by_id["readiness.authorities"].cells[0].mark is Mark.NOT_DONE
    assert by_id["readiness.authorities"].cells[2].mark is Mark.NOT_ASKED
    assert by_id["undp.1"].section.id == "undp"
