"""One way to open whoever signs: a key file or a token; and `amana registry key`."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pkcs11 as library
import pytest

from amana import sealed
from amana.cli import main
from amana.errors import InputError
from amana.keys import SecretKey
from amana.reasons import Reason
from amana.sealed import Cost, open_key_file, seal_key_file
from tests import pkcs11_fake
from tests.deterministic import randomness
from tests.pkcs11_fake import MODULE, PIN, Module
from tests.registry_lab import PASSPHRASE, Lab
from trust_registry._tuf_keys import KeySigner
from trust_registry.signers import MemberKey, Signer, open_signer

URI = f"pkcs11:token=member%201;object=signing?module-path={MODULE}"
CHEAP = Cost(memory=8192, passes=1)
SECRET = SecretKey.generate(randomness("signers"))


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    made = Module()
    monkeypatch.setattr(library, "lib", made)
    return made


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "member.key"
    path.write_bytes(
        seal_key_file(SECRET, b"phrase", randomness=randomness("file"), demo=True, cost=CHEAP)
    )
    return path


def never() -> bytes:
    raise AssertionError("nobody is asked for a secret that can't be of use")


def test_a_key_file_signs(key_file: Path) -> None:
    opened = open_signer(str(key_file), lambda: b"phrase")
    assert (opened.public, opened.demo) == (SECRET.public, True)
    assert opened.sign(b"x") == SECRET.sign(b"x")
    assert SECRET.seed.hex() not in repr(opened)


def test_a_token_signs_the_metadata_of_a_registry(module: Module) -> None:
    """C112: the same metadata key, whether its secret lies in a file or in a token."""
    module.tokens[0].add(label="signing", id=b"\x01")
    opened: MemberKey = open_signer(URI, PIN.encode)
    signers: list[Signer] = [SECRET, opened]
    for signer in signers:
        tuf = KeySigner(signer)
        tuf.public_key.verify_signature(tuf.sign(b"payload"), b"payload")
    assert not opened.demo


@pytest.mark.parametrize("phrase", [b"wrong", b""])
def test_a_wrong_passphrase_names_the_file(key_file: Path, phrase: bytes) -> None:
    with pytest.raises(InputError) as caught:
        open_signer(str(key_file), lambda: phrase)
    assert (caught.value.reason, caught.value.where) == (
        Reason.WRONG_PASSPHRASE,
        {"file": str(key_file)},
    )


def test_no_secret_is_asked_for_what_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("{}")
    for reference, reason in (
        (str(tmp_path / "nothing.key"), Reason.NO_SUCH_FILE),
        (str(tmp_path / "letter"), Reason.BAD_KEY_FILE),
        ("pkcs11:object=signing", Reason.BAD_KEY_ADDRESS),
        ("PKCS11:token=a", Reason.BAD_KEY_ADDRESS),
    ):
        with pytest.raises(InputError) as caught:
            open_signer(reference, never)
        assert caught.value.reason is reason


# --- `amana registry key`


def run(capsys: pytest.CaptureFixture[str], *arguments: object, expect: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    status = main(["registry", "key", *map(str, arguments), "--json"])
    out = capsys.readouterr().out
    assert status == expect, out
    assert PIN not in out
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_make_and_show_a_key_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C112: a member makes their own key on their own machine."""
    cheap = functools.partial(sealed.Cost, memory=CHEAP.memory, passes=CHEAP.passes)
    monkeypatch.setattr(sealed, "Cost", cheap)
    monkeypatch.setenv("AMANA_PASSPHRASE", "phrase")
    path = tmp_path / "mine.key"
    made = run(capsys, "make", "--out", path)
    assert made == {**made, "kept": "file", "extractable": True, "demo": False}
    assert open_key_file(path.read_bytes(), b"phrase").public.multikey == made["key"]
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.delenv("AMANA_PASSPHRASE")
    assert run(capsys, "show", path) == made
    monkeypatch.setenv("AMANA_PASSPHRASE", "phrase")
    again = run(capsys, "make", "--out", path, expect=65)
    assert again["reason"] == "would-overwrite"
    demo = run(capsys, "make", "--out", tmp_path / "demo.key", "--demo")
    assert demo["demo"] is True


def test_make_and_show_a_key_in_a_token(
    capsys: pytest.CaptureFixture[str], module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C112: a key that its member can use and nobody can copy."""
    monkeypatch.setenv("AMANA_PASSPHRASE", PIN)
    made = run(capsys, "make", "--pkcs11", URI)
    assert made == {**made, "kept": "token", "extractable": False, "demo": False}
    assert run(capsys, "show", URI) == made
    demo = run(capsys, "make", "--pkcs11", URI, "--demo", expect=65)
    assert demo["reason"] == "demo-key"
    main(["registry", "key", "show", URI])
    assert "its secret never leaves it" in capsys.readouterr().out


def test_a_member_publishes_with_a_token(
    capsys: pytest.CaptureFixture[str],
    module: Module,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """C112: one member with a token, another with a key file, and one version of both."""
    lab = Lab(tmp_path)
    module.tokens[0].add(label="signing", id=b"\x01", secret=lab.keys[0])
    monkeypatch.setattr(pkcs11_fake, "PIN", PASSPHRASE.decode())
    monkeypatch.setenv("AMANA_PASSPHRASE", PASSPHRASE.decode())
    folder = lab.consortium.folder
    other = folder / "members/member-2.key"
    options = ["--dir", str(folder), "--member", URI]
    assert main(["registry", "publish", *options]) == 65
    assert main(["registry", "publish", *options, "--member", URI]) == 65
    assert main(["registry", "publish", *options, "--member", str(other)]) == 0
    assert "version 1" in capsys.readouterr().out
    assert lab.load().version == 1
    assert module.tokens[0].sessions == 0
