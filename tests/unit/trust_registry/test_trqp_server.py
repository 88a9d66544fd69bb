"""TRQP over HTTP, without a socket: statuses, problems, headers; and a true OpenAPI document."""

from __future__ import annotations

import json
import logging
from typing import Any

import jsonschema
import pytest

from amana.errors import RegistryError
from amana.limits import LIMITS
from amana.reasons import Reason
from tests.trqp_lab import AUTHORITY, TrqpCaller, asked, snapshot
from tests.vc_api_caller import Answer
from trust_registry.trqp import Query
from trust_registry.trqp_openapi import openapi, problem_type

PATHS = [f"/{query.value}" for query in Query]
ABOUT = openapi(AUTHORITY)


@pytest.fixture
def api() -> TrqpCaller:
    return TrqpCaller()


def _valid(value: Any, place: str) -> None:
    schema = {"$ref": f"#/components/{place}", "components": ABOUT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(value)


def _problem(answer: Answer, status: int, reason: Reason | None = None) -> Any:
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    _valid(answer.json, "schemas/ProblemDetails")
    assert answer.json["status"] == status
    assert answer.json.get("reason") == (None if reason is None else reason.value)
    return answer.json


def test_yes_and_no(api: TrqpCaller) -> None:
    """C111: anybody may ask who is accredited; no record is a no."""
    for host, expected in [("relief.example", True), ("nobody.example", False)]:
        found = api.post("/authorization", asked(host))
        assert (found.status, found.headers["content-type"]) == (200, "application/json")
        assert found.json["authorized"] is expected
        _valid(found.json, "schemas/AuthorizationResponse")
    found = api.post("/recognition", asked("neighbours.example"))
    assert found.json["recognized"] is True
    _valid(found.json, "schemas/RecognitionResponse")


def test_the_largest_answer_is_as_the_document_says(api: TrqpCaller) -> None:
    api.registry = snapshot(governance="ab" * 32)
    context = {"time": "2026-03-01T00:00:00Z", "locator": "x", "tier": "checked", "é": "\U0001f600"}
    found = api.post("/authorization", asked(context=context | {"jurisdiction": "KE"}))
    _valid(found.json, "schemas/AuthorizationResponse")
    assert found.json["context"]["é"] == "\U0001f600"
    assert found.raw.isascii()


@pytest.mark.parametrize("path", PATHS)
def test_another_authority_is_not_found(api: TrqpCaller, path: str) -> None:
    found = api.post(path, asked(authority_id="did:web:elsewhere.example"))
    assert _problem(found, 404, Reason.AUTHORITY_UNKNOWN)["type"] == problem_type(404)[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 400, Reason.NOT_JSON),
        (b"{", 400, Reason.NOT_JSON),
        (b"[]", 400, Reason.BAD_TRQP),
        (b"\xff", 400, Reason.NOT_UTF8),
        (b'{"action":"a","action":"b"}', 400, Reason.DUPLICATE_KEY),
        (b"[" * 9_000, 400, Reason.TOO_DEEP),
        (b'"\\ud800"', 400, Reason.LONE_SURROGATE),
        (b" " * (LIMITS.trqp_bytes + 1), 413, Reason.TOO_LARGE),
    ],
)
def test_a_body_that_is_no_query(
    api: TrqpCaller, path: str, data: bytes, status: int, reason: Reason
) -> None:
    _problem(api.send("POST", path, data), status, reason)


def test_a_body_without_end_is_read_no_further(api: TrqpCaller) -> None:
    answer = api.send("POST", PATHS[0], b" " * 500_000, chunk=1_000)
    _problem(answer, 413, Reason.TOO_LARGE)


def test_a_caller_that_hangs_up(api: TrqpCaller) -> None:
    _problem(api.send("POST", PATHS[0], b"{", hang_up=True), 400, Reason.NOT_JSON)


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/ld+json", "x"])
def test_only_json_comes_in(api: TrqpCaller, kind: str | None) -> None:
    """TRQP v2, "HTTPS Binding Conformance", 1."""
    data = json.dumps(asked()).encode()
    _problem(api.send("POST", PATHS[0], data, content_type=kind), 415)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_its_names(api: TrqpCaller, kind: str) -> None:
    data = json.dumps(asked()).encode()
    assert api.send("POST", PATHS[0], data, content_type=kind).status == 200


@pytest.mark.parametrize("path", ["/", "/authorization/", "/docs", "/redoc", "//", "/metadata"])
def test_no_such_path(api: TrqpCaller, path: str) -> None:
    assert _problem(api.post(path, asked()), 404)["type"] == "about:blank"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        *((method, path, "POST") for method in ("GET", "PUT", "OPTIONS") for path in PATHS),
        ("POST", "/openapi.json", "GET"),
    ],
)
def test_another_method(api: TrqpCaller, method: str, path: str, allow: str) -> None:
    answer = api.send(method, path, b"{}")
    assert answer.headers["allow"] == allow
    assert _problem(answer, 405)["type"] == "about:blank"


def test_no_registry_is_said(api: TrqpCaller) -> None:
    api.fails = RegistryError(Reason.REGISTRY_EXPIRED, "root.json")
    found = _problem(api.post(PATHS[0], asked()), 503, Reason.REGISTRY_EXPIRED)
    assert found["type"] == problem_type(503)[0]


def test_our_own_fault_tells_nothing(api: TrqpCaller) -> None:
    api.fails = ValueError("a secret")
    found = api.post(PATHS[0], asked())
    assert api.raised is api.fails
    assert b"secret" not in found.raw
    assert _problem(found, 500)["type"] == problem_type(500)[0]


def test_the_registry_of_this_moment_answers(api: TrqpCaller) -> None:
    assert api.post(PATHS[0], asked()).json["authorized"] is True
    api.registry = snapshot(entries={}, version=13)
    found = api.post(PATHS[0], asked()).json
    assert (found["authorized"], found["registry"]["version"]) == (False, 13)


def test_nothing_is_logged_and_no_header_tells_of_anybody(
    api: TrqpCaller, caplog: pytest.LogCaptureFixture
) -> None:
    """C73: who is asked about stays with who asks."""
    caplog.set_level(logging.DEBUG)
    for answer in (api.post(PATHS[0], asked()), api.post("/x", {}), api.get("/openapi.json")):
        assert answer.headers.keys() <= {
            "content-type", "content-length", "cache-control", "x-content-type-options"
        }  # fmt: skip
    assert not [one for one in caplog.records if one.name != "asyncio"]


# --- the OpenAPI document


def test_the_document_is_served(api: TrqpCaller) -> None:
    found = api.get("/openapi.json")
    assert (found.status, found.json) == (200, ABOUT)
    assert found.json["info"]["x-authority-id"] == AUTHORITY
    assert set(found.json["paths"]) == {*PATHS, "/openapi.json"}


def _statuses(path: str) -> list[str]:
    return [status for status in ABOUT["paths"][path]["post"]["responses"] if status != "200"]


@pytest.mark.parametrize("path", PATHS)
def test_its_examples_are_good(api: TrqpCaller, path: str) -> None:
    operation = ABOUT["paths"][path]["post"]
    asks = operation["requestBody"]["content"]["application/json"]["example"]
    _valid(asks, "schemas/Query")
    assert api.post(path, asks).status == 200
    content = operation["responses"]["200"]["content"]["application/json"]
    _valid(content["example"], content["schema"]["$ref"].removeprefix("#/components/"))
    assert _statuses(path) == ["400", "404", "413", "415", "500", "503"]
    for status in _statuses(path):
        found = ABOUT["components"]["responses"][status]["content"]["application/problem+json"]
        _valid(found["example"], "schemas/ProblemDetails")
        assert str(found["example"]["status"]) == status


GOOD: list[dict[str, Any]] = [
    {}, {"context": {}}, {"context": {"time": "2026-03-01T00:00:00.25Z"}}, {"action": "a%20b#c"},
    {"context": {"tier": "registered", "jurisdiction": "KE-30", "x": ""}},
    {"resource": "x" * LIMITS.trqp_text_chars}, {"entity_id": "https://[::1]/"},
]  # fmt: skip
BAD: list[dict[str, Any]] = [
    {"action": ""}, {"action": "a b"}, {"action": 1}, {"x": 1}, {"context": []}, {"action": None},
    {"context": {"tier": "x"}}, {"context": {"x": 1}}, {"context": {"time": "2026-03-01"}},
    {"context": {"time": "2026-03-01T00:00:00+00:00"}}, {"context": {"jurisdiction": "ke"}},
    {"resource": "x" * (LIMITS.trqp_text_chars + 1)}, {"context": {"locator": None}},
    {"context": {str(n): "" for n in range(LIMITS.trqp_conditions + 1)}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "good"), [*((one, True) for one in GOOD), *((one, False) for one in BAD)]
)
def test_schema_and_server_agree(api: TrqpCaller, changes: dict[str, Any], good: bool) -> None:
    if good:
        _valid(asked(**changes), "schemas/Query")
    else:
        with pytest.raises(jsonschema.ValidationError):
            _valid(asked(**changes), "schemas/Query")
    answer = api.post(PATHS[0], asked(**changes))
    assert answer.status == (200 if good else 400)
