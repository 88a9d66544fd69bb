"""`amana registry ceremony`, as a coordinator and members type it on their own machines."""

import functools
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from amana import sealed
from amana.cli import main
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import seal_key_file
from tests.registry_lab import CHEAP, PASSPHRASE, Lab

Run = Any


@pytest.fixture(autouse=True)
def _cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = functools.partial(sealed.Cost, memory=CHEAP.memory, passes=CHEAP.passes)
    monkeypatch.setattr(sealed, "Cost", cheap)
    monkeypatch.setenv("AMANA_PASSPHRASE", PASSPHRASE.decode())


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry())
    lab.decide()
    return lab


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object, expect: int = 0, raw: bool = False) -> Any:
        capsys.readouterr()
        more = [] if raw else ["--json"]
        status = main(["registry", *map(str, arguments), *more])
        said = capsys.readouterr()
        assert status == expect, said.out + said.err
        if raw:
            return said.out + said.err
        return json.loads(said.out) if said.out else {}

    return call


def member(lab: Lab, number: int, package: Path) -> list[object]:
    """What member `number` types besides their key."""
    folder = lab.consortium.folder
    return [
        "ceremony", "sign", package, "--published", folder / "published",
        "--root", folder / "trust-anchor.json", "--state", lab.folder / f"state-{number}",
    ]  # fmt: skip


def keyed(lab: Lab, number: int) -> list[object]:
    key = lab.consortium.folder / f"members/member-{number}.key"
    return ["--key", key, "--out", lab.folder / f"signed-{number}.json"]


def test_from_a_package_to_a_published_version(run: Run, lab: Lab) -> None:
    """C112: start, sign and finish, on machines that share nothing but files."""
    package, folder = lab.folder / "package.json", lab.consortium.folder
    started = run("ceremony", "start", "--dir", folder, "--out", package)
    assert started["version"] == 1
    looked = run(*member(lab, 1, package), expect=20)
    assert (looked["signed"], looked["since"], looked["digest"]) == (False, 0, started["digest"])
    assert any("new organisation: Relief" in one["words"] for one in looked["differences"])
    # With a key but without a digest nothing is signed either: nobody is there to type it.
    assert run(*member(lab, 1, package), *keyed(lab, 1), expect=20)["signed"] is False
    wrong = run(*member(lab, 1, package), *keyed(lab, 1), "--yes", "0" * 64, expect=65)
    assert wrong["reason"] == Reason.BAD_CEREMONY.value
    assert not (lab.folder / "signed-1.json").exists()
    for number in (1, 3):
        digest = " ".join(started["digest"][at : at + 8] for at in range(0, 64, 8)).upper()
        signed = run(*member(lab, number, package), *keyed(lab, number), "--yes", digest)
        assert "targets" in signed["roles"]
    finish = ["ceremony", "finish", "--dir", folder, package]
    one, three = (["--signatures", lab.folder / f"signed-{number}.json"] for number in (1, 3))
    below = run(*finish, *one, expect=65)
    assert below["reason"] == Reason.BELOW_THRESHOLD.value
    assert run(*finish, *one, *three)["version"] == 1
    assert lab.load().version == 1


def test_members_are_told_in_sentences_and_type_the_digest(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = lab.folder / "package.json"
    said = run("ceremony", "start", "--dir", lab.consortium.folder, "--out", package, raw=True)
    grouped = said.strip().splitlines()[-1]
    said = run(*member(lab, 1, package), expect=20, raw=True)
    assert "version 1, all is new:" in said
    assert f"digest: {grouped}" in said
    typed = io.StringIO(f"{grouped}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    said = run(*member(lab, 1, package), *keyed(lab, 1), raw=True)
    assert "type the digest that was read to you" in said
    assert "signed; hand" in said
    nothing = io.StringIO("\n")
    monkeypatch.setattr(nothing, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", nothing)
    run(*member(lab, 2, package), *keyed(lab, 2), expect=20, raw=True)
    assert not (lab.folder / "signed-2.json").exists()


def test_members_join_leave_and_replace_a_lost_key(run: Run, lab: Lab) -> None:
    """C112: a ceremony changes who decides, and says so to each who signs."""
    folder, package = lab.consortium.folder, lab.folder / "package.json"
    start = ["ceremony", "start", "--dir", folder, "--out", package]
    joins = SecretKey.generate(lab.random)
    sealed_key = seal_key_file(joins, PASSPHRASE, randomness=lab.random, cost=CHEAP)
    (lab.folder / "new.key").write_bytes(sealed_key)
    replaced = SecretKey.generate(lab.random).public.multikey
    for wrong in (
        ["--remove", "nobody"],
        ["--add", "member-1=z6Mk"],
        ["--add", f"member-1={replaced}"],
        ["--replace", f"nobody={replaced}"],
        ["--add", "x"],
        ["--add", "=y"],
        ["--threshold", 1],
        ["--add", f"member-9={lab.keys[0].public.multikey}"],
    ):
        run(*start, *wrong, expect=65)
        assert not package.exists()
    started = run(
        *start, "--remove", "member-3", "--add", f"member-4={lab.folder / 'new.key'}",
        "--replace", f"member-2={replaced}", "--threshold", 2, "--exchange", "timestamp",
    )  # fmt: skip
    assert "root" in started["roles"]
    looked = run(*member(lab, 1, package), expect=20)
    words = [one["words"] for one in looked["differences"]]
    assert f"new member: {joins.public.multikey}, called member-4" in words
    assert f"new member: {replaced}, called member-2" in words
    assert sum(word.startswith("member no more") for word in words) == 2
    assert "root" not in run(*start, "--threshold", 2)["roles"]
    assert "root" in run(*start, "--threshold", 3)["roles"]


def test_a_key_needs_a_file_to_write_to(run: Run, lab: Lab) -> None:
    package = lab.folder / "package.json"
    run("ceremony", "start", "--dir", lab.consortium.folder, "--out", package, "--renew")
    key = keyed(lab, 1)
    for half in (key[:2], key[2:]):
        refused = run(*member(lab, 1, package), *half, expect=65)
        assert refused["reason"] == Reason.BAD_CEREMONY.value
