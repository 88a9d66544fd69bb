"""Bundled contexts: known by URL, never fetched, never shared with whoever asks."""

from __future__ import annotations

from typing import Any

import pytest

import schemas
from amana import contexts
from amana.contexts import context, inline
from amana.errors import InputError
from amana.limits import Limits
from amana.reasons import Outcome, Reason

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
VOCABULARY = {"@vocab": "https://www.w3.org/ns/credentials/examples#"}


def refused(value: Any, **limits: int) -> Reason:
    with pytest.raises(InputError) as error:
        inline(value, limits=Limits(**limits))
    return error.value.reason


@pytest.mark.parametrize("url", schemas.BUNDLED)
def test_every_bundled_context_is_there(url: str) -> None:
    """C93: terms mean the same here as elsewhere."""
    assert inline(url) == context(url)
    assert inline([url, None]) == [context(url), None]


def test_what_is_given_out_is_a_copy() -> None:
    context(EXAMPLES)["@vocab"] = "https://evil.example/"
    assert context(EXAMPLES) == VOCABULARY


def test_a_context_that_is_not_bundled_is_unknown_and_named_shortly() -> None:
    with pytest.raises(InputError) as error:
        context("https://evil.example/\n" + "x" * 10_000)
    assert error.value.reason is Reason.UNKNOWN_CONTEXT
    assert error.value.reason.outcome is Outcome.UNDECIDED
    assert "2.4.1" in error.value.detail
    assert "\n" not in error.value.detail
    assert len(error.value.detail) < 300


def test_a_file_that_was_changed_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    contexts._text.cache_clear()
    monkeypatch.setattr(schemas, "read", lambda _name: b'{"@context":{}}')
    with pytest.raises(InputError) as error:
        context(EXAMPLES)
    assert error.value.reason is Reason.UNKNOWN_CONTEXT


def test_scoped_contexts_are_inlined_and_nothing_is_shared() -> None:
    given = [
        EXAMPLES,
        {"a": {"@id": "urn:a", "@container": ["@set"], "@context": ["urn:b", EXAMPLES]}},
    ]
    with pytest.raises(InputError):
        inline(given)
    given[1]["a"]["@context"] = [EXAMPLES, None, {"b": "urn:b"}]  # type: ignore[index]
    found = inline(given)
    own = {"@id": "urn:a", "@container": ["@set"], "@context": [VOCABULARY, None, {"b": "urn:b"}]}
    assert found == [VOCABULARY, {"a": own}]
    found[1]["a"]["@container"].append("@list")
    found[1]["a"]["@context"][2]["b"] = "urn:c"
    assert given[1]["a"]["@container"] == ["@set"]  # type: ignore[index]
    assert given[1]["a"]["@context"][2] == {"b": "urn:b"}  # type: ignore[index]


def test_what_can_be_no_context() -> None:
    assert refused(5) is Reason.BAD_CREDENTIAL
    assert refused([["urn:a"]]) is Reason.BAD_CREDENTIAL


def test_many_contexts() -> None:
    assert refused([EXAMPLES] * 3, contexts=2) is Reason.TOO_LARGE
    assert refused({"a": {"@context": [{}, {}]}}, contexts=2) is Reason.TOO_LARGE


def test_a_context_nested_without_end() -> None:
    endless: dict[str, Any] = {"a": {"@id": "urn:a"}}
    endless["a"]["@context"] = endless
    assert refused(endless, contexts=10**6) is Reason.TOO_DEEP
    assert refused(endless) in (Reason.TOO_DEEP, Reason.TOO_LARGE)
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"a": deep}
    assert refused(deep) is Reason.TOO_DEEP
