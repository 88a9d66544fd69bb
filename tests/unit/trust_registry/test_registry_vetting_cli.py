"""The commands of a vetting, as people type them."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from amana import sealed
from amana.cli import main
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.sealed import seal_key_file
from tests import vetting_lab as lab
from tests.deterministic import randomness
from tests.registry_lab import CHEAP, Issuer
from trust_registry.consortium import Consortium
from trust_registry.entries import slug
from trust_registry.questions import Form, asked

DID = "did:web:relief.example"
BIG = "did:web:big.example"


class Desk:
    """A consortium of five, three of whom decide, and its commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.circle = folder / "circle"
        self.capsys = capsys
        self.own = self.circle / "vetting" / slug(DID)

    def run(self, name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        self.capsys.readouterr()
        status = main(["registry", name, *map(str, arguments), "--json"])
        out = self.capsys.readouterr().out
        assert status == expect, out
        answer: dict[str, Any] = json.loads(out) if out else {}
        return answer

    def here(self, name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        return self.run(name, "--dir", self.circle, *arguments, expect=expect)

    def case(self, name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        return self.here(name, "--did", DID, *arguments, expect=expect)

    def member(self, number: int) -> tuple[str, Path]:
        return "--member", self.circle / f"members/member-{number}.key"

    def file(self, name: str, document: dict[str, Any]) -> Path:
        path = self.folder / name
        path.write_bytes(canonical(document))
        return path

    def apply(self, *more: object, expect: int = 0, form: Form = Form.FULL) -> dict[str, Any]:
        dossier = self.file("dossier.json", lab.dossier_document(DID, form))
        return self.here(
            "apply", "--dossier", dossier, "--name", "en=Relief",
            "--action", "issue:PurposeCredential", *more, expect=expect,
        )  # fmt: skip

    def vote(self, number: int, choice: str = "accredit", *, expect: int = 0) -> dict[str, Any]:
        return self.case(
            "vote", *self.member(number), "--for", choice, "--reason", "I read it.", expect=expect
        )

    def decide(self, outcome: str = "accredited", *, expect: int = 0) -> dict[str, Any]:
        return self.case(
            "decide", "--outcome", outcome, "--reasons", "They serve people well.",
            "--appeals", "appeals@circle.example", expect=expect,
        )  # fmt: skip

    def stage(self, did: str) -> None:
        """An entry that lies staged, as one that was published would."""
        key = SecretKey.generate(randomness(did))
        entry = Issuer(did, key, "https://a.example").entry(demo=True)
        path = self.circle / "entries" / f"{slug(did)}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(canonical(entry))


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    cheap = functools.partial(sealed.Cost, memory=CHEAP.memory, passes=CHEAP.passes)
    monkeypatch.setattr(sealed, "Cost", cheap)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here
    monkeypatch.setenv("AMANA_PASSPHRASE", "nobody's")
    desk = Desk(tmp_path, capsys)
    desk.run(
        "init", "--out", desk.circle, "--name", "The circle", "--demo", "--bin-bits", 1,
        "--members", 5, "--threshold", 3,
    )  # fmt: skip
    return desk


def test_a_form_is_handed_out(desk: Desk) -> None:
    """C113, C117: to fill in, to read and to print; and never over an answer."""
    out = desk.folder / "form.json"
    given = ("form", "--kind", "light", "--language", "ar", "--did", DID, "--out")
    assert desk.run(*given, out)["rows"] == 12
    assert json.loads(out.read_bytes())["answers"].keys() == asked(Form.LIGHT).keys()
    assert out.with_suffix(".md").read_text().startswith("# ")
    assert 'dir="rtl"' in out.with_suffix(".html").read_text()
    assert desk.run(*given, out, expect=65)["reason"] == "would-overwrite"
    assert desk.run(*given, desk.folder / "form.txt", expect=65)["reason"] == "bad-vetting"


def test_an_organisation_is_accredited(desk: Desk) -> None:
    """C110, C115: from the application to the minutes."""
    assert desk.apply("--place", "KE")["round"] == 1
    reviewed = desk.case(
        "review", "--by", "An outsider", "--summary", "Read.", "--finding", "undp.5.4=One key.",
        "--finding", "undp.1=Vague.", "--resolved", "undp.1=Said more.",
    )  # fmt: skip
    assert reviewed["open"] == 1
    reviewed = desk.case("review", "--by", "An outsider", "--resolved", "undp.5.4=Three keys now.")
    assert reviewed["open"] == 0
    wrong = ("review", "--by", "An outsider", "--resolved", "undp.2=Something.")
    assert desk.case(*wrong, expect=65)["reason"] == "bad-vetting"
    desk.case("review", "--by", "member-4", "--summary", "Visited.")
    desk.vote(1)
    desk.vote(2)
    assert desk.decide(expect=65)["reason"] == "too-few-votes"
    desk.vote(3)
    decided = desk.decide()
    assert decided["outcome"] == "accredited"
    assert "member\\-1, member\\-2, member\\-3" in Path(decided["minutes"]).read_text()
    place = desk.file("place.json", lab.place_document(DID, "KE"))
    assert desk.here("place", "--assessment", place)["ready"] is True
    no = lab.place_document(DID, "UG")
    no["necessity"] = {**no["necessity"], "needed": False}
    refused = desk.here("place", "--assessment", desk.file("no.json", no), expect=65)
    assert refused["reason"] == "place-not-ready"
    assert (desk.own / "places" / "UG.json").exists()


def test_a_member_with_an_interest_is_sent_away(desk: Desk) -> None:
    """C110."""
    desk.apply("--tie", "member-2")
    desk.here("interests", "--member", "member-1", "--organisation", DID, "--tie", BIG)
    assert desk.vote(1, expect=65)["reason"] == "conflict-of-interest"
    assert desk.vote(3)["barred"] == ["member-1", "member-2"]
    stranger = desk.here("interests", "--member", "member-9", expect=65)
    assert stranger["reason"] == "voter-not-a-member"


def test_a_small_organisation_needs_a_sponsor_that_is_accredited(desk: Desk) -> None:
    """C113."""
    light: dict[str, Any] = {"form": Form.LIGHT}
    assert desk.apply(expect=65, **light)["reason"] == "sponsor-missing"
    assert desk.apply("--sponsor", BIG, expect=65, **light)["reason"] == "sponsor-missing"
    desk.stage(BIG)
    assert desk.apply("--sponsor", BIG, **light)["round"] == 1
    path = desk.circle / "entries" / f"{slug(BIG)}.json"
    entry = json.loads(path.read_bytes())
    ended = {"since": "2026-11-22T12:00:00Z", "state": "terminated", "reason": "They left."}
    path.write_bytes(canonical({**entry, "history": [*entry["history"], ended]}))
    assert desk.apply("--sponsor", BIG, expect=65, **light)["reason"] == "sponsor-missing"


def test_papers_at_hand_are_those_that_the_dossier_names(desk: Desk) -> None:
    """C127: evidence is known by its digest."""
    paper = desk.folder / "contract.pdf"
    paper.write_bytes(b"a contract")
    assert desk.apply("--evidence", paper, expect=65)["reason"] == "bad-vetting"
    dossier = lab.dossier_document(DID)
    named = {"title": "Contract", "date": "2026-01-01"}
    digest = hashlib.sha256(b"a contract").hexdigest()
    dossier["answers"]["undp.7.1"] = {"text": "Open.", "evidence": [{**named, "sha256": digest}]}
    desk.here(
        "apply", "--dossier", desk.file("named.json", dossier), "--name", "en=Relief",
        "--evidence", paper,
    )  # fmt: skip


def test_a_refused_organisation_appeals(desk: Desk) -> None:
    """C122: answered by somebody else; then the case begins anew."""
    desk.apply()
    desk.case("review", "--by", "An outsider", "--summary", "Read.")
    for number in (1, 2, 3):
        desk.vote(number, "refuse")
    desk.decide("refused")
    assert desk.case("appeal", "--grounds", "Nobody visited us.")["appeal"] == 1
    answer = ("appeal-answer", "--appeal", 1, "--text", "Visited now.")
    assert desk.case(*answer)["standing"] == "open"
    vote = ("--for", "uphold", "--reason", "They are right.")
    again = desk.case("appeal-vote", "--appeal", 1, *desk.member(1), *vote, expect=65)
    assert again["reason"] == "conflict-of-interest"
    desk.case("appeal-vote", "--appeal", 1, *desk.member(4), *vote)
    assert desk.case(*answer)["standing"] == "upheld"
    assert json.loads((desk.own / "application.json").read_bytes())["round"] == 2


def test_a_measure_is_announced_and_voted_on(desk: Desk) -> None:
    """C79: notice before, two people at least, somebody independent to appeal to."""
    desk.apply()
    desk.stage(DID)
    proposed = desk.case(
        "measure", "--to", "withdraw", "--reason", "Lists were sold.",
        "--appeals", "appeals@circle.example",
    )  # fmt: skip
    assert proposed["measure"] == 1
    vote = ("--for", "measure", "--reason", "It is proved.")
    desk.case("measure-vote", "--measure", 1, *desk.member(1), *vote)
    key = SecretKey.generate(randomness("ombud"))
    file = desk.folder / "ombud.key"
    sealed_key = seal_key_file(key, b"nobody's", randomness=randomness("f"), demo=True, cost=CHEAP)
    file.write_bytes(sealed_key)
    other = SecretKey.generate(randomness("other")).public.multikey
    desk.here(
        "interests", "--member", "member-1", "--independent", f"ombud={file}",
        "--independent", f"other={other}",
    )  # fmt: skip
    assert desk.case("appeal", "--measure", 1, "--grounds", "It was not us.")["appeal"] == 1
    desk.case(
        "appeal-vote", "--measure", 1, "--appeal", 1, "--member", file, "--for", "refuse",
        "--reason", "It was them.",
    )  # fmt: skip
    answered = desk.case("appeal-answer", "--measure", 1, "--appeal", 1, "--text", "It was you.")
    assert answered["standing"] == "dismissed"
    (desk.circle / "entries" / f"{slug(DID)}.json").unlink()
    gone = desk.case("measure-vote", "--measure", 1, *desk.member(1), *vote, expect=65)
    assert gone["reason"] == "issuer-unknown"


def test_a_demo_key_signs_no_real_vote(desk: Desk) -> None:
    configuration = desk.circle / "consortium.json"
    document = json.loads(configuration.read_bytes())
    configuration.write_bytes(canonical({**document, "demo": False}))
    desk.apply()
    assert desk.vote(1, expect=65)["reason"] == "demo-key"


def test_the_consortium_answers_first(desk: Desk) -> None:
    """C109, C114: staged only when it is complete."""
    document = lab.governance_answers()
    assert desk.here("govern", "--answers", desk.file("g.json", document))["rows"] == 43
    assert json.loads((desk.circle / "governance.json").read_bytes()) == document
    del document["answers"]["undp.8"]
    refused = desk.here("govern", "--answers", desk.file("g.json", document), expect=65)
    assert refused["reason"] == "incomplete-governance"


def test_figures_are_staged_for_who_is_known(desk: Desk) -> None:
    """C125, C126."""
    file = desk.file("figures.json", lab.figures_document(DID))
    assert desk.here("figures", "--figures", file, expect=65)["reason"] == "issuer-unknown"
    desk.stage(DID)
    staged = desk.here("figures", "--figures", file)["figures"]
    assert (desk.circle / staged).exists()


def test_an_argument_of_two_parts_has_both(desk: Desk) -> None:
    desk.here("apply", "--dossier", "d.json", "--name", "Relief", expect=64)
    assert Consortium.open(desk.circle).threshold == 3
