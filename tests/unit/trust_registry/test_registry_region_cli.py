"""The commands of a regional registrar, as people type them."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from amana.dates import format_instant
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.sealed import seal_key_file
from tests import vetting_lab
from tests.registry_lab import CHEAP, NOW, Issuer, Lab
from trust_registry import _ceremony_cli, _measures_cli, _region_cli, _registrar_cli, _vetting_cli
from trust_registry.region import Region
from trust_registry.snapshot import State

SOON = NOW + timedelta(hours=1)


class Desk:
    """A consortium of three, and a registrar of three people whose keys lie in files."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.lab = Lab(folder)
        self.lab.begin()
        self.folder, self.circle, self.region = folder, self.lab.consortium.folder, folder / "east"
        self._capsys, self._patch = capsys, monkeypatch
        self.clinic = self.lab.issuer("clinic.example")
        self.keys = [folder / f"voice-{number}.key" for number in (1, 2, 3)]
        for path in self.keys:
            secret = SecretKey.generate(self.lab.random)
            sealed = seal_key_file(secret, b"theirs", randomness=self.lab.random, cost=CHEAP)
            path.write_bytes(sealed)
        self.at(SOON)

    def at(self, instant: datetime) -> None:
        for module in (_ceremony_cli, _measures_cli, _region_cli, _registrar_cli, _vetting_cli):
            self._patch.setattr(module, "now", lambda: instant)

    def run(self, name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        self._capsys.readouterr()
        status = main(["registry", *name.split(), *map(str, arguments), "--json"])
        out = self._capsys.readouterr().out
        assert status == expect, out
        answer: dict[str, Any] = json.loads(out)
        return answer

    def here(self, name: str, *arguments: object, expect: int = 0) -> dict[str, Any]:
        return self.run(name, "--dir", self.region, *arguments, expect=expect)

    def file(self, name: str, document: dict[str, Any]) -> Path:
        path = self.folder / name
        path.write_bytes(canonical(document))
        return path

    def init(self, *more: object, expect: int = 0) -> dict[str, Any]:
        named = [
            part for n, path in enumerate(self.keys, 1) for part in ("--member", f"v{n}={path}")
        ]
        return self.run(
            "registrar init", "--out", self.region, "--name", "east", "--title", "The east",
            "--action", "issue:PurposeCredential", "--place", "KE", "--most", 2,
            "--threshold", 2, *named, *more, expect=expect,
        )  # fmt: skip

    def add(self) -> dict[str, Any]:
        return self.run(
            "registrar add", "--dir", self.circle, "--limits", self.region / "limits.json",
            "--members", self.region / "members.json",
        )  # fmt: skip

    def vet(self, one: Issuer) -> dict[str, Any]:
        """The commands of a vetting, given the registrar's folder."""
        dossier = self.file("dossier.json", vetting_lab.dossier_document(one.did))
        applied = self.here(
            "apply", "--dossier", dossier, "--name", "en=Clinic",
            "--action", "issue:PurposeCredential", "--place", "KE",
        )  # fmt: skip
        case = ("--did", one.did)
        self.here("interests", "--member", "v3", "--tie", "did:web:other.example")
        self.here("review", *case, "--by", "An outsider", "--summary", "Read.")
        for path in self.keys[:2]:
            vote = ("--member", path, "--for", "accredit", "--reason", "I read it.")
            self.here("vote", *case, *vote)
        place = self.file("place.json", vetting_lab.place_document(one.did, "KE"))
        self.here("place", "--assessment", place)
        decided = self.here(
            "decide", *case, "--outcome", "accredited", "--reasons", "They serve people well.",
            "--appeals", "appeals@east.example",
        )  # fmt: skip
        assert decided["outcome"] == "accredited"
        return one.entry(
            registrar="east", jurisdictions=["KE"], since=SOON, dossier=applied["dossier"]
        )

    def hand_over(self) -> None:
        """From the registrar's desk to the consortium's."""
        carried = ("--published", self.circle / "published", "--root", self.anchor)
        draft, submission = self.folder / "draft.json", self.folder / "submission.json"
        submission.unlink(missing_ok=True)
        drawn = self.here("registrar prepare", *carried, "--out", draft)
        signed: list[object] = []
        for number, path in enumerate(self.keys[:2]):
            out, state = self.folder / f"{number}.signed", self.folder / f"state-{number}"
            only = ("ceremony sign", draft, *carried, "--state", state)
            shown = self.run(*map(str, only), expect=20)
            assert shown["digest"] == drawn["digest"]
            self.run(*map(str, only), "--key", path, "--out", out, "--yes", drawn["digest"])
            signed += ["--signatures", out]
        few = ("registrar submit", draft, *carried, "--out", submission)
        assert self.here(*map(str, few), *signed[:2], expect=65)["reason"] == "below-threshold"
        assert not submission.exists()
        self.here(*map(str, few), *signed)
        self.run("registrar take", submission, "--dir", self.circle)

    @property
    def anchor(self) -> Path:
        return self.circle / "trust-anchor.json"


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here
    monkeypatch.setenv("AMANA_PASSPHRASE", "theirs")
    return Desk(tmp_path, capsys, monkeypatch)


def test_a_registrar_admits_and_suspends(desk: Desk) -> None:
    """C110, C112, C79: by commands alone, from its founding to what devices read."""
    made = desk.init()
    assert made["members"] == ["v1", "v2", "v3"]
    assert desk.add()["registrar"] == "east"
    entry = desk.file("entry.json", desk.vet(desk.clinic))
    assert desk.here("registrar entry", "--entry", entry)["state"] == "granted"
    desk.hand_over()
    consortium = desk.lab.consortium
    consortium.publish(signers=consortium.founders[:2], now=SOON)
    found = desk.lab.load(now=SOON).entry(desk.clinic.did)
    assert found is not None
    assert found.registrar == "east"

    later, did = SOON + timedelta(days=1), ("--did", desk.clinic.did)
    desk.at(later)
    change = ("registrar state", *did, "--to", "suspend", "--reason", "Under review.")
    assert desk.here(*change, expect=65)["reason"] == "not-accredited"
    desk.here(
        "measure", *did, "--to", "suspend", "--reason", "Under review.",
        "--appeals", "appeals@east.example", "--urgent", "People are in danger.",
    )  # fmt: skip
    for path in desk.keys[:2]:
        vote = ("--member", path, "--for", "measure", "--reason", "It is so.")
        desk.here("measure-vote", *did, "--measure", 1, *vote)
    assert desk.here(*change)["state"] == "suspended"
    key = ("registrar key-state", *did, "--key", desk.clinic.method)
    desk.here(*key, "--state", "retired")
    leaked = format_instant(later + timedelta(minutes=5))
    desk.at(later + timedelta(hours=1))
    desk.here(*key, "--state", "compromised", "--since", leaked)
    desk.hand_over()
    consortium.publish_status(now=later + timedelta(hours=1))
    found = desk.lab.load(now=later + timedelta(hours=1)).entry(desk.clinic.did)
    assert found is not None
    assert found.history[-1].state is State.SUSPENDED
    assert found.keys[desk.clinic.method].history[-1].state is State.COMPROMISED


def test_beyond_its_limits(desk: Desk) -> None:
    """C110: its own desk says so, with the rule."""
    desk.init()
    document = desk.vet(desk.clinic)
    places = desk.file("entry.json", {**document, "jurisdictions": ["UG"]})
    assert desk.here("registrar entry", "--entry", places, expect=65)["reason"] == "beyond-limits"


def test_its_terms_change(desk: Desk) -> None:
    """What is not given stays as it was."""
    desk.init()
    before = Region.open(desk.region)
    assert desk.here("registrar terms")["threshold"] == 2
    assert Region.open(desk.region) == before
    key = SecretKey.generate(desk.lab.random).public
    desk.at(SOON + timedelta(days=1))
    desk.here(
        "registrar terms", "--title", "East", "--action", "ask:PurposeCredential", "--place", "UG",
        "--most", 7, "--member", f"a={key.multikey}", "--member", f"b={desk.keys[0]}",
        "--threshold", 2,
    )  # fmt: skip
    after = Region.open(desk.region)
    assert (after.limits.title, after.limits.most_entries) == ("East", 7)
    assert after.limits.actions == {("ask", "PurposeCredential")}
    assert after.limits.jurisdictions == {"UG"}
    assert after.limits.since == before.limits.since
    assert after.signers.members["a"] == key


def test_what_a_tired_clerk_types(desk: Desk) -> None:
    """C112: nothing is written before it is good."""
    twice = ("--member", f"v1={desk.keys[0]}")
    assert desk.init(*twice, expect=65)["reason"] == "bad-ceremony"
    assert not desk.region.exists()
    desk.init()
    assert desk.init(expect=65)["reason"] == "would-overwrite"
    alone = desk.here("registrar terms", "--threshold", 1, expect=65)
    assert alone["reason"] == "below-threshold"
    assert Region.open(desk.region).threshold == 2
    stranger = desk.here("interests", "--member", "nobody", expect=65)
    assert stranger["reason"] == "voter-not-a-member"
