"""The one way into a network: what it takes for an answer, and what it does not."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from tests.amana_samples import refused
from trust_registry import _fetch
from trust_registry._fetch import fetch


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


class Handler(BaseHTTPRequestHandler):
    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - shared by all requests of a test

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        what = self.path.strip("/")
        self.send_response({"missing": 404, "moved": 302, "inside": 302}.get(what, 200))
        if what == "moved":
            self.send_header("Location", "/found")
        body = b"x" * 2_000 if what == "long" else what.encode()
        if what != "endless":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if what == "slow":
            time.sleep(0.6)
        for _ in range(30 if what == "endless" else 0):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            time.sleep(0.05)
        if what == "broken":
            self.wfile.write(body[:2])
            return
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Server:
    def __init__(self, folder: Path, name: str) -> None:
        public, secret = certificate(folder, name)
        served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        served.load_cert_chain(public, secret)
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.socket = served.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        self.context = ssl.create_default_context(cafile=str(public))
        Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def get(self, path: str, **changes: Any) -> bytes:
        given = {"limit": 1_000, "seconds": 5.0, "private": True, "context": self.context}
        return fetch(f"https://localhost:{self.port}/{path}", **{**given, **changes})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("tls"), "localhost")
    yield made
    made.close()


def test_a_file_is_fetched_from_the_host_that_was_named(server: Server) -> None:
    Handler.asked.clear()
    assert server.get("did.json") == b"did.json"
    assert Handler.asked == [("/did.json", f"localhost:{server.port}")]


@pytest.mark.parametrize(
    ("path", "changes", "reason"),
    [
        ("missing", {}, Reason.DID_NOT_FOUND),
        ("moved", {}, Reason.DID_NOT_FOUND),
        ("inside", {}, Reason.DID_NOT_FOUND),
        ("long", {}, Reason.TOO_LARGE),
        ("broken", {}, Reason.DID_NOT_FOUND),
        ("endless", {"seconds": 0.3}, Reason.DID_NOT_FOUND),
        ("slow", {"seconds": 0.2}, Reason.DID_NOT_FOUND),
        ("did.json", {"private": False}, Reason.DID_NOT_FOUND),
        ("did.json", {"context": None}, Reason.DID_NOT_FOUND),
    ],
)
def test_answers_that_are_none(
    server: Server, path: str, changes: dict[str, Any], reason: Reason
) -> None:
    """No redirect is followed, and an unknown authority's certificate is no certificate."""
    began = time.monotonic()
    assert refused(lambda: server.get(path, **changes), error=InputError) is reason
    assert time.monotonic() - began < 3


def test_another_hosts_certificate_is_refused(tmp_path: Path) -> None:
    other = Server(tmp_path, "other.example")
    assert refused(lambda: other.get("did.json"), error=InputError) is Reason.DID_NOT_FOUND
    other.close()


@pytest.mark.parametrize("url", ["http://aid.example/did.json", "https:///did.json", "file:///x"])
def test_only_https_is_asked_for(url: str) -> None:
    assert refused(lambda: fetch(url, 10), error=InputError) is Reason.BAD_DID


def _looked_up(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(*_: object, **__: object) -> list[Any]:
        if not addresses:
            raise socket.gaierror
        return [
            (
                socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, 443),
            )
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",), ("10.1.2.3",), ("169.254.169.254",), ("::1",), ("fe80::1",), ("fd00::1",),
        ("::ffff:127.0.0.1",), ("224.0.0.1",), ("100.64.0.1",), ("1.1.1.1", "192.168.0.1"), (),
    ],
)  # fmt: skip
def test_no_door_into_a_private_network(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    """A name of one public and one private address is refused as a whole."""
    _looked_up(monkeypatch, *addresses)
    monkeypatch.setattr(_fetch, "_get", lambda *_, **__: b"called")
    call = lambda: fetch("https://aid.example/did.json", 10)  # noqa: E731
    assert refused(call, error=InputError) is Reason.DID_NOT_FOUND


def test_what_was_checked_is_what_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time it is asked for does not matter."""
    _looked_up(monkeypatch, "1.1.1.1", "1.1.1.1", "2606:4700::1111")
    called: list[tuple[Any, ...]] = []

    def get(*given: Any, **_: object) -> bytes | None:
        called.append(given)
        return None if len(called) == 1 else b"found"

    monkeypatch.setattr(_fetch, "_get", get)
    assert fetch("https://aid.example/a/did.json", 10) == b"found"
    assert called == [
        (address, 443, "aid.example", "/a/did.json") for address in ("1.1.1.1", "2606:4700::1111")
    ]


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    assert refused(lambda: server.get("x"), error=InputError) is Reason.MISSING_LIBRARY
