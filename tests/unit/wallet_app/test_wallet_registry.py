"""The wallet with a real registry: a folder that members signed, and what is remembered of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from amana.cli import main
from tests.registry_lab import Lab
from tests.wallet_world import NOW, World, key_of
from wallet_app import cli

ASK = ("ask", "PurposeCredential:food")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(cli, "_now", lambda: NOW)
    monkeypatch.chdir(tmp_path)
    lab = Lab(tmp_path)
    lab.consortium.put_entry(lab.relief.entry(actions=[ASK]))
    lab.publish()
    Path("root.json").write_bytes(lab.consortium.anchor)
    return lab


def _looked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(["wallet", "look", "ask.json", "--root", "root.json", "--cache", "c", *words, "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_who_asks_is_known_offline_and_stays_known(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    """C11, C61: from a folder on a stick, and later from what the wallet remembers of it."""
    world = World(did=lab.relief.did, key=lab.relief.key)
    Path("ask.json").write_text(json.dumps(world.challenge()))
    found = _looked(capsys, "--registry", str(lab.published))
    assert (found["known"], found["name"], found["trouble"]) == (True, "Relief", None)
    shutil.rmtree(lab.published)
    assert _looked(capsys)["known"]


def test_who_is_not_in_it_is_not_known(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(did="did:web:nobody.example", key=key_of("nobody"))
    Path("ask.json").write_text(json.dumps(world.challenge()))
    found = _looked(capsys, "--registry", str(lab.published))
    assert (found["known"], found["trouble"]) == (False, "issuer-unknown")


def test_a_folder_that_is_none_is_an_error_and_no_answer(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ask.json").write_text(json.dumps(World().challenge()))
    Path("empty").mkdir()
    found = _looked(capsys, "--registry", "empty")
    assert (found["error"], found["reason"]) == ("RegistryError", "registry-missing")
