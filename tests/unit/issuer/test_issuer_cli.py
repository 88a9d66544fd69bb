"""`amana issuer`: the whole way of a file of registrations, by commands alone."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.keys import PublicKey, SecretKey
from amana.multibase import encode_base64url
from amana.schema import check_schema
from amana.sealed import Cost
from amana.status import read_status_list
from issuer import cli
from issuer.office import create_office
from tests.issuing_lab import DID, TODAY, read_lines, wallet_keys
from trust_registry.issued import digest_of, issuer_signed_form

CHEAP = Cost(memory=8192 * 1024, passes=1)
PASS = b"correct horse"
REAL_TODAY = cli.today
CSV = b"""case,people,kids,phone number
4711-A,4,2,+000 555 0001
4711-B,many,1,+000 555 0002
4711-C,2,0,+000 555 0003
"""
MAPPING = {
    "rows": "household",
    "columns": {
        "case": {"field": "household"},
        "people": {"field": "householdSize"},
        "kids": {"field": "children"},
        "phone number": {"drop": "contact"},
    },
}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_PASSPHRASE", PASS.decode())
    monkeypatch.setattr(cli, "today", lambda: TODAY)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    create_office(
        folder, did=DID, passphrase=PASS, randomness=os.urandom, demo=True, cost=CHEAP
    ).register.close()
    (tmp_path / "people.csv").write_bytes(CSV)
    (tmp_path / "mapping.json").write_text(json.dumps(MAPPING))
    return folder


class Shell:
    """Runs commands and reads their one JSON object."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def text(self, name: str, *words: object, status: int = 0) -> str:
        arguments = ["issuer", name, "--dir", str(self.folder), *map(str, words)]
        found = main(arguments)
        captured = self._capsys.readouterr()
        assert found == status, captured.err
        return captured.out

    def __call__(self, name: str, *words: object, status: int = 0) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.text(name, *words, "--json", status=status))
        return answer

    def intake(self) -> list[str]:
        home = self.folder.parent
        answer = self("intake", home / "people.csv", "--mapping", home / "mapping.json")
        rows: list[str] = answer["rows"]
        return rows

    def reason(self, name: str, *words: object) -> str:
        return str(self(name, *words, status=65)["reason"])


@pytest.fixture
def shell(office: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(office, capsys)


def keys_file(folder: Path, count: int) -> Path:
    path = folder / "holders.json"
    holders = {"amana": "holder-keys", "version": 1, "holders": wallet_keys(count)}
    path.write_text(json.dumps(holders))
    return path


def test_init_makes_a_folder_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell(tmp_path / "new", capsys)
    made = shell("init", "--did", DID, "--demo")
    assert made == {
        "id": DID,
        "verificationMethod": f"{DID}#key-1",
        "statusBase": "https://aid.example",
        "demo": True,
        "purposes": ["food-assistance", "health-visit"],
    }
    assert shell.reason("init", "--did", DID) == "would-overwrite"


def test_intake_makes_offers_and_says_what_stayed_out(shell: Shell) -> None:
    """C29, C30, C62: offers only; a bad cell is placed; no value of the file is repeated."""
    home = shell.folder.parent
    report = home / "report.json"
    answer = shell(
        "intake",
        home / "people.csv",
        "--mapping",
        home / "mapping.json",
        "--report",
        report,
    )
    assert (answer["households"], answer["offers"], answer["new_offers"]) == (3, 3, 3)
    assert len(answer["rows"]) == 3
    assert {"column": "phone number", "reason": "contact", "values": 3} in answer["dropped"]
    assert [(error["row"], error["column"], error["reason"]) for error in answer["errors"]] == [
        (3, "people", "bad-cell")
    ]
    written = report.read_text()
    assert json.loads(written) == {k: v for k, v in answer.items() if k != "rows"}
    for secret in ("4711", "555", "many"):
        assert secret not in written
    assert report.stat().st_mode & 0o777 == 0o600
    again = shell("intake", home / "people.csv", "--mapping", home / "mapping.json")
    assert again["new_offers"] == 0
    assert again["rows"] == answer["rows"]
    counts = shell("show")["counts"]
    assert [(c["state"], c["rows"]) for c in counts] == [("offered", 3)]


def test_intake_speaks_to_people_too(shell: Shell) -> None:
    home = shell.folder.parent
    lines = ["case,people,kids,phone number", *(f"c{n},many,1,x" for n in range(25))]
    (home / "people.csv").write_text("\n".join(lines) + "\n")
    said = shell.text("intake", home / "people.csv", "--mapping", home / "mapping.json")
    assert "25 offers" in said
    assert "contact: 25" in said
    assert "row 2, column people: bad-cell" in said
    assert "5 more" in said


def test_intake_of_what_is_no_workbook(shell: Shell) -> None:
    home = shell.folder.parent
    assert shell.reason("intake", home / "people.csv") == "not-a-workbook"
    assert shell.reason("intake", home / "nothing.xlsx") == "no-such-file"
    assert shell("show")["counts"] == []
    assert "empty" in shell.text("show")


def test_intake_under_other_purposes_keeps_them(shell: Shell) -> None:
    home = shell.folder.parent
    purposes = json.loads((shell.folder / "purposes.json").read_bytes())
    purposes["purposes"] = purposes["purposes"][:1]
    purposes["purposes"][0]["claims"] = []
    (home / "fewer.json").write_text(json.dumps(purposes))
    answer = shell(
        "intake",
        home / "people.csv",
        "--mapping",
        home / "mapping.json",
        "--purposes",
        home / "fewer.json",
    )
    assert shell("show", answer["rows"][0])["claims"] == {}
    assert json.loads((shell.folder / "purposes.json").read_bytes()) == purposes


def test_the_whole_way(shell: Shell) -> None:
    """C3, C9, C79, C105: accept by phone and on paper, refuse, issue, revoke, publish, replace."""
    home = shell.folder.parent
    phone, paper, refused = shell.intake()
    holders = keys_file(home, 3)
    accepted = shell("accept", phone, "--consent", "tick", "--holder-keys", holders)
    assert accepted == {"accepted": 1}
    shell("accept", paper, "--consent", "witness", "--paper")
    assert shell("refuse", refused) == {"nameless": 1}
    out = home / "cards.jsonl"
    issued = shell("issue", "--out", out)
    assert issued == {"rows": 3, "copies": 5, "resumed": 0, "skipped": [], "out": str(out)}
    documents = read_lines(out)
    used = {d["credentialSubject"]["id"] for d in documents}
    assert used >= set(json.loads(holders.read_text())["holders"])

    about = shell("show", phone)
    assert about["state"] == "issued"
    assert about["claims"] == {"householdSize": 4, "children": 2}
    assert about["consent"]["kind"] == "tick"
    assert [copy["revoked"] for copy in about["issued"]] == [False] * 3
    assert "claims" not in shell("show", refused)

    first = about["issued"][0]
    two = ("--officer", "one", "--officer", "two")
    copy = f"{first['list']}:{first['index']}"
    why = ("--reason", "screen was shared", "--cause", "misuse")
    assert shell("revoke", phone, *why, *two, "--copy", copy) == {"revoked": 1}
    shell("revoke", phone, *why, *two)
    new = shell("revoke", paper, "--reason", "lost", *two, "--replace")["new_row"]
    assert shell("show", new)["state"] == "nameless"

    assert shell("status", "--out", home / "status") == {"lists": [1]}
    key = json.loads((shell.folder / "issuer.json").read_bytes())["publicKeyMultibase"]
    found = read_status_list(
        (home / "status" / "1.json").read_bytes(),
        url="https://aid.example/status/1",
        key=PublicKey.from_multikey(key),
    )
    revoked = {
        int(d["credentialStatus"]["statusListIndex"])
        for d in documents
        if found.is_set(int(d["credentialStatus"]["statusListIndex"]))
    }
    assert len(revoked) == 4
    assert shell("issue", "--out", home / "new.jsonl")["copies"] == 1


def test_what_people_read(shell: Shell) -> None:
    home = shell.folder.parent
    phone, *others = shell.intake()
    assert "1 accepted" in shell.text("accept", phone, "--consent", "tick", "--paper")
    assert "2 without consent" in shell.text("refuse", "--unanswered")
    assert "3 copies for 3 rows" in shell.text("issue", "--out", home / "cards.jsonl")
    assert "nothing was issued" in shell.text("issue", "--out", home / "more.jsonl")
    assert "food-assistance: 2 issued, nameless" in shell.text("show")
    assert f"row: {others[0]}" in shell.text("show", others[0])
    two = ("--officer", "one", "--officer", "two", "--reason", "mistake of ours")
    assert "1 copies revoked" in shell.text("revoke", phone, *two)
    assert "stand-in is due" in shell.text("revoke", others[0], *two, "--replace")
    assert "1 status lists" in shell.text("status", "--out", home / "status")
    assert "0 rows erased" in shell.text("expire")


def test_rows_that_can_not_be_issued_are_named_with_the_reason(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C64: and the status says done: everything that could be issued was."""
    home = shell.folder.parent
    row_ids = shell.intake()
    shell("accept", "--all", "--consent", "tick", "--paper")
    monkeypatch.setattr(cli, "today", lambda: date(2028, 1, 1))
    issued = shell("issue", "--out", home / "cards.jsonl")
    assert (issued["rows"], issued["out"]) == (0, None)
    assert {skipped["row"] for skipped in issued["skipped"]} == set(row_ids)
    assert {skipped["reason"] for skipped in issued["skipped"]} == {"retention-passed"}
    assert f"{row_ids[0]}: not issued" in shell.text("issue", "--out", home / "cards.jsonl")
    assert shell("expire") == {"expired": 3}
    assert [count["state"] for count in shell("show")["counts"]] == ["expired"]


def test_a_run_that_was_cut_short_is_said_to_be(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.intake()
    shell("accept", "--all", "--consent", "tick", "--paper")
    out = shell.folder.parent / "cards.jsonl"
    with monkeypatch.context() as broken:
        broken.setattr("issuer._run.Run.finish", lambda _: 1 / 0)
        shell.text("issue", "--out", out, status=70)
    assert "3 of the rows were committed" in shell.text("issue", "--out", out)


def test_a_progress_bar_on_a_terminal_only(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shell.intake()
    shell("accept", "--all", "--consent", "tick", "--paper")
    terminal = Terminal()
    with monkeypatch.context() as tty:
        tty.setattr("sys.stderr", terminal)
        shell("issue", "--out", shell.folder.parent / "cards.jsonl")
    assert terminal.getvalue() == f"\r[{'#' * 30}] 3/3\n"


def test_keys_for_several_rows_come_from_one_file(shell: Shell) -> None:
    first, second, third = shell.intake()
    home = shell.folder.parent
    six = ("--consent", "voice", "--holder-keys", keys_file(home, 6))
    assert shell.reason("accept", first, second, third, *six) == "bad-holder-keys"
    assert shell("accept", first, second, *six) == {"accepted": 2}


def test_only_a_demo_answers_for_everybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """C53: in earnest, people answer one by one."""
    folder = tmp_path / "office"
    create_office(
        folder, did=DID, passphrase=PASS, randomness=os.urandom, cost=CHEAP
    ).register.close()
    shell = Shell(folder, capsys)
    assert shell.reason("accept", "--all", "--consent", "tick", "--paper") == "consent-missing"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["accept", "nobody", "--consent", "tick", "--paper"], "no-such-row"),
        (["accept", "ROW", "--consent", "tick", "--paper", "--notice", "v0"], "consent-missing"),
        (["accept", "ROW", "--consent", "tick", "--holder-keys", "gone.json"], "no-such-file"),
        (["revoke", "ROW", "--officer", "a", "--officer", "b"], "reason-required"),
        (["revoke", "ROW", "--reason", "x", "--officer", "a"], "two-officers-needed"),
        (["revoke", "ROW", "--reason", "x", "--officer", "a", "--officer", "b"], "wrong-state"),
        (
            ["revoke", "ROW", "--reason", "x", "--officer", "a", "--officer", "b", "--copy", "1:x"],
            "wrong-state",
        ),
        (["show", "nobody"], "no-such-row"),
    ],
)
def test_what_is_refused_has_its_reason(shell: Shell, words: Sequence[str], reason: str) -> None:
    row_id = shell.intake()[0]
    name, *rest = [row_id if word == "ROW" else word for word in words]
    assert shell.reason(name, *rest) == reason


@pytest.mark.parametrize(
    "words",
    [
        ["accept"],
        ["accept", "x", "--consent", "tick"],
        ["accept", "x", "--consent", "nod", "--paper"],
        ["accept", "x", "--consent", "tick", "--paper", "--holder-keys", "x"],
        ["issue"],
        ["revoke", "x", "--cause", "whim"],
    ],
)
def test_misuse_is_neither_a_verdict_nor_a_crash(shell: Shell, words: Sequence[str]) -> None:
    shell.text(*words, status=64)


def test_a_wrong_passphrase_opens_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_PASSPHRASE", "wrong")
    assert shell.reason("show") == "wrong-passphrase"


def test_the_day_is_all_that_the_clock_tells() -> None:
    """C68: a date and not an instant, which would be one as well."""
    assert type(REAL_TODAY()) is date


def test_a_station_is_certified(shell: Shell, tmp_path: Path) -> None:
    """Stations are no registry entries: their organisation signs, for 90 days at most."""
    station = SecretKey.generate(os.urandom).public
    out = tmp_path / "certificate.json"
    words = ("--station", station.did, "--act", "food-assistance", "--out", out)
    assert shell("certify", *words)["acts"] == ["food-assistance"]
    certificate = json.loads(out.read_bytes())
    check_schema("StationCertificate", certificate)
    assert certificate["issuer"] == DID
    assert certificate["credentialSubject"]["id"] == station.did
    assert "T00:00:00Z" in certificate["validFrom"]
    shell.text("certify", *words, "--days", "91", status=64)
    assert shell.reason("certify", *words[:1], "did:web:x.example", *words[2:]) == "bad-did"
    misspelt = ("--station", station.did, "--act", "Food Aid", "--out", tmp_path / "no.json")
    assert shell.reason("certify", *misspelt) == "schema-violation"
    assert not (tmp_path / "no.json").exists()


def test_paper_cards_are_drawn(shell: Shell, tmp_path: Path) -> None:
    rows = shell.intake()
    shell("accept", *rows[:1], "--consent", "witness", "--paper")
    shell("refuse", *rows[1:])
    shell("issue", "--out", tmp_path / "issued.jsonl")
    assert (
        main(["issuer", "cards", str(tmp_path / "issued.jsonl"), "--out", str(tmp_path / "c")]) == 0
    )
    assert len(list((tmp_path / "c").glob("*.png"))) == len(rows)


def test_what_a_key_signed_is_written_as_a_list(shell: Shell, tmp_path: Path) -> None:
    """C87: the certificate of a station outlives a stolen key as the copies do."""
    station, out = SecretKey.generate(os.urandom).public, tmp_path / "certificate.json"
    shell("certify", "--station", station.did, "--act", "food-assistance", "--out", out)
    certificate = json.loads(out.read_bytes())
    answer = shell("issued-list", "--out", tmp_path / "issued.json")
    assert answer["verification_method"] == f"{DID}#key-1"
    document = json.loads((tmp_path / "issued.json").read_bytes())
    digest = digest_of(issuer_signed_form(certificate))
    assert document["digests"] == encode_base64url(digest)
