"""The VC-API as HTTP: methods, types, sizes, hosts; and no bytes that make it fail."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.keys import SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from apps._vc_http import is_loopback
from apps._vc_service import ISSUING
from tests.vc_api_caller import BASE, JCS, Answer, Caller, credential, presentation, signed

API = Caller()
KEY = SecretKey(b"k" * 32)
BODIES: list[tuple[str, Any]] = [
    ("/credentials/issue", {"credential": credential(), "options": {}}),
    *((f"/{name}/credentials/issue", {"credential": credential()}) for name in ISSUING),
    (
        "/credentials/verify",
        {
            "verifiableCredential": signed(credential(issuer=KEY.public.did), key=KEY, suite=JCS),
            "options": {"checks": ["proof"]},
        },
    ),
    (
        "/presentations/verify",
        {
            "verifiablePresentation": signed(
                presentation(credential(issuer=KEY.public.did), holder=KEY.public.did),
                key=KEY,
                suite=JCS,
                purpose="authentication",
                challenge="c",
            ),
            "options": {"challenge": "c"},
        },
    ),
    (
        "/credentials/status",
        {
            "credentialId": "urn:uuid:1",
            "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"},
            "status": True,
        },
    ),
]
POSTS = [path for path, _ in BODIES]


def problem(answer: Answer) -> Any:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    return answer.json


@pytest.mark.parametrize(("path", "body"), BODIES)
def test_the_samples_are_good(path: str, body: Any) -> None:
    expected = 404 if path == "/credentials/status" else 201 if "issue" in path else 200
    assert API.post(path, body).status == expected


def test_the_root_says_where_things_are() -> None:
    assert API.send("GET", "/").json == {"url": BASE}


@pytest.mark.parametrize("path", [*POSTS, "/status/1/publish"])
def test_another_method(path: str) -> None:
    answer = API.send("GET", path)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    problem(answer)


@pytest.mark.parametrize(
    "path", ["/credentials", "/credentials/issue/x", "/ecdsa-rdfc-2019/credentials/issue", "//"]
)
def test_no_such_path(path: str) -> None:
    assert API.post(path, {}).status == 404
    assert problem(API.send("POST", path, b"{}"))["type"] == "about:blank"


def test_publishing_a_list_that_is_not_there() -> None:
    assert problem(API.send("POST", "/status/9/publish", b"{}"))["status"] == 404


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/xml", "text/x+json", "x"])
def test_only_json_comes_in(kind: str | None) -> None:
    answer = API.send("POST", "/credentials/issue", b"{}", content_type=kind)
    assert problem(answer)["status"] == 415


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"]
)
def test_json_has_several_names(kind: str) -> None:
    body = json.dumps({"credential": credential()}).encode()
    assert API.send("POST", "/credentials/issue", body, content_type=kind).status == 201


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"{", Reason.NOT_JSON),
        (b"\xff", Reason.NOT_UTF8),
        (b'{"a": 1, "a": 2}', Reason.DUPLICATE_KEY),
        (b'"\\ud800"', Reason.LONE_SURROGATE),
        (b"[1.5]", Reason.FLOAT_FORBIDDEN),
        (b"[" * 10_000, Reason.TOO_DEEP),
    ],
)
def test_a_body_that_is_not_json(data: bytes, reason: Reason) -> None:
    answer = API.send("POST", "/credentials/verify", data)
    assert answer.status == 400
    assert problem(answer)["reason"] == reason.value


def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    data = b" " * (LIMITS.json_bytes + 1)
    answer = API.send("POST", "/credentials/verify", data + b"x" * 10**6, chunk=1000)
    assert (answer.status, problem(answer)["reason"]) == (413, Reason.TOO_LARGE.value)


def test_whoever_hangs_up_gets_no_verdict() -> None:
    answer = API.send("POST", "/credentials/verify", b'{"a": 1}', hang_up=True)
    assert (answer.status, problem(answer)["reason"]) == (400, Reason.NOT_JSON.value)


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:40443", "[::1]:40443"])
def test_this_machine_has_several_names(host: str) -> None:
    assert API.post("/credentials/issue", {"credential": credential()}, host=host).status == 201


@pytest.mark.parametrize("host", ["evil.example", "evil.example:40443", "localhost.evil.example"])
def test_a_page_of_somebody_else_can_not_use_it(host: str) -> None:
    """A browser sends the name that the page was found under, whatever that name points to."""
    for method, path in (("POST", "/credentials/issue"), ("GET", "/"), ("GET", "/status/1")):
        assert problem(API.send(method, path, b"{}", host=host))["status"] == 421


def test_loopback_has_three_names() -> None:
    assert all(is_loopback(name) for name in ("localhost", "127.0.0.1", "::1"))
    assert not any(is_loopback(name) for name in ("", "192.168.0.1", "amana.example"))


# --- Hostile bytes

SMALL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(path=st.sampled_from(POSTS), data=st.binary(max_size=200))
def test_no_bytes_make_it_fail(path: str, data: bytes) -> None:
    assert 400 <= API.send("POST", path, data).status < 500


@given(path=st.sampled_from(POSTS), body=SMALL)
def test_no_json_makes_it_fail(path: str, body: Any) -> None:
    assert API.post(path, body).status < 500


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for name, inner in below for place in _places(inner, (*path, name)))]


def _replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = _replaced(value[place[0]], place[1:], new)
    return copy


@given(data=st.data())
def test_no_value_in_any_place_makes_it_fail(data: st.DataObject) -> None:
    path, body = data.draw(st.sampled_from(BODIES))
    place = data.draw(st.sampled_from(_places(body)))
    answer = API.post(path, _replaced(body, place, data.draw(SMALL)))
    assert answer.status < 500
    if answer.status >= 400:
        problem(answer)


@given(path=st.text(max_size=30), method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD"]))
def test_no_path_makes_it_fail(path: str, method: str) -> None:
    assert API.send(method, f"/{path}".encode().decode("utf-8", "replace")).status < 500


@given(host=st.text(st.characters(max_codepoint=255), max_size=20))
def test_no_host_makes_it_fail(host: str) -> None:
    answer = API.send("GET", "/", host=host.encode("latin-1").decode("utf-8", "replace"))
    assert answer.status in (200, 421)


# --- Nothing about anybody in what is written


def test_nothing_is_logged(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    subject = {"id": "did:example:subject", "name": "Nadège Kalemie"}
    for path in POSTS:
        API.post(path, {"credential": credential(credentialSubject=subject)})
        API.post(path, {"verifiableCredential": credential(credentialSubject=subject)})
    said = capfd.readouterr()
    assert said.out == said.err == ""
    assert "Kalemie" not in caplog.text
    assert not [
        record for record in caplog.records if record.name.startswith(("apps", "starlette"))
    ]
