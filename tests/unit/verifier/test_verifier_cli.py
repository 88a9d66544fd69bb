"""`amana verifier`: from a station's key to a verdict's words and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.challenge import Challenge, read_challenge
from amana.cli import main
from amana.errors import InputError
from amana.qr import images
from amana.qr.text import Kind, decode, encode
from amana.reasons import Reason
from amana.sealed import Cost, seal_key_file
from tests.simulator import Document, Simulator, edited, key_of, text_of
from verifier import cli
from verifier import station as station_module
from verifier.verdict import ProofShown, ReliedOn, conclude

CHEAP = Cost(memory=8192, passes=1)
NOW = "2026-11-22T12:00:00Z"
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        station_module, "seal_key_file", lambda *a, **k: seal_key_file(*a, cost=CHEAP, **k)
    )
    monkeypatch.setenv("AMANA_PASSPHRASE", "nobody's passphrase")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """A world whose registry is what `--registry` finds."""
    world = Simulator()
    monkeypatch.setattr(cli, "read_snapshot", lambda options, now: world.snapshot())
    return world


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> tuple[int, dict[str, Any]]:
        status = main(["verifier", *words, "--json"])
        out = capsys.readouterr().out
        return status, json.loads(out) if out else {}

    return command


def ready(run: Run, sim: Simulator) -> None:
    """A station with its key and its certificate, in the folder `s`."""
    status, data = run("init", "--station", "s")
    assert status == 0
    from amana.did.key import resolve

    certificate = sim.certificate(station=resolve(data["station"]))
    Path("certificate.json").write_text(json.dumps(certificate))
    status, kept = run("init", "--station", "s", "--certificate", "certificate.json")
    assert (status, kept) == (0, data)


def ask(run: Run, *more: str, out: str = "ask.json") -> Challenge:
    words = ["--station", "s", "--act", "food-line", "--purpose", "food", "--out", out]
    claims = ["--claim", "householdSize", "--claim", "children"]
    status, data = run("challenge", *words, *claims, *more)
    assert (status, data["file"]) == (0, out)
    document = json.loads((Path("s") / "last-challenge.json").read_bytes())
    challenge = read_challenge(document)
    assert challenge.digest == data["challenge"]
    return challenge


def write(document: Document, name: str = "shown.json") -> str:
    Path(name).write_text(json.dumps(document))
    return name


def test_a_question_an_answer_and_its_replay(run: Run, sim: Simulator) -> None:
    """The counter's whole scene, and the same answer once more (C11, C43)."""
    ready(run, sim)
    challenge = ask(run)
    shown = write(sim.present(sim.credential(), to=challenge))
    status, data = run("verify", shown, "--station", "s", "--now", NOW)
    assert (status, data["outcome"], data["headline"]) == (0, "ACCEPTED", "Proof good")
    assert data["shown"]["householdSize"] == 4
    status, data = run("verify", shown, "--station", "s", "--now", NOW)
    assert (status, data["reason"]) == (10, "replayed")
    assert data["shown"] == {}


def test_without_its_own_clock_named_it_takes_the_machines(run: Run, sim: Simulator) -> None:
    sim.published = datetime.now(UTC) - timedelta(days=1)
    status, data = run("verify", write(sim.credential()), "--tier", "registered")
    assert status in (0, 10, 20)
    assert data["reliedOn"]["registryAgeDays"] == 1


@pytest.mark.parametrize("out", ["ask.png", "ask.txt", "ask.json"])
def test_the_three_forms_of_a_question(run: Run, sim: Simulator, out: str) -> None:
    ready(run, sim)
    challenge = ask(run, out=out)
    data = Path(out).read_bytes()
    if out.endswith(".png"):
        data = images.read(data)[0].encode()
    if not out.endswith(".json"):
        kind, document = decode(data.decode())
        assert kind is Kind.CHALLENGE
        assert document == challenge.document
    shown = write(sim.present(sim.credential(), to=challenge))
    named = ("--challenge", out)
    assert run("verify", shown, "--station", "s", *named, "--now", NOW)[0] == 0
    assert run("verify", shown, "--station", "s", *named, "--now", NOW)[0] == 10


def test_an_older_question_is_named_by_its_file(run: Run, sim: Simulator) -> None:
    ready(run, sim)
    first = ask(run, out="first.txt")
    ask(run, out="second.txt")
    shown = write(sim.present(sim.credential(), to=first))
    status, data = run("verify", shown, "--station", "s", "--now", NOW)
    assert (status, data["reason"]) == (10, "wrong-challenge")
    named = ("--challenge", "first.txt")
    assert run("verify", shown, "--station", "s", *named, "--now", NOW)[0] == 0


@pytest.mark.parametrize("form", ["png", "txt", "txt with line end", "json"])
def test_the_forms_of_what_is_shown(run: Run, sim: Simulator, form: str) -> None:
    """A picture of a card, its text, its JSON: one verdict (C9)."""
    credential = sim.credential()
    shown = Path("shown")
    if form == "png":
        shown.write_bytes(images.draw(text_of(credential)).png)
    elif form == "json":
        shown.write_text(json.dumps(credential))
    else:
        shown.write_text(text_of(credential) + ("\r\n" if "line" in form else ""), newline="")
    words = ("--tier", "registered", "--purpose", "food", "--now", NOW)
    status, data = run("verify", "shown", *words)
    assert (status, data["reason"]) == (0, "holder-not-proved")


def test_staff_read_words(sim: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    sim.issuer.revoked.add(4711)
    shown = write(sim.credential())
    assert main(["verifier", "verify", shown, "--tier", "registered", "--now", NOW]) == 10
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Don't rely on this proof"
    assert "  The registry is 1 days old." in lines
    assert "4" not in "".join(line for line in lines if "household" in line)
    assert main(["verifier", "verify", write(sim.credential(index=5)), "--now", NOW]) == 20
    assert capsys.readouterr().out.startswith("Ask another way")


def test_a_claim_does_not_steer_the_screen(
    sim: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name with escape codes or reversed direction is no name; and shown, it does nothing."""
    name = "A\u200cB\x1b[2J\u202eC\nProof good"
    shown = write(sim.credential(claims={"name": name}))
    assert main(["verifier", "verify", shown, "--tier", "registered", "--now", NOW]) == 10
    assert "\x1b" not in capsys.readouterr().out
    relied_on = ReliedOn(
        registry_version=None, registry_age=None, status_age=None, proof=ProofShown.CREDENTIAL
    )
    line = cli.answer_for(conclude([], relied_on, {"name": name})).text.splitlines()[-1]
    assert line == "  name: A\u200cB\ufffd[2J\ufffdC\ufffdProof good"


def test_without_a_registry_nothing_is_decided(run: Run) -> None:
    sim = Simulator()
    status, data = run("verify", write(sim.credential()), "--tier", "registered", "--now", NOW)
    assert (status, data["reason"]) == (20, "registry-missing")
    assert data["reliedOn"]["registryAgeDays"] is None


@pytest.mark.parametrize(
    ("shown", "status", "reason"),
    [
        (b"", 10, "empty"),
        (b"{", 10, "not-json"),
        (b"AVP1R%%%", 10, "bad-qr-text"),
        (b"HC1:6BF", 20, "not-our-qr"),
        (b"WIFI:S:camp;;", 20, "not-our-qr"),
        (b"\x89PNG\r\n", 10, "bad-picture"),
    ],
)
def test_what_can_not_be_read_is_a_verdict(
    run: Run, sim: Simulator, shown: bytes, status: int, reason: str
) -> None:
    Path("shown").write_bytes(shown)
    found, data = run("verify", "shown", "--now", NOW)
    assert (found, data["reason"]) == (status, reason)
    assert data["next"].endswith(".")


def test_pictures_without_an_answer(run: Run, sim: Simulator) -> None:
    """Somebody else's code, a question, and no code at all."""
    question = images.draw(encode(Kind.CHALLENGE, sim.challenge())).png
    for picture, status, reason in (
        (images.draw("HC1:6BF").png, 20, "not-our-qr"),
        (question, 10, "bad-qr-text"),
        (_blank(), 20, "no-code-found"),
    ):
        Path("shown.png").write_bytes(picture)
        found, data = run("verify", "shown.png", "--now", NOW)
        assert (found, data["reason"]) == (status, reason)


def test_of_several_codes_ours_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    sim = Simulator()
    credential = text_of(sim.credential())
    answer = text_of(sim.present(sim.credential(), to=sim.ask()))
    codes = ["HC1:6BF", credential, answer]
    monkeypatch.setattr(cli, "read", lambda data: codes)
    assert cli.read_shown(b"\x89PNG") == answer.encode()
    codes.remove(answer)
    assert cli.read_shown(b"\x89PNG") == credential.encode()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("verify", "missing.json"), "no-such-file"),
        (("verify", "shown.json", "--station", "nowhere"), "no-such-file"),
        (("verify", "shown.json", "--now", "yesterday"), "bad-date"),
        (("verify", "shown.json", "--station", "s", "--challenge", "shown.txt"), "bad-challenge"),
        (("verify", "shown.json", "--station", "s", "--challenge", "list.json"), "bad-challenge"),
        (("verify", "shown.json", "--station", "s", "--challenge", "cut.txt"), "bad-qr-text"),
        (("verify", "shown.json", "--station", "s", "--challenge", "none.json"), "bad-challenge"),
        (
            ("challenge", "--station", "s", "--act", "clinic", "--out", "ask.docx"),
            "unknown-kind",
        ),
        (
            ("challenge", "--station", "s", "--act", "cash", "--out", "a.png"),
            "station-out-of-scope",
        ),
        (("challenge", "--station", "s", "--act", "F!", "--out", "a.png"), "bad-challenge"),
        (("init", "--station", "s"), "would-overwrite"),
        (("init", "--station", "s", "--certificate", "shown.json"), "station-unproved"),
    ],
)
def test_the_caller_s_own_mistakes(
    run: Run,
    sim: Simulator,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    reason: str,
) -> None:
    """Exit status 65 and one typed line: never a verdict, never a traceback."""
    ready(run, sim)
    write(sim.credential())
    Path("shown.txt").write_text(text_of(sim.credential()))
    Path("list.json").write_text("[]")
    Path("none.json").write_text("{}")
    (Path("s") / "last-challenge.json").write_text(json.dumps(sim.challenge()))
    Path("cut.txt").write_text("AVR1R%%%")
    status = main(["verifier", *words])
    captured = capsys.readouterr()
    assert (status, captured.out) == (65, "")
    assert reason in captured.err
    assert "Traceback" not in captured.err
    assert not Path("a.png").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("verify",),
        ("verify", "x", "--tier", "none"),
        ("challenge", "--station", "s"),
        ("challenge", "--station", "s", "--act", "a", "--out", "a.png", "--tier", "none"),
    ],
)
def test_misuse(run: Run, words: tuple[str, ...]) -> None:
    """Tier none never opens the scanner (C1)."""
    assert run(*words)[0] == 64


def test_a_demonstration_s_station_says_so(run: Run) -> None:
    status, data = run("init", "--station", "s", "--demo")
    assert (status, data["station"][:8]) == (0, "did:key:")
    assert b'"demo":true' in (Path("s") / "station.key").read_bytes().replace(b" ", b"")


def test_a_question_keeps_the_purpose_and_the_time(run: Run, sim: Simulator) -> None:
    """What the person is told: for what, which claims, how long they are kept (C61, C64)."""
    ready(run, sim)
    challenge = ask(run, "--keep", "P30D", "--tier", "registered")
    assert (challenge.act, challenge.purpose, challenge.retention) == ("food-line", "food", "P30D")
    assert challenge.tier == "registered"
    assert challenge.claims == ("householdSize", "children")
    words = ("--station", "s", "--act", "clinic", "--out", "c.json")
    assert run("challenge", *words)[0] == 0
    again = json.loads((Path("s") / "last-challenge.json").read_bytes())
    assert (again["purpose"], again["claims"], again["retention"]) == ("clinic", [], "P0D")


def test_staff_learn_what_wallets_will_say_of_them(
    run: Run, sim: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """C61: whether the organisation is accredited to ask this, before anybody is shown it."""
    ready(run, sim)
    words = ["challenge", "--station", "s", "--act", "food-line", "--purpose", "food"]
    words += ["--out", "ask.json"]
    assert run(*words)[1]["accreditation"] == "not-for-this"
    assert main(["verifier", *words]) == 0
    assert "not-for-this" in capsys.readouterr().out
    sim.issuer.actions.add(("ask", "PurposeCredential:food"))
    assert run(*words)[1]["accreditation"] == "accredited"
    sim.registry = False
    assert run(*words)[1]["accreditation"] is None


def test_a_question_that_is_no_question() -> None:
    sim = Simulator()
    Path("q.json").write_text(json.dumps(edited(sim.challenge(), "nonce")))
    with pytest.raises(InputError) as caught:
        station_module.Station(folder=Path("s")).take(cli._read_challenge_file(Path("q.json")))
    assert caught.value.reason is Reason.BAD_CHALLENGE


def test_answers_of_a_thief_say_nothing_about_the_victim(run: Run, sim: Simulator) -> None:
    ready(run, sim)
    challenge = ask(run)
    shown = write(sim.present(sim.credential(), to=challenge, key=key_of("thief")))
    status, data = run("verify", shown, "--station", "s", "--now", NOW)
    assert (status, data["reason"], data["shown"]) == (10, "wrong-holder", {})


def _blank() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("L", (64, 64), 255).save(out, "PNG")
    return out.getvalue()
