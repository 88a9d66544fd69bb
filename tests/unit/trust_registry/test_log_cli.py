"""`amana registry log`, as people type it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from tests.log_lab import KEY, ORIGIN, LogLab, leaf, leaves
from tests.registry_lab import Lab
from trust_registry.inclusion import check_inclusion

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object, expect: int = 0, key: str | None = KEY.text) -> dict[str, Any]:
        given = ["registry", "log", *map(str, arguments), *(["--key", key] if key else [])]
        capsys.readouterr()
        assert main(given) == expect
        told = capsys.readouterr()
        assert main([*given, "--json"]) == expect
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return {**answer, "told": told.out + told.err}

    return call


def write(folder: Path, lab: LogLab) -> Path:
    for name, data in lab.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def note(folder: Path, lab: LogLab) -> Path:
    folder.write_bytes(lab.note)
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    lab = LogLab()
    lab.add(*leaves(0, 10))
    note(tmp_path / "ten", lab)
    lab.add(*leaves(10, 25))
    return write(tmp_path / "log", lab)


def test_show_tells_the_decisions_and_what_to_read_to_one_another(run: Run, log: Path) -> None:
    """C51: the decisions of the consortium can be looked through by anybody."""
    found = run("show", log)
    assert (found["origin"], found["size"]) == (ORIGIN, 25)
    assert [one["decision"] for one in found["leaves"]] == [one.decision for one in leaves(0, 25)]
    assert found["leaves"][3] == {
        "decision": leaf(3).decision,
        "kind": "accredited",
        "version": 4,
        "instant": "2026-01-01T03:00:00Z",
    }
    assert all(row in found["told"] for row in found["fingerprint"].split("\n"))
    assert "(and 5 before)" in found["told"]
    assert leaf(24).decision in found["told"]
    assert leaf(4).decision not in found["told"]


def test_verify_goes_through_all_of_it(run: Run, log: Path) -> None:
    assert run("verify", log)["size"] == 25
    tile = log / "tile/entries/000.p/25"
    tile.write_bytes(tile.read_bytes().replace(b"accredited", b"accreditee", 1))
    refused = run("verify", log, expect=65)
    assert refused["reason"] == "log-corrupt"
    assert refused["where"] == {"file": "tile/entries/000.p/25", "role": "log"}


def test_a_proof_is_written_and_checked(run: Run, log: Path, tmp_path: Path) -> None:
    out, document = tmp_path / "decision.tlog-proof", tmp_path / "decision.json"
    document.write_bytes(b"decision 7")
    found = run("prove", log, "--decision", document, "--out", out)
    assert found["index"] == 7
    assert found["leaves"] == 1
    assert check_inclusion(out.read_bytes(), key=KEY).leaf == leaf(7)
    assert run("prove", log, "--decision", leaf(7).decision, "--out", out)["index"] == 7
    checked = run("verify", out, "--decision", document)
    assert (checked["index"], checked["leaf"]["kind"]) == (7, "accredited")
    assert run("verify", out)["index"] == 7
    document.write_bytes(b"decision 8")
    assert run("verify", out, "--decision", document, expect=65)["reason"] == "not-in-log"
    document.write_bytes(b"never decided")
    refused = run("prove", log, "--decision", document, "--out", out, expect=65)
    assert refused["reason"] == "not-in-log"
    misused = run("verify", log, "--decision", document, expect=65)
    assert misused["reason"] == "bad-log"


def test_two_devices_compare_what_they_hold(run: Run, log: Path, tmp_path: Path) -> None:
    """C51: same, older, newer, unknown, or a fork; whichever is named first."""
    ten = tmp_path / "ten"
    same = run("compare", log, log / "checkpoint")
    assert (same["same"], same["consistent"], same["newer"]) == (True, True, "neither")
    grown = run("compare", ten, log, "--log", log)
    assert (grown["same"], grown["consistent"], grown["newer"]) == (False, True, "other")
    assert run("compare", log, ten, "--log", log)["newer"] == "one"
    unknown = run("compare", ten, log, expect=20)
    assert (unknown["same"], unknown["consistent"], unknown["newer"]) == (False, None, "other")
    fork = LogLab()
    fork.add(*leaves(1, 11))
    forked = run("compare", ten, note(tmp_path / "fork", fork), expect=65)
    assert forked["reason"] == "log-forked"
    forked = run("compare", tmp_path / "fork", log, "--log", log, expect=65)
    assert forked["reason"] == "log-forked"


def test_the_key_may_lie_in_a_file(run: Run, log: Path, tmp_path: Path) -> None:
    file = tmp_path / "log.vkey"
    file.write_text(f"{KEY.text}\n")
    assert run("verify", log, key=str(file))["size"] == 25
    file.write_bytes(b"\xff")
    assert run("verify", log, key=str(file), expect=65)["reason"] == "bad-key"
    missing = run("verify", log, key=str(tmp_path / "none"), expect=65)
    assert missing["reason"] == "no-such-file"


def test_the_key_may_be_the_one_that_members_signed(run: Run, tmp_path: Path) -> None:
    """C112: whose log it is, k of n members say, and not the folder that the log came in."""
    lab = Lab(tmp_path)
    lab.begin()
    published, cache = lab.published, tmp_path / "cache"
    known = ["--registry", published, "--root", lab.folder / "circle/trust-anchor.json"]
    found = run("verify", published / "log", *known, "--cache", cache, key=None)
    assert found["origin"].startswith("amana.example/log/")
    remembered = run("show", published / "log", *known[2:], "--cache", cache, key=None)
    assert remembered["root"] == found["root"]
    assert run("show", published / "log", key=None, expect=65)["reason"] == "bad-key"
