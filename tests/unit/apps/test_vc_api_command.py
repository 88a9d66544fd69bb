"""`amana vc-api` as a command: misuse, one line, TLS, and a clean end."""

from __future__ import annotations

import json
import signal
import socket
import sys
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from amana.cli import main
from amana.reasons import Reason
from apps import vc_api
from tests.vc_api_caller import NOW, credential
from tests.vc_api_server import running


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--port"],
        ["--port", "x"],
        ["--port", "-1"],
        ["--port", "65536"],
        ["--port", "٣"],
        ["--port", "0", "--host", "0.0.0.0"],  # noqa: S104 - what must be refused
        ["--port", "0", "--host", "::"],
        ["--port", "0", "--host", "amana.example"],
        ["--port", "0", "--key", "key.json"],
        ["--port", "0", "--register", "register.db"],
        ["--port", "0", "x"],
    ],
)
def test_misuse(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["vc-api", *arguments]) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: amana")


def test_a_port_that_somebody_else_has(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["vc-api", "--port", str(port), "--json"]) == 65
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.PORT_UNUSABLE.value


def test_a_library_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "apps._vc_http", None)
    assert main(["vc-api", "--port", "0", "--json"]) == 65
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.MISSING_LIBRARY.value


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("arguments", [["--tls"], []])
def test_a_run(arguments: list[str], number: signal.Signals) -> None:
    """It says where it is, answers, logs nothing about anybody, and ends with 0."""
    before = set(Path(tempfile.gettempdir()).glob("amana-vc-api-*"))
    subject = {"id": "did:example:subject", "name": "Nadège Kalemie"}
    with running(*arguments) as server:
        assert server.about["url"].startswith("https:" if arguments else "http:")
        assert server.send("GET", "/") == (200, server.about)
        body = {"credential": credential(credentialSubject=subject)}
        status, answer = server.send("POST", "/credentials/issue", body)
        assert (status, answer["verifiableCredential"]["issuer"]) == (201, server.did)
        assert server.send("POST", "/credentials/verify", answer)[0] == 200
        assert server.send("POST", "/credentials/verify", body)[0] == 400
        list_path = server.about["statusLists"].removeprefix(server.about["url"])
        assert server.send("GET", list_path)[1]["id"] == server.about["statusLists"]
        assert set(Path(tempfile.gettempdir()).glob("amana-vc-api-*")) <= before
        ended = server.end(number)
    assert ended == (0, "ended\n", "")


def test_localhost_is_both_families() -> None:
    with running("--host", "localhost") as server:
        port = server.address[1]
        for host in ("127.0.0.1", "::1"):
            with socket.create_connection((host, port), timeout=10):
                pass
        assert server.end().exit == 0


def test_one_family_alone() -> None:
    with running("--host", "127.0.0.1") as server:
        assert server.about["url"].startswith("http://127.0.0.1:")
        assert server.send("GET", "/")[0] == 200
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("::1", server.address[1]), timeout=10)


def test_the_certificate_is_for_this_machine_and_for_a_while() -> None:
    pem = vc_api.make_certificate(now=NOW)
    assert pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    found = x509.load_pem_x509_certificate(pem)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(name) for name in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert found.not_valid_before_utc < NOW < found.not_valid_after_utc
    assert found.not_valid_after_utc - NOW < timedelta(days=3)
    assert vc_api.make_certificate(now=NOW) != pem


# The same once more in this process, where coverage sees it.


def test_in_this_process(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    threading.Timer(1.0, signal.raise_signal, [signal.SIGTERM]).start()
    assert main(["vc-api", "--port", "0", "--tls", "--host", "::1", "--json"]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert json.loads(first)["url"].startswith("https://[::1]:")
    assert json.loads(last) == {"ended": True}
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_key_of_the_certificate_is_on_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    unlink = Path.unlink

    def noted(path: Path, **named: Any) -> None:
        written.append((path.stat().st_mode & 0o777, path.read_bytes()[:27]))
        unlink(path, **named)

    monkeypatch.setattr(Path, "unlink", noted)
    vc_api._context()
    assert written == [(0o600, b"-----BEGIN PRIVATE KEY-----")]


def test_the_clock_is_the_machines() -> None:
    with running() as server:
        issued = server.send("POST", "/credentials/issue", {"credential": credential()})[1]
        created = issued["verifiableCredential"]["proof"]["created"]
        age = datetime.now(UTC) - datetime.fromisoformat(created)
        assert timedelta(seconds=-2) < age < timedelta(minutes=2)
