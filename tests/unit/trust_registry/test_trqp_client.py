"""What a TRQP server says: read strictly, of a type of its own, and only over HTTPS."""

from __future__ import annotations

import json
import socket
import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from apps.vc_api import make_certificate
from tests.trqp_lab import answered, asked, question, reason_of
from trust_registry.trqp import Query
from trust_registry.trqp_client import UnverifiedAnswer, ask, read_answer

AUTHORIZATION, RECOGNITION = Query


class Handler(BaseHTTPRequestHandler):
    heard: list[tuple[str, dict[str, str], bytes]] = []  # noqa: RUF012 - shared by all requests

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, dict(self.headers), body))
        what = self.path.split("/")[1]
        data = json.dumps(answered(AUTHORIZATION, question())).encode()
        data = {"long": b" " * (LIMITS.trqp_bytes + 1), "other": b"{}"}.get(what, data)
        self.send_response({"refusing": 404, "moved": 307}.get(what, 200))
        self.send_header("Location", "/authorization")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.heard.clear()
    thread = Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def _url(server: ThreadingHTTPServer, path: str = "") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


def test_asking(server: ThreadingHTTPServer) -> None:
    found = ask(_url(server, "/"), AUTHORIZATION, question())
    assert (found.says_yes, found.query, found.question) == (True, AUTHORIZATION, question())
    assert found.time_evaluated == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert not found.heeded_time
    [(path, headers, body)] = Handler.heard
    assert (path, json.loads(body)) == ("/authorization", asked())
    assert headers.pop("Host") == f"127.0.0.1:{server.server_port}"
    assert headers.pop("Content-Length") == str(len(body))
    assert headers == {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "amana",
    }


def test_asking_over_tls(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    pem = make_certificate(now=datetime.now(UTC))
    file = tmp_path / "server.pem"
    file.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}"
    trusting = ssl.create_default_context(cadata=pem.partition(b"-----BEGIN CERT")[2].join(
        (b"-----BEGIN CERT", b"")).decode())  # fmt: skip
    assert ask(url, AUTHORIZATION, question(), context=trusting).says_yes
    assert reason_of(lambda: ask(url, AUTHORIZATION, question())) == Reason.NO_ANSWER.value


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/refusing", Reason.NO_ANSWER),
        ("/moved", Reason.NO_ANSWER),
        ("/long", Reason.TOO_LARGE),
        ("/other", Reason.BAD_TRQP),
    ],
)
def test_what_is_no_answer(server: ThreadingHTTPServer, path: str, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        ask(_url(server, path), AUTHORIZATION, question())
    assert caught.value.reason is reason
    assert len(Handler.heard) == 1  # no redirect is followed


@pytest.mark.parametrize(
    "url",
    [
        "http://registry.example", "ftp://127.0.0.1/", "127.0.0.1", "", "https://",
        "http://127.0.0.1:99999", "http://127.0.0.1:1",
    ],
)  # fmt: skip
def test_where_nobody_is_asked(url: str) -> None:
    """Plain HTTP reaches this machine alone."""
    assert reason_of(lambda: ask(url, AUTHORIZATION, question())) == Reason.NO_ANSWER.value


def test_nobody_is_made_to_knock_at_the_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host may name an address in a private network: it is not called, unless that is wanted."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
    for private, detail in [(False, "private network"), (True, "no connection")]:
        with pytest.raises(InputError, match=detail) as caught:
            ask("https://registry.example", AUTHORIZATION, question(), private=private)
        assert caught.value.reason is Reason.NO_ANSWER


def test_the_ports_of_the_two_schemes(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []

    def noted(_host: str, port: int, *, private: bool) -> list[str]:
        called.append(port)
        return []

    monkeypatch.setattr("trust_registry.trqp_client.addresses_of", noted)
    urls = ("http://localhost/x", "https://localhost/x")
    found = [reason_of(partial(ask, url, AUTHORIZATION, question())) for url in urls]
    assert found == [Reason.NO_ANSWER.value] * 2
    assert called == [80, 443]


def test_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    url = "http://127.0.0.1:1"
    assert reason_of(lambda: ask(url, AUTHORIZATION, question())) == Reason.MISSING_LIBRARY.value


# --- reading


def _said(**changes: Any) -> bytes:
    return json.dumps({**answered(AUTHORIZATION, question()), **changes}).encode()


def test_others_say_more_or_less() -> None:
    whole = {**asked(), "recognized": False, "time_evaluated": "2026-01-01T01:00:00+01:00"}
    found = read_answer(
        json.dumps({**whole, "ttl": 1.5}).encode(), query=RECOGNITION, question=question()
    )
    assert found == UnverifiedAnswer(
        query=RECOGNITION,
        question=question(),
        says_yes=False,
        time_evaluated=datetime(2026, 1, 1, tzinfo=UTC),
        heeded_time=False,
    )


def test_a_time_that_was_heeded() -> None:
    one = question(context={"time": "2026-03-01T00:00:00Z"})
    data = json.dumps(answered(AUTHORIZATION, one)).encode()
    assert read_answer(data, query=AUTHORIZATION, question=one).heeded_time


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_said(entity_id="did:web:other.example"), Reason.BAD_TRQP),
        (_said(authority_id="did:web:other.example"), Reason.BAD_TRQP),
        (_said(action="ask"), Reason.BAD_TRQP),
        (_said(resource="AidVoucher"), Reason.BAD_TRQP),
        (_said(authorized="true"), Reason.BAD_TRQP),
        (_said(authorized=1), Reason.BAD_TRQP),
        (_said(authorized=None), Reason.BAD_TRQP),
        (_said(message=1), Reason.BAD_TRQP),
        (_said(time_evaluated=None), Reason.BAD_TRQP),
        (_said(time_evaluated="yesterday"), Reason.BAD_TRQP),
        (_said(time_requested="2026-03-01T00:00:00Z"), Reason.BAD_TRQP),
        (_said(time_requested=1), Reason.BAD_TRQP),
        (_said()[:-1] + b',"authorized":true}', Reason.DUPLICATE_KEY),
        (b"[]", Reason.BAD_TRQP),
        (b"", Reason.NOT_JSON),
        (b" " * (LIMITS.trqp_bytes + 1), Reason.TOO_LARGE),
    ],
)
def test_what_does_not_answer_the_question(data: bytes, reason: Reason) -> None:
    refused = reason_of(lambda: read_answer(data, query=AUTHORIZATION, question=question()))
    assert refused == reason.value


def test_an_answer_is_no_truth() -> None:
    found = read_answer(_said(), query=AUTHORIZATION, question=question())
    with pytest.raises(TypeError):
        bool(found)
