"""`amana registry serve` and `ask`: one registry, watched; one question, unproved."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.errors import AmanaError, RegistryError
from amana.reasons import Reason
from apps.vc_api import make_certificate
from tests.registry_lab import NOW, Lab
from tests.trqp_lab import AUTHORITY, answered, asked, snapshot
from trust_registry import _trqp_cli
from trust_registry._reloading import Reloading
from trust_registry.snapshot import State
from trust_registry.trqp import Query, Question, authority_of, check_question
from trust_registry.trqp_client import UnverifiedAnswer, ask, read_answer

ROOT = Path(__file__).resolve().parents[3]
ANCHOR = b"the anchor of a circle"


def _free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def _served(words: list[str], port: str, during: Callable[[], object]) -> tuple[int, list[object]]:
    """Run `serve` here, where coverage sees it, with somebody else who asks it and ends it."""
    found: list[object] = []

    def outside() -> None:
        try:
            for _ in range(200):
                with socket.socket() as knocking:
                    if knocking.connect_ex(("127.0.0.1", int(port))) == 0:
                        break
                time.sleep(0.02)
            found.append(during())
        finally:
            signal.raise_signal(signal.SIGTERM)

    thread = threading.Thread(target=outside)
    thread.start()
    status = main(["registry", "serve", "--port", port, *words])
    thread.join()
    return status, found


def test_a_newer_registry_answers_the_next_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """C111; one that is refused is told to whoever runs the server, and the last one stays."""
    lab = Lab(tmp_path)
    lab.begin()
    anchor = tmp_path / "anchor.json"
    anchor.write_bytes(lab.consortium.anchor)
    port = _free_port()
    question = check_question(
        asked(entity_id=lab.relief.did, authority_id=authority_of(lab.consortium.anchor))
    )

    def says() -> tuple[bool, str]:
        found = ask(f"http://127.0.0.1:{port}", Query.AUTHORIZATION, question)
        return found.says_yes, found.message

    def during() -> list[tuple[bool, str]]:
        before = says()
        old = lab.copy("old")
        later = NOW + timedelta(days=1)
        lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="why", now=later)
        lab.publish(now=later)
        after = says()
        timestamp = Path("metadata", "timestamp.json")
        (lab.published / timestamp).write_bytes((old / timestamp).read_bytes())
        return [before, after, says(), says()]

    words = ["--registry", str(lab.published), "--root", str(anchor)]
    status, [found] = _served([*words, "--cache", str(tmp_path / "served")], port, during)
    told = capsys.readouterr()
    about = json.loads(told.out.splitlines()[0])
    assert status == 0
    assert about == {
        "url": f"http://127.0.0.1:{port}",
        "authority_id": authority_of(lab.consortium.anchor),
        "version": 1,
    }
    assert [yes for yes, _ in found] == [True, False, False, False]  # type: ignore[attr-defined]
    assert told.err.count("a newer registry was refused: rollback") == 1


@pytest.fixture
def anchor(tmp_path: Path) -> str:
    file = tmp_path / "anchor.json"
    file.write_bytes(ANCHOR)
    return str(file)


def test_tls_by_files(
    tmp_path: Path, anchor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_trqp_cli, "read_snapshot", lambda _options, now: snapshot())
    pem = make_certificate(now=datetime.now(UTC))
    file = tmp_path / "server.pem"
    file.write_bytes(pem)
    certificate = pem[pem.index(b"-----BEGIN CERT") :].decode()
    trusting = ssl.create_default_context(cadata=certificate)
    port = _free_port()

    def during() -> UnverifiedAnswer:
        url = f"https://127.0.0.1:{port}"
        question = check_question(asked())
        return ask(url, Query.AUTHORIZATION, question, context=trusting)

    tls = ["--tls-certificate", str(file), "--tls-key", str(file)]
    status, [found] = _served(["--root", anchor, *tls, "--json"], port, during)
    assert (status, found.says_yes) == (0, True)  # type: ignore[attr-defined]
    first, last = capsys.readouterr().out.splitlines()
    assert json.loads(first)["url"] == f"https://127.0.0.1:{port}"
    assert json.loads(last) == {"ended": True}


def _refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["registry", *words, "--json"]) == 65
    reason: str = json.loads(capsys.readouterr().out)["reason"]
    return reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], Reason.REGISTRY_MISSING),
        (["--host", "0.0.0.0"], Reason.TLS_NEEDED),  # noqa: S104 - what must be refused
        (["--tls-key", "good.pem"], Reason.TLS_NEEDED),
        (["--tls-certificate", "good.pem"], Reason.TLS_NEEDED),
        (["--tls-certificate", "good.pem", "--tls-key", "no.pem"], Reason.NO_SUCH_FILE),
        (["--tls-certificate", "good.pem", "--tls-key", "bad.pem"], Reason.BAD_KEY_FILE),
        (["--tls-certificate", "good.pem", "--tls-key", "locked.pem"], Reason.BAD_KEY_FILE),
    ],
)
def test_what_is_not_served(
    words: list[str],
    reason: Reason,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A key with a passphrase is refused: nobody is asked for one at the terminal."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    monkeypatch.chdir(tmp_path)
    Path("good.pem").write_bytes(make_certificate(now=datetime.now(UTC)))
    Path("bad.pem").write_text("x")
    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    Path("locked.pem").write_bytes(locked)
    assert _refused(["serve", "--port", "0", *words], capsys) == reason.value


def test_beyond_this_machine_behind_something_that_speaks_https(
    anchor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_trqp_cli, "read_snapshot", lambda _options, now: snapshot())
    listened: list[str] = []

    def listen(host: str, _port: int, _opened: object) -> list[socket.socket]:
        listened.append(host)
        raise RegistryError(Reason.PORT_UNUSABLE)

    monkeypatch.setattr(_trqp_cli, "listen", listen)
    words = ["serve", "--root", anchor, "--host", "192.0.2.1", "--plain", "--port", "0"]
    assert _refused(words, capsys) == Reason.PORT_UNUSABLE.value
    assert listened == ["192.0.2.1"]


def test_a_library_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "trust_registry.trqp_server", None)
    assert _refused(["serve", "--port", "0"], capsys) == Reason.MISSING_LIBRARY.value


@pytest.mark.parametrize("port", ["x", "-1", "65536", "٣", ""])
def test_misuse(port: str) -> None:
    assert main(["registry", "serve", "--port", port]) == 64


def test_only_the_server_waits_for_its_libraries() -> None:
    """FastAPI takes half a second to import: no other command pays for it."""
    code = (
        "import sys, trust_registry.cli\n"
        "late = {'fastapi', 'starlette', 'uvicorn', 'urllib3', 'tuf.ngclient'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


# --- what is watched


def test_what_tells_that_a_registry_changed(tmp_path: Path) -> None:
    """Another file that is published last, or another minute: signatures expire with time."""
    folder, clock = tmp_path / "published", [0.0]
    (folder / "metadata").mkdir(parents=True)
    bundle = tmp_path / "registry.amana"
    bundle.write_text("x")
    newest = folder / "metadata" / "timestamp.json"
    for registry, file in [(folder, newest), (bundle, bundle)]:
        mark = _trqp_cli._mark(registry, seconds=lambda: clock[0])
        marks = [mark()]
        for text in ("1", "22"):
            file.write_text(text)
            assert mark() == mark()
            marks += [mark()]
        clock[0] += 60
        marks += [mark()]
        assert len(set(marks)) == 4
    kept = _trqp_cli._mark(None, seconds=lambda: clock[0])
    before = kept()
    assert kept() == before
    clock[0] += 60
    assert kept() != before


def test_a_refusal_is_tried_again_later_and_told_once() -> None:
    clock, version, told = [0.0], [1], list[str]()
    fails: list[AmanaError | None] = [None]

    def load() -> Any:
        if fails[0] is not None:
            raise fails[0]
        return snapshot(version=version[0])

    live = Reloading(
        load,
        mark=lambda: version[0],
        seconds=lambda: clock[0],
        refused=lambda error: told.append(error.reason.value),
    )
    assert live().version == 1
    version[0], fails[0] = 2, RegistryError(Reason.ROLLBACK)
    assert [live().version, live().version] == [1, 1]
    clock[0] = 5.0
    assert live().version == 1  # tried again, refused again, not told again
    assert told == ["rollback"]
    fails[0] = RegistryError(Reason.REGISTRY_CORRUPT)
    clock[0] = 10.0
    assert live().version == 1
    fails[0] = None
    assert live().version == 1  # not yet
    clock[0] = 15.0
    assert live().version == 2
    assert told == ["rollback", "registry-corrupt"]


def test_the_first_registry_has_to_be_good() -> None:
    def load() -> Any:
        raise RegistryError(Reason.REGISTRY_EXPIRED)

    with pytest.raises(RegistryError):
        Reloading(load, mark=lambda: 1, seconds=lambda: 0.0, refused=lambda _error: None)


# --- asking


@pytest.mark.parametrize("query", Query)
def test_asking_from_a_command(
    query: Query,
    anchor: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever a server says is unproved: exit 20, and it is said."""

    def instead(url: str, wanted: Query, question: Question, *, private: bool) -> UnverifiedAnswer:
        assert (url, wanted, private) == ("https://registry.example", query, True)
        data = json.dumps({**answered(query, question), "message": "a\u202eb\n  c"}).encode()
        return read_answer(data, query=query, question=question)

    monkeypatch.setattr("trust_registry.trqp_client.ask", instead)
    words = ["registry", "ask", "https://registry.example", query.value, "--private"]
    words += ["--entity", "did:web:relief.example", "--action", "issue"]
    words += ["--resource", "PurposeCredential"]
    context = ["--time", "2026-03-01T00:00:00Z", "--tier", "checked", "--jurisdiction", "KE"]
    assert main([*words, "--root", anchor, *context, "--json"]) == 20
    found = json.loads(capsys.readouterr().out)
    assert found["context"] == {
        "time": "2026-03-01T00:00:00Z", "tier": "checked", "jurisdiction": "KE",
    }  # fmt: skip
    assert (found[query.says], found["verified"]) == (query is Query.AUTHORIZATION, False)
    assert (found["message"], found["heeded_time"]) == ("a b c", True)
    assert main([*words, "--authority", AUTHORITY]) == 20
    said = capsys.readouterr().out
    assert (" says yes" in said) is (query is Query.AUTHORIZATION)
    assert "Nobody signed that" in said


def test_a_question_that_is_none_goes_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ask", "https://registry.example", "authorization", "--entity", "a b"]
    words += ["--authority", "x", "--action", "a", "--resource", "r"]
    assert _refused(words, capsys) == Reason.BAD_TRQP.value
