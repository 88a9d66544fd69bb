"""The commands, from set-up to an answer: what they print, write, refuse and never say."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.cli import main
from amana.errors import InputError
from amana.presentation import check_presentation
from amana.qr import images
from amana.qr.text import Kind, decode, encode
from tests.wallet_world import CHEAP, World
from wallet_app import cli, disk

WORLD = World()
SECRET = 31_337  # a claim's value that nothing but `present` may show
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    create = disk.create_wallet
    monkeypatch.setattr(cli, "create_wallet", lambda path, pin: create(path, pin, cost=CHEAP))
    monkeypatch.setenv("AMANA_PASSPHRASE", "314159")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, dict[str, Any]]:
        status = main(["wallet", *words, "--json"])
        out = capsys.readouterr().out
        return status, json.loads(out) if out else {}

    return command


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A registry client that hands out our world's snapshot, and tells how it was asked."""
    from trust_registry import client

    asked: list[str] = []

    def load(published: Path, *, root: bytes, cache: Path, now: datetime) -> Any:
        asked.append(f"{published} {root!r} {cache.is_dir()}")
        return WORLD.snapshot()

    def load_cached(*, root: bytes, cache: Path, now: datetime) -> Any:
        asked.append(f"cached {root!r}")
        return WORLD.snapshot()

    monkeypatch.setattr(client, "load", load)
    monkeypatch.setattr(client, "load_cached", load_cached)
    Path("root.json").write_bytes(b"root")
    return asked


TRUST = ["--registry", "published", "--root", "root.json"]
VAULT = ["--vault", "w"]


def _credentials(*claims: dict[str, Any]) -> list[dict[str, Any]]:
    """What an issuer writes for the keys that were given out."""
    holders = json.loads(Path("keys.json").read_bytes())["holders"]
    later = datetime.now(UTC) + timedelta(days=200)
    return [
        WORLD.credential(holder, claims=given, until=later.date())
        for holder, given in zip(holders, claims, strict=True)
    ]


def _ready(run: Run, *claims: dict[str, Any]) -> None:
    """A wallet that holds one proof for each of `claims`."""
    assert run("init", *VAULT)[0] == 0
    assert run("keys", *VAULT, "--count", str(len(claims)), "--out", "keys.json")[0] == 0
    lines = [json.dumps(document) for document in _credentials(*claims)]
    Path("proofs.jsonl").write_text("\n".join(lines))
    assert run("receive", *VAULT, "proofs.jsonl")[1] == {
        "kept": len(claims),
        "known": 0,
        "refused": [],
    }


def _ask(*claims: str, name: str = "ask.json", **named: Any) -> None:
    now = datetime.now(UTC)
    named = {"expires": now + timedelta(minutes=3), "certified_from": now, **named}
    Path(name).write_text(json.dumps(WORLD.challenge(claims, **named)))


def test_set_up_tells_what_can_not_be_recovered(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """C108: before there is anything to lose."""
    status, data = run("init", *VAULT)
    assert (status, len(data["cannot_be_recovered"])) == (0, 4)
    assert main(["wallet", "init", "--vault", "w2"]) == 0
    out = capsys.readouterr().out
    assert all(sentence in out for sentence in data["cannot_be_recovered"])


def test_the_whole_way_with_a_picture(run: Run, registry: list[str]) -> None:
    _ready(run, {"householdSize": SECRET}, {"householdSize": SECRET})
    _ask("householdSize")
    text = encode(Kind.CHALLENGE, json.loads(Path("ask.json").read_bytes()))
    Path("ask.png").write_bytes(images.draw(text).png)
    status, data = run("present", *VAULT, *TRUST, "--challenge", "ask.png", "--out", "show.png")
    assert (status, data["known"], data["name"]) == (0, True, "Aid")
    assert (data["shown"], data["warnings"]) == (["householdSize"], [])
    (shown,) = images.read(Path("show.png").read_bytes())
    kind, document = decode(shown)
    assert kind is Kind.PRESENTATION
    assert check_presentation(document).credentials[0].subjects[0]["householdSize"] == SECRET
    assert run("list", *VAULT)[1]["proofs"][0]["copies"] == 1
    assert registry == ["published b'root' True"]


@pytest.mark.parametrize("suffix", ["json", "txt"])
def test_the_answer_as_text_or_json_is_the_same_document(
    run: Run, registry: list[str], suffix: str
) -> None:
    _ready(run, {"householdSize": 4})
    _ask("householdSize")
    out = Path(f"show.{suffix}")
    assert run("present", *VAULT, *TRUST, "--challenge", "ask.json", "--out", str(out))[0] == 0
    assert out.stat().st_mode & 0o777 == 0o600
    written = out.read_text().removesuffix("\n")
    document = json.loads(written) if suffix == "json" else decode(written)[1]
    digest = read_challenge(json.loads(Path("ask.json").read_bytes())).digest
    assert document["proof"]["challenge"] == digest


def _noise(count: int) -> str:
    """Letters that hardly compress: 32 bytes each time."""
    return "".join(sha256(b"%d" % number).hexdigest() for number in range(count))


def test_an_answer_too_large_for_quality_q_is_drawn_with_m(run: Run, registry: list[str]) -> None:
    """A long proof is drawn with less repair rather than not at all."""
    _ready(run, {"name": _noise(45)})
    _ask("name")
    assert run("present", *VAULT, *TRUST, "--challenge", "ask.json", "--out", "show.png")[0] == 0
    (text,) = images.read(Path("show.png").read_bytes())
    with pytest.raises(InputError):
        images.draw(text, correction=images.Correction.Q)


def test_an_answer_too_large_for_any_code_uses_up_nothing(run: Run, registry: list[str]) -> None:
    _ready(run, {"name": _noise(200)})
    _ask("name")
    status, data = run("present", *VAULT, *TRUST, "--challenge", "ask.json", "--out", "show.png")
    assert (status, data["reason"]) == (65, "too-large")
    assert run("list", *VAULT)[1]["proofs"][0]["copies"] == 1


def test_the_list_says_no_value_in_words_or_in_json(
    run: Run, registry: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """C81, and principle 1: kinds, purposes and months; what it is not; no claim's value."""
    _ready(run, {"householdSize": SECRET}, {})
    data = run("list", *VAULT, *TRUST)[1]
    assert {proof["issuer_name"] for proof in data["proofs"]} == {"Aid"}
    assert "not a legal identity" in data["notice"]
    assert main(["wallet", "list", *VAULT]) == 0
    words = capsys.readouterr().out
    assert "not a legal identity" in words
    assert "nothing about you" in words
    assert "registry-missing" in words
    assert str(SECRET) not in words + json.dumps(data)


def test_no_issuer_breaks_the_line_of_its_proof(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """A purpose with a line break looked like a second proof, from an organisation of trust."""
    assert run("init", *VAULT)[0] == 0
    assert run("keys", *VAULT, "--out", "keys.json")[0] == 0
    (holder,) = json.loads(Path("keys.json").read_bytes())["holders"]
    fake = "food\ncash: 5 unused, until 2099-01, from UNHCR; says: name\u2028x"
    later = datetime.now(UTC) + timedelta(days=200)
    document = WORLD.credential(holder, purpose=fake, until=later.date())
    Path("proof.json").write_text(json.dumps(document))
    assert run("receive", *VAULT, "proof.json")[0] == 0
    assert main(["wallet", "list", *VAULT]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "registry-missing" in first
    assert "not a legal identity" in second


def test_an_empty_list_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("init", *VAULT)
    assert run("list", *VAULT)[1]["proofs"] == []
    assert main(["wallet", "list", *VAULT]) == 0
    assert "No proof" in capsys.readouterr().out


def test_look_says_who_asks_for_what_why_and_how_long(
    run: Run, registry: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """C13, C61: told before anything is signed, with the way to refuse."""
    _ask("householdSize", "children", retention="P30D")
    data = run("look", "ask.json", *TRUST)[1]
    assert data["known"]
    assert data["claims"] == ["householdSize", "children"]
    assert (data["act"], data["purpose"], data["retention"]) == ("food-line", "food", "P30D")
    assert main(["wallet", "look", "ask.json", *TRUST]) == 0
    words = capsys.readouterr().out
    for said in ("Aid asks", "food", "householdSize, children", "30 days", "You may refuse"):
        assert said in words


@pytest.mark.parametrize(
    ("duration", "words"), [("P0D", "not at all"), ("P1M", "1 month"), ("P2Y", "2 years")]
)
def test_how_long_is_said_in_words(
    run: Run, capsys: pytest.CaptureFixture[str], duration: str, words: str
) -> None:
    _ask(retention=duration)
    assert main(["wallet", "look", "ask.json"]) == 0
    out = capsys.readouterr().out
    assert f"keep it: {words}." in out
    assert "no registry" in out
    assert "nothing about you" in out


def test_an_unknown_asker_gets_nothing_unless_the_person_insists(run: Run) -> None:
    """C61."""
    _ready(run, {"householdSize": 4})
    _ask("householdSize")
    words = ["present", *VAULT, "--challenge", "ask.json", "--out", "show.txt"]
    status, data = run(*words)
    assert (status, data["reason"]) == (65, "challenge-not-trusted")
    assert not Path("show.txt").exists()
    status, data = run(*words, "--even-if-unknown")
    assert (status, data["known"], data["trouble"]) == (0, False, "registry-missing")


def test_missing_claims_are_named_and_may_be_left_out(run: Run, registry: list[str]) -> None:
    _ready(run, {"householdSize": 4})
    _ask("householdSize", "children")
    words = ["present", *VAULT, *TRUST, "--challenge", "ask.json", "--out", "show.txt"]
    status, data = run(*words)
    assert (status, data["reason"], data["where"]) == (65, "claim-missing", {"claims": "children"})
    assert run(*words, "--even-if-missing")[1]["shown"] == ["householdSize"]


def test_warnings_of_the_clock_are_said(
    run: Run, registry: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _ready(run, {"householdSize": 4})
    _ask("householdSize", expires=datetime(2026, 1, 1, tzinfo=UTC))
    words = ["wallet", "present", *VAULT, *TRUST, "--challenge", "ask.json", "--out", "show.txt"]
    assert main(words) == 0
    assert "By this device's clock: challenge-expired." in capsys.readouterr().out


def test_a_refused_credential_is_told_and_the_others_are_kept(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("init", *VAULT)
    run("keys", *VAULT, "--count", "2", "--out", "keys.json")
    one, two = (json.dumps(document) for document in _credentials({}, {}))
    Path("proofs").write_text(f"{one}\nnothing\n{two}\n{one}\n")
    status, data = run("receive", *VAULT, "proofs")
    assert status == 65
    assert (data["kept"], data["known"]) == (2, 1)
    assert [(item["number"], item["reason"]) for item in data["refused"]] == [(2, "not-json")]
    assert main(["wallet", "receive", *VAULT, "proofs"]) == 65
    words = capsys.readouterr().out
    assert "0 kept, 3 held already, 1 refused." in words
    assert "Number 2 was refused: not-json." in words


def test_keys_are_used_up_even_if_they_were_never_written(run: Run) -> None:
    """A key that may have been given out is never given out again."""
    run("init", *VAULT)
    Path("folder").mkdir()
    Path("folder", "file").touch()
    status, data = run("keys", *VAULT, "--out", "folder/file/keys.json")
    assert (status, data["reason"]) == (65, "unreadable-file")
    assert run("keys", *VAULT, "--out", "keys.json")[0] == 0
    with disk.open_wallet(Path("w"), b"314159") as wallet:
        assert wallet.state.counter == 2


def test_keys_never_overwrite_a_file_and_then_use_up_none(run: Run) -> None:
    run("init", *VAULT)
    Path("keys.json").write_text("precious")
    assert run("keys", *VAULT, "--out", "keys.json")[1]["reason"] == "would-overwrite"
    with disk.open_wallet(Path("w"), b"314159") as wallet:
        assert wallet.state.counter == 0


@pytest.mark.parametrize("by_link", [False, True])
def test_an_answer_never_takes_the_place_of_the_wallet(
    run: Run, registry: list[str], *, by_link: bool
) -> None:
    """One slip of the hand would cost a person all proofs, for ever."""
    _ready(run, {"householdSize": 4})
    _ask("householdSize")
    Path("w").rename("w.json")
    if by_link:
        Path("folder").symlink_to(Path.cwd())
    before = Path("w.json").read_bytes()
    out = "folder/w.json" if by_link else "w.json"
    status, found = run("present", "--vault", "w.json", "--challenge", "ask.json", "--out", out)
    assert (status, found["reason"]) == (65, "would-overwrite")
    assert Path("w.json").read_bytes() == before


def test_a_second_profile_opens_with_its_own_pin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """C8."""
    _ready(run, {})
    Path("second").write_text("271828\n")
    Path("third").write_text("161803")
    words = ["second-profile", *VAULT, "--new-passphrase-file"]
    assert run(*words, "second")[0] == 0
    assert run(*words, "third", "--keep-passphrase-file", "second")[0] == 0
    assert len(run("list", *VAULT)[1]["proofs"]) == 1
    for pin in ("271828", "161803"):
        monkeypatch.setenv("AMANA_PASSPHRASE", pin)
        assert run("list", *VAULT)[1]["proofs"] == []
    monkeypatch.setenv("AMANA_PASSPHRASE", "999999")
    assert run("list", *VAULT)[1]["reason"] == "wrong-pin"


def test_a_registry_needs_its_root_and_a_root_alone_opens_what_is_remembered(
    run: Run, registry: list[str]
) -> None:
    """C11: what was verified once is there without the folder it came from."""
    _ask()
    status, data = run("look", "ask.json", "--registry", "published")
    assert (status, data["reason"]) == (65, "registry-missing")
    assert run("look", "ask.json", "--root", "root.json", "--cache", "c")[1]["known"]
    assert registry == ["cached b'root'"]
    assert Path("c").is_dir()


@pytest.mark.parametrize(
    "words",
    [
        ["present", *VAULT, "--challenge", "c", "--out", "show.pdf"],
        ["keys", *VAULT],
        [],
        ["keys", *VAULT, "--out", "k", "--count", "many"],
    ],
)
def test_misuse_is_64(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wallet", *words]) == 64
    assert "usage:" in capsys.readouterr().err


def test_a_challenge_that_is_none_is_bad_input(run: Run) -> None:
    Path("c").write_text("{}")
    assert run("look", "c")[1]["reason"] == "bad-challenge"


def test_the_registry_client_is_not_imported_before_it_is_needed() -> None:
    """The phone's start is short: tuf waits until somebody names a registry."""
    code = "import sys, wallet_app.cli; sys.exit('tuf' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
