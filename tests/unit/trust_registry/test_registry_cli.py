"""`amana registry`, as people type it."""

import functools
import json
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana import sealed
from amana.cli import main
from amana.keys import SecretKey
from amana.sealed import open_key_file, seal_key_file
from tests.deterministic import randomness
from tests.registry_lab import CHEAP, Issuer
from tests.vetting_lab import accredit, agree, governance_answers, put
from trust_registry.consortium import Consortium
from trust_registry.snapshot import State

Run = Any


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = functools.partial(sealed.Cost, memory=CHEAP.memory, passes=CHEAP.passes)
    monkeypatch.setattr(sealed, "Cost", cheap)
    monkeypatch.setenv("AMANA_PASSPHRASE", "nobody's")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object, expect: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        status = main(["registry", *map(str, arguments), "--json"])
        out = capsys.readouterr().out
        assert status == expect, out
        answer: dict[str, Any] = json.loads(out) if out else {}
        return answer

    return call


@pytest.fixture
def relief() -> Issuer:
    key = SecretKey.generate(randomness("registry cli"))
    return Issuer("did:web:relief.example", key, "https://relief.example")


@pytest.fixture
def circle(run: Run, tmp_path: Path, relief: Issuer) -> Path:
    folder = tmp_path / "circle"
    founded = run("init", "--out", folder, "--name", "The circle", "--demo", "--bin-bits", 1)
    assert (founded["threshold"], founded["members"]) == (2, ["member-1", "member-2", "member-3"])
    (tmp_path / "dossier.txt").write_text("what was looked at")
    key_file = tmp_path / "relief.key"
    key_file.write_bytes(
        seal_key_file(relief.key, b"x", randomness=randomness("file"), demo=True, cost=CHEAP)
    )
    written = run(
        "entry", "--did", relief.did, "--name", "en=Relief", "--name", "ar=إغاثة",
        "--key", f"key-1={key_file}", "--action", "issue:PurposeCredential",
        "--registrar", "the members", "--appeals", "appeals@circle.example",
        "--dossier", tmp_path / "dossier.txt", "--out", tmp_path / "entry.json",
    )  # fmt: skip
    assert written["entry"]["demo"] is True
    keys = [open_key_file(path.read_bytes(), b"nobody's") for path in folder.glob("members/*.key")]
    put(folder / "governance.json", governance_answers())
    made = replace(Consortium.open(folder), founders=tuple(keys))
    put(tmp_path / "entry.json", accredit(made, written["entry"]))
    assert run("add", "--dir", folder, "--entry", tmp_path / "entry.json")["state"] == "granted"
    return folder


def members(folder: Path, *numbers: int) -> list[str]:
    return [part for n in numbers for part in ("--member", str(folder / f"members/member-{n}.key"))]


def show(run: Run, folder: Path, *more: object, expect: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = run(
        "show", folder / "published", "--root", folder / "trust-anchor.json", *more, expect=expect
    )
    return answer


def test_from_founding_to_a_verified_registry(
    run: Run, circle: Path, tmp_path: Path, relief: Issuer
) -> None:
    """C110, C112: members decide together, and anybody can check it offline."""
    (tmp_path / "list.json").write_bytes(relief.list((3, 4), valid_from=today()))
    assert run("status", "--dir", circle, "--list", tmp_path / "list.json")["set"] == 2
    changes = run("check", "--dir", circle)["changes"]
    assert sorted(changes.values()) == ["new", "new"]
    one = run("publish", "--dir", circle, *members(circle, 1), expect=65)
    assert one["reason"] == "below-threshold"
    assert run("publish", "--dir", circle, *members(circle, 1, 3))["version"] == 1
    assert run("check", "--dir", circle) == {"published": 1, "entries": 1, "changes": {}}
    shown = show(run, circle)
    assert (shown["version"], shown["demo"], shown["age_days"]) == (1, True, 0)
    (entry,) = shown["entries"]
    assert entry["actions"] == ["issue:PurposeCredential"]
    assert entry["keys"] == {relief.method: "granted"}
    (one_list,) = shown["status_lists"]
    assert (one_list["url"], one_list["set"]) == (relief.url, 2)


def today() -> datetime:
    return datetime.now(UTC)


def test_changes_of_status_are_staged_with_a_reason(
    run: Run, circle: Path, relief: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C79: no arbitrary cancellation."""
    place = ("--dir", circle, "--did", relief.did)
    assert run("suspend", *place, expect=65)["reason"] == "reason-required"
    refused = run("reinstate", *place, "--reason", "x", expect=65)
    assert refused["reason"] == "entry-invalid"
    run("publish", "--dir", circle, *members(circle, 1, 2))
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr("trust_registry.cli._now", lambda: tomorrow.replace(microsecond=0))
    assert run("suspend", *place, "--reason", "audit")["state"] == "suspended"
    retired = run("key-state", *place, "--key", relief.method, "--state", "compromised")
    assert retired["keys"] == {relief.method: "compromised"}
    alone = run("publish", "--dir", circle, *members(circle, 2, 3), expect=65)
    assert alone["reason"] == "not-accredited"
    keys = [open_key_file(path.read_bytes(), b"nobody's") for path in circle.glob("members/*.key")]
    made = replace(Consortium.open(circle), founders=tuple(keys))
    staged = tomorrow.replace(microsecond=0)
    agree(made, relief.did, State.SUSPENDED, reason="audit", now=staged)
    run("publish", "--dir", circle, *members(circle, 2, 3))
    assert show(run, circle)["entries"][0]["state"] == "suspended"


def test_status_lists_alone_need_no_member(
    run: Run, circle: Path, tmp_path: Path, relief: Issuer
) -> None:
    run("publish", "--dir", circle, *members(circle, 1, 2))
    (tmp_path / "list.json").write_bytes(relief.list((3,), valid_from=today()))
    run("status", "--dir", circle, "--list", tmp_path / "list.json")
    assert run("publish", "--dir", circle, "--status-only")["status_only"] is True
    shown = show(run, circle)
    assert shown["version"] == 1
    assert [one["set"] for one in shown["status_lists"]] == [1]


def test_show_remembers_when_told_to(run: Run, circle: Path, tmp_path: Path) -> None:
    cache = ("--cache", tmp_path / "cache")
    run("publish", "--dir", circle, *members(circle, 1, 2))
    shutil.copytree(circle / "published", tmp_path / "old")
    run("publish", "--dir", circle, *members(circle, 1, 2))
    show(run, circle, *cache)
    again = run("show", tmp_path / "old", "--root", circle / "trust-anchor.json", *cache, expect=65)
    assert again["reason"] == "rollback"
    assert again["where"] == {"file": "metadata/timestamp.json", "role": "timestamp"}


def test_people_read_sentences(
    run: Run, circle: Path, relief: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["registry", "check", "--dir", str(circle)]) == 0
    assert capsys.readouterr().out.startswith("new: entries/")
    run("publish", "--dir", circle, *members(circle, 1, 2))
    arguments = ["show", str(circle / "published"), "--root", str(circle / "trust-anchor.json")]
    assert main(["registry", *arguments]) == 0
    out = capsys.readouterr().out
    assert "إغاثة / Relief" in out
    assert relief.did in out
    assert "demo" in out
    assert main(["registry", "check", "--dir", str(circle)]) == 0
    assert "nothing differs from version 1" in capsys.readouterr().out


def test_real_members_each_have_a_passphrase_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.delenv("AMANA_PASSPHRASE")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return next((p for p in reversed(asked) if p != "Once more: "), "")

    monkeypatch.setattr("getpass.getpass", typed)
    folder = tmp_path / "real"
    assert run("init", "--out", folder, "--name", "Real")["demo"] is False
    assert [prompt for prompt in asked if prompt != "Once more: "] == [
        "Passphrase of the automated keys: ",
        "Passphrase of member-1: ",
        "Passphrase of member-2: ",
        "Passphrase of member-3: ",
    ]
    wrong = run("publish", "--dir", folder, *members(folder, 1, 2), expect=65)
    assert wrong["reason"] == "wrong-passphrase"
    assert wrong["where"]["file"].endswith("member-1.key")


def test_a_public_key_in_words_and_bad_pairs(run: Run, tmp_path: Path, relief: Issuer) -> None:
    (tmp_path / "dossier.txt").write_text("what was looked at")
    given = [
        "entry", "--did", relief.did, "--name", "en=Relief", "--registrar", "the members",
        "--appeals", "a@circle.example", "--dossier", tmp_path / "dossier.txt",
        "--out", tmp_path / "entry.json",
    ]  # fmt: skip
    public = relief.key.public.multikey
    written = run(*given, "--key", f"key-1={public}", "--relationship", "authentication")
    assert "demo" not in written["entry"]
    assert written["entry"]["keys"][0]["relationships"] == ["authentication"]
    run(*given, "--key", public, expect=64)
    run(*given, expect=64)
    missing = run(*given, "--key", "key-1=no-such.key", expect=65)
    assert missing["reason"] == "no-such-file"


def test_a_did_document_is_pinned_with_its_assertion_keys(
    run: Run, tmp_path: Path, relief: Issuer
) -> None:
    (tmp_path / "dossier.txt").write_text("what was looked at")
    public = relief.key.public.multikey
    method = {
        "id": f"{relief.did}#key-7",
        "type": "Multikey",
        "controller": relief.did,
        "publicKeyMultibase": public,
    }
    document = {"id": relief.did, "verificationMethod": [method], "assertionMethod": ["#key-7"]}
    did_json = tmp_path / "did.json"
    did_json.write_text(json.dumps(document))
    given = [
        "entry", "--did", relief.did, "--name", "en=Relief", "--registrar", "the members",
        "--appeals", "a@circle.example", "--dossier", tmp_path / "dossier.txt",
        "--out", tmp_path / "entry.json", "--did-document", did_json,
    ]  # fmt: skip
    (pinned,) = run(*given)["entry"]["keys"]
    assert (pinned["id"], pinned["publicKeyMultibase"]) == (f"{relief.did}#key-7", public)
    run(*given, "--key", f"key-1={public}", expect=64)
    did_json.write_text(json.dumps({**document, "id": "did:web:other.example"}))
    assert run(*given, expect=65)["reason"] == "bad-did"
