"""The phone dies between using a copy up and showing it: the copy is gone, never shown twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amana.cli import main
from amana.errors import VaultError
from amana.reasons import Reason
from tests.deterministic import randomness
from tests.wallet_world import CHEAP, PIN, World
from wallet_app import actions, cli
from wallet_app.disk import create_wallet, open_wallet

EXPECT = (VaultError, Reason.NOTHING_TO_SHOW)


class _PowerCut(BaseException):
    pass


def test_the_copy_is_used_up_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world, path, now = World(), tmp_path / "wallet", datetime.now(UTC)
    create_wallet(path, PIN, randomness=randomness("kill"), cost=CHEAP)
    with open_wallet(path, PIN) as wallet:
        state, (holder,) = actions.request_keys(wallet.state, 1)
        until = (now + timedelta(days=100)).date()
        wallet.save(actions.receive(state, world.credential(holder, until=until), now=now))
    asked = tmp_path / "ask.json"
    asked.write_text(
        json.dumps(world.challenge(expires=now + timedelta(minutes=3), certified_from=now))
    )
    words = ["wallet", "present", "--vault", str(path), "--challenge", str(asked)]
    words += ["--out", str(tmp_path / "show.txt"), "--even-if-unknown", "--json"]
    monkeypatch.setenv("AMANA_PASSPHRASE", PIN.decode())

    def cut(*_given: object, **_named: object) -> None:
        raise _PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(cli, "write_private", cut)
        with pytest.raises(_PowerCut):
            main(words)
    assert main(words) == 65
    told = json.loads(capsys.readouterr().out)
    assert (told["error"], told["reason"]) == (EXPECT[0].__name__, EXPECT[1].value)
