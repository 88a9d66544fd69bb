"""`amana registry collect`, `stolen`, `entry` and `key-state`, as people type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.errors import InputError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.registry_lab import NOW, Lab
from trust_registry import _lists_cli, cli
from trust_registry.backdating import issued_path
from trust_registry.stolen import PATH, read_stolen

Run = Callable[..., Any]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    monkeypatch.setattr(_lists_cli, "_now", lambda: NOW)
    monkeypatch.setattr(cli, "_now", lambda: NOW + timedelta(days=9))
    return lab


@pytest.fixture
def run(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        place = () if name == "entry" else ("--dir", lab.consortium.folder)
        status = main(["registry", name, *map(str, (*place, *arguments)), "--json"])
        out = capsys.readouterr().out
        assert status == expect, out
        answer: dict[str, Any] = json.loads(out) if out else {}
        return answer

    return call


def test_lists_come_from_folders_files_and_addresses(
    run: Run, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C87: collected as a routine; what fails is told, and stops nothing else."""
    drop, file = tmp_path / "drop", tmp_path / "one.json"
    drop.mkdir()
    (drop / "status.json").write_bytes(lab.relief.list())
    file.write_bytes(lab.relief.issued(b"one"))
    asked: list[tuple[str, bool]] = []

    def fetch(url: str, _limit: int, *, private: bool) -> bytes:
        asked.append((url, private))
        if url.endswith("gone"):
            raise InputError(Reason.DID_NOT_FOUND, "no answer")
        return lab.relief.issued(b"one", b"two")

    monkeypatch.setattr(_lists_cli, "fetch", fetch)
    places = (drop, file, "https://relief.example/issued/1", "https://x.example/gone")
    sources = [part for place in (*places, tmp_path / "no.json") for part in ("--from", place)]
    answer = run("collect", *sources, "--private")
    assert answer["taken"] == 3
    assert [(one["name"], one["reason"]) for one in answer["refused"]] == [
        ("https://x.example/gone", "did-not-found"),
        (str(tmp_path / "no.json"), "no-such-file"),
    ]
    assert asked == [(place, True) for place in map(str, places) if place.startswith("https")]
    assert (
        main(["registry", "collect", "--dir", str(lab.consortium.folder), *map(str, sources)]) == 0
    )


def test_a_leak_that_was_found_later_is_dated_back(run: Run, lab: Lab, tmp_path: Path) -> None:
    """C87: what counts is what was collected before the leak, not before its discovery."""
    (tmp_path / "one.json").write_bytes(lab.relief.issued(b"one"))
    run("collect", "--from", tmp_path / "one.json")
    place = ("--did", lab.relief.did, "--key", lab.relief.method, "--state", "compromised")
    refused = run("key-state", *place, "--since", "2027-06-01T00:00:00Z", expect=65)
    assert refused["reason"] == "entry-invalid"
    run("key-state", *place, "--since", "2026-11-22T13:00:00Z")
    entry = lab.consortium.entries[lab.relief.did]
    assert entry.keys[lab.relief.method].history[-1].since == NOW + timedelta(hours=1)
    assert (lab.consortium.folder / issued_path(lab.relief.method, lab.relief.did)).exists()
    assert entry.issued


def test_stolen_stations_are_staged(run: Run, lab: Lab) -> None:
    """C61: wallets and stations learn of a theft with the next version."""
    assert run("stolen", "--serial", "abcdefgh23")["stolen"] == ["ABCDEFGH23"]
    again = run("stolen", "--serial", "ZZZZZZZZ77", "--serial", "ABCDEFGH23")
    assert again["stolen"] == ["ABCDEFGH23", "ZZZZZZZZ77"]
    assert run("stolen", "--serial", "oops", expect=65)["reason"] == "bad-stolen-list"
    assert len(read_stolen((lab.consortium.folder / PATH).read_bytes())) == 2
    lab.publish()
    assert lab.load().stolen == {"ABCDEFGH23", "ZZZZZZZZ77"}


def test_an_entry_names_places_tiers_and_whom_to_complain_to(
    run: Run, lab: Lab, tmp_path: Path
) -> None:
    """C2, C66: what a verifier may ask, where, and who hears of it if it asks more."""
    focal, key = SecretKey.generate(lab.random).public, lab.relief.key.public.multikey
    (tmp_path / "dossier.txt").write_text("what was looked at")
    words = (
        "--did", lab.relief.did, "--name", "en=Relief", "--key", f"key-1={key}",
        "--action", "ask:PurposeCredential:food", "--action", "ask:PurposeCredential:cash",
        "--registrar", "the members", "--appeals", "appeals@circle.example",
        "--dossier", tmp_path / "dossier.txt", "--out", tmp_path / "entry.json",
        "--jurisdiction", "KE", "--jurisdiction", "UG-304",
        "--tier", "checked=PurposeCredential:cash", "--tier", "checked=PurposeCredential:food",
        "--tier", "registered=PurposeCredential:food", "--focal-point", focal.multikey,
    )  # fmt: skip
    entry = run("entry", *words)["entry"]
    assert entry["jurisdictions"] == ["KE", "UG-304"]
    assert entry["tiers"] == {
        "PurposeCredential:cash": ["checked"],
        "PurposeCredential:food": ["checked", "registered"],
    }
    assert entry["focalPoint"] == focal.multikey
    refused = run("entry", *words, "--tier", "checked=PurposeCredential:health", expect=65)
    assert refused["reason"] == "entry-invalid"
    run("entry", *words, "--tier", "nonsense", expect=64)


def test_the_clock_is_read_to_the_second() -> None:
    assert _lists_cli._now().microsecond == 0
