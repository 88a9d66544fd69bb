"""The command: exit status that no crash can fake, errors that name nobody, whole files."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from amana import cli
from amana.cli import (
    Answer,
    alone_in,
    command,
    group,
    main,
    make_folder,
    passphrase,
    read_file,
    write_file,
    write_private,
)
from amana.errors import InputError, RegistryError, VaultError, VerificationError
from amana.reasons import Outcome, Reason
from tests.amana_samples import refused

Run = Callable[[argparse.Namespace], Answer]


class Role:
    """Stands in for a role's entry point, and does what the test says."""

    def __init__(self) -> None:
        self.run: Run = lambda options: Answer(data={"done": True}, text="done")
        self.loaded = 0

    def add_commands(self, parser: argparse.ArgumentParser) -> None:
        self.loaded += 1
        commands = group(parser)
        command(commands, "do", self.run, "do it")
        command(commands, "open", self.run, "open it", needs_passphrase=True)


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> Role:
    found = Role()
    points = [
        EntryPoint("issuer", "test:add", "amana.commands"),
        EntryPoint("strange", "no_such_module_at_all:add", "amana.commands"),
    ]
    monkeypatch.setattr(cli, "entry_points", lambda group: points)
    load = EntryPoint.load

    def loaded(point: EntryPoint) -> Any:
        return found.add_commands if point.name == "issuer" else load(point)

    monkeypatch.setattr(EntryPoint, "load", loaded)
    return found


def does(role: Role, act: Callable[[], Any]) -> None:
    role.run = lambda options: act()


def fails(role: Role, error: BaseException) -> None:
    def act() -> None:
        raise error

    does(role, act)


def test_done(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["issuer", "do"]) == 0
    assert capsys.readouterr() == ("done\n", "")
    assert main(["issuer", "do", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"done": True}


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(Outcome.ACCEPTED, 0), (Outcome.REJECTED, 10), (Outcome.UNDECIDED, 20)],
)
def test_a_verdict_is_the_exit_status(role: Role, outcome: Outcome, status: int) -> None:
    """Design, section 5: 0, 10, 20; 1 and 2 are never used on purpose."""
    does(role, lambda: Answer(exit=cli.EXIT_BY_OUTCOME[outcome]))
    assert main(["issuer", "do"]) == status


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nobody"],
        ["issuer"],
        ["issuer", "dance"],
        ["issuer", "do", "--fast"],
        ["issuer", "do", "more"],
        ["--json"],
        ["issuer", "open", "--passphrase-file"],
    ],
)
def test_misuse_is_64(role: Role, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage" in err


@pytest.mark.parametrize("arguments", [["--help"], ["issuer", "--help"], ["issuer", "do", "-h"]])
def test_help_is_no_failure(
    role: Role, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    assert "usage: amana" in capsys.readouterr().out


def test_help_names_every_role_and_imports_none(
    role: Role, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert "issuer" in out
    assert "strange" in out
    assert "never a legal one" in " ".join(out.split())
    assert role.loaded == 0


def test_the_roles_are_found_by_entry_point(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("demo", "issuer", "registry", "verifier", "wallet"):
        assert name in out


def test_a_role_whose_library_is_missing_is_no_crash(
    role: Role, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strange", "--json"]) == 65
    found = json.loads(capsys.readouterr().out)
    assert found["reason"] == "missing-library"
    assert "no_such_module_at_all" in found["detail"]


@pytest.mark.parametrize("kind", [InputError, VerificationError, RegistryError, VaultError])
def test_bad_input_is_65_and_typed(
    role: Role, kind: type[InputError], capsys: pytest.CaptureFixture[str]
) -> None:
    fails(role, kind(Reason.BAD_CELL, "not a date", sheet="People", row=7))
    assert main(["issuer", "do"]) == 65
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("amana: bad-cell")
    assert err.count("\n") == 1
    assert main(["issuer", "do", "--json"]) == 65
    assert json.loads(capsys.readouterr().out) == {
        "error": kind.__name__,
        "reason": "bad-cell",
        "detail": "not a date",
        "where": {"sheet": "People", "row": 7},
    }


@pytest.mark.parametrize("as_json", [False, True])
def test_a_crash_is_70_and_names_nobody(
    role: Role, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of an error that nobody foresaw may hold a person's name."""
    fails(role, KeyError("Amina Yusuf, born 1998"))
    assert main(["issuer", "do", *(["--json"] if as_json else [])]) == 70
    out, err = capsys.readouterr()
    assert "Amina" not in out + err
    assert "1998" not in out + err
    assert "Traceback" not in err
    assert "KeyError at test_amana_cli.py:" in err
    if as_json:
        found = json.loads(out)
        assert (found["error"], found["reason"]) == ("crash", "KeyError")
    else:
        assert out == ""


def test_an_answer_that_can_not_be_written_is_a_crash(role: Role) -> None:
    does(role, lambda: Answer(data={"key": b"bytes"}))
    assert main(["issuer", "do", "--json"]) == 70


def test_a_crash_without_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli._say_crash(ValueError("x"), wants_json=False) is None
    assert "ValueError at ?" in capsys.readouterr().err


def test_stopped_by_the_keyboard(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    fails(role, KeyboardInterrupt())
    assert main(["issuer", "do"]) == 70
    assert capsys.readouterr().err == "stopped\n"


@pytest.mark.parametrize(("code", "status"), [(10, 10), ("text", 64), (None, 64)])
def test_a_command_that_leaves_by_itself(role: Role, code: Any, status: int) -> None:
    fails(role, SystemExit(code))
    assert main(["issuer", "do"]) == status


def test_names_that_no_terminal_can_write(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    """A file's name may be bytes that are no text; that is no reason to crash."""
    fails(role, InputError(Reason.NO_SUCH_FILE, file="caf\udce9.json"))
    assert main(["issuer", "do", "--json"]) == 65
    out, err = capsys.readouterr()
    assert json.loads(out)["reason"] == "no-such-file"
    assert "no-such-file" in err


def test_output_that_is_not_a_terminal_stream(role: Role) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main(["issuer", "do"]) == 0
    assert out.getvalue() == "done\n"


class Gone(io.StringIO):
    """A standard output whose reader has gone away."""

    def __init__(self, target: int) -> None:
        super().__init__()
        self.target = target

    def write(self, text: str) -> int:
        raise BrokenPipeError

    def fileno(self) -> int:
        return self.target


@pytest.mark.parametrize("status", [0, 10, 20])
def test_a_verdict_stays_when_nobody_reads_it(role: Role, status: int, tmp_path: Path) -> None:
    """A broken pipe must not turn a rejection into an acceptance."""
    does(role, lambda: Answer(text="x", exit=status))
    with (tmp_path / "out").open("w") as file, contextlib.redirect_stdout(Gone(file.fileno())):
        assert main(["issuer", "do"]) == status


@pytest.mark.parametrize(
    ("command_line", "status"),
    [
        ("{amana} verifier verify {shown} >/dev/full", 70),
        ("{amana} verifier verify {shown} --json >/dev/full", 70),
        ("{amana} verifier verify {shown} >&-", 10),
        ("{amana} verifier verify {shown} >&- 2>&-", 10),
        ("{amana} verifier verify {shown}.not 2>/dev/full", 65),
        ("{amana} verifier verify {shown}.not 2>&-", 65),
        ("{amana} verifier verify {shown}.not --json >/dev/full 2>/dev/full", 70),
    ],
)
def test_no_full_disk_or_closed_stream_gives_a_status_of_its_own(
    command_line: str, status: int, tmp_path: Path
) -> None:
    """The interpreter's own 1 and 120 would be read by a script as somebody's verdict."""
    shown = tmp_path / "shown.json"
    shown.write_bytes(b"{")
    whole = command_line.format(amana=f"{sys.executable} -m amana", shown=shown)
    done = subprocess.run(["sh", "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("as_json", [False, True])
def test_no_stranger_moves_the_cursor(
    role: Role, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """A DID or a name that erases the line above, hides the next or turns it round."""
    hostile = "did:x:\x1b[1A\x1b[2K\x9b8m\r\u202eAid\nmetad"
    does(role, lambda: Answer(data={"organisation": hostile}, text=hostile))
    assert main(["issuer", "do", *(["--json"] if as_json else [])]) == 0
    out = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\r", "\u202e"} & set(out)
    if as_json:
        assert json.loads(out) == {"organisation": hostile}
    else:
        assert out == "did:x:\\u001b[1A\\u001b[2K\\u009b8m\\u000d\\u202eAid\nmetad\n"
    fails(role, InputError(Reason.NO_SUCH_FILE, file=hostile))
    assert main(["issuer", "do"]) == 65
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("status", [0, 10, 20])
def test_a_verdict_stays_where_there_is_no_output_at_all(
    role: Role, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts us may have closed it: Python then has no stream to write to."""
    does(role, lambda: Answer(text="x", exit=status))
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["issuer", "do"]) == status


class Full(Gone):
    """A standard output on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("status", [0, 10, 20])
def test_an_answer_that_got_lost_is_no_answer(role: Role, status: int, tmp_path: Path) -> None:
    does(role, lambda: Answer(text="x", exit=status))
    with (tmp_path / "out").open("w") as file, contextlib.redirect_stdout(Full(file.fileno())):
        assert main(["issuer", "do"]) == 70
    with contextlib.redirect_stdout(None):
        assert main(["issuer", "do"]) == status


def test_a_pipe_that_breaks_during_the_work_is_no_success(role: Role) -> None:
    fails(role, BrokenPipeError())
    assert main(["issuer", "do"]) == 70


def test_as_a_process() -> None:
    """`python -m amana` and a reader that goes away at once."""
    base = [sys.executable, "-m", "amana"]
    done = subprocess.run([*base, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, "never a legal one" in " ".join(done.stdout.split())) == (0, True)
    done = subprocess.run([*base, "dance"], capture_output=True, text=True, check=False)
    assert done.returncode == 64
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [*base, "--help"], stdout=closed, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_package_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["amana", "dance"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module("amana", run_name="__main__")
    assert left.value.code == 64


# --- Files ---------------------------------------------------------------------------------------


def test_files_are_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_file(path) == b"12345"
    assert read_file(path, limit=5) == b"12345"
    with pytest.raises(InputError) as caught:
        read_file(path, limit=4)
    assert caught.value.reason is Reason.TOO_LARGE
    assert caught.value.where == {"file": str(path)}


def test_a_file_without_an_end_is_not_read_for_ever() -> None:
    found = refused(lambda: read_file(Path("/dev/zero"), limit=1_000), error=InputError)
    assert found is Reason.TOO_LARGE


def test_files_that_can_not_be_read(tmp_path: Path) -> None:
    assert refused(lambda: read_file(tmp_path / "none"), error=InputError) is Reason.NO_SUCH_FILE
    for path in (tmp_path, tmp_path / ("x" * 300)):
        found = refused(partial(read_file, path), error=InputError)
        assert found is Reason.UNREADABLE_FILE


def test_files_are_written_whole_and_their_folder_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_a_secret_is_its_owners_alone_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    write_private(path, b"one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InputError) as caught:
        write_private(path, b"two")
    assert caught.value.reason is Reason.WOULD_OVERWRITE
    assert path.read_bytes() == b"one"
    write_private(path, b"two", overwrite=True)
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_never_follows_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "key.json"
    link.symlink_to(tmp_path / "elsewhere")
    assert refused(lambda: write_private(link, b"x")) is Reason.WOULD_OVERWRITE


def test_a_secret_was_never_readable_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mode is set before the first byte of the secret is in the file."""
    seen: list[tuple[int, int]] = []
    change = os.fchmod

    def watched(handle: int, mode: int) -> None:
        change(handle, mode)
        found = os.fstat(handle)
        seen.append((stat.S_IMODE(found.st_mode), found.st_size))

    monkeypatch.setattr(os, "fchmod", watched)
    write_private(tmp_path / "key", b"secret")
    assert seen == [(0o600, 0)]


@pytest.mark.parametrize("where", ["file/x", "x" * 300])
def test_places_that_can_not_be_written(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    for write in (write_file, write_private):
        found = refused(partial(write, tmp_path / where, b"x"), error=InputError)
        assert found is Reason.UNREADABLE_FILE


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_file(path, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refused(lambda: write_file(path, b"new"), error=InputError) is Reason.UNREADABLE_FILE
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_stop_in_the_middle_leaves_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "file", b"new")
    assert list(tmp_path.iterdir()) == []


def test_folders_of_secrets_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_folder(folder)
    make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "x", tmp_path / ("x" * 300)):
        found = refused(partial(make_folder, path), error=InputError)
        assert found is Reason.UNREADABLE_FILE


def test_two_programs_take_turns_in_a_folder(tmp_path: Path) -> None:
    """The second waits for the first; the lock is gone afterwards, also after an error."""
    other = (
        "import fcntl, os, sys\n"
        "handle = os.open(sys.argv[1], os.O_RDONLY)\n"
        "try:\n    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        "except BlockingIOError:\n    sys.exit(3)\n"
    )

    def ask() -> int:
        command = [sys.executable, "-c", other, str(tmp_path)]
        return subprocess.run(command, check=False).returncode

    with alone_in(tmp_path):
        assert ask() == 3
    assert ask() == 0
    with pytest.raises(KeyError), alone_in(tmp_path):
        raise KeyError
    assert ask() == 0
    assert list(tmp_path.iterdir()) == []


def test_nobody_is_alone_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "none", tmp_path / "file"):
        with pytest.raises(InputError) as caught, alone_in(path):
            pass
        assert caught.value.reason is Reason.NO_SUCH_FILE


# --- Passphrases ---------------------------------------------------------------------------------


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`typed("a", "b")` sits at the keyboard; the prompts come back."""
    monkeypatch.delenv("AMANA_PASSPHRASE", raising=False)

    def sit(*answers: str) -> list[str]:
        prompts: list[str] = []
        left = list(answers)

        def ask(prompt: str) -> str:
            prompts.append(prompt)
            return left.pop(0)

        monkeypatch.setattr("getpass.getpass", ask)
        monkeypatch.setattr(sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
        return prompts

    return sit


def options(path: Path | None = None) -> argparse.Namespace:
    return argparse.Namespace(passphrase_file=path)


def test_a_passphrase_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pass"
    path.write_bytes(b" open sesame \r\n")
    assert passphrase(options(path)) == b" open sesame "
    path.write_bytes(b"x" * 4_097)
    assert refused(lambda: passphrase(options(path)), error=InputError) is Reason.TOO_LARGE


def test_a_passphrase_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANA_PASSPHRASE", "öpen")
    assert passphrase(options()) == "öpen".encode()
    monkeypatch.setenv("AMANA_PASSPHRASE", "caf\udce9")  # bytes that are no UTF-8
    assert passphrase(options()) == b"caf\xe9"
    monkeypatch.setenv("AMANA_PASSPHRASE", "")
    assert refused(lambda: passphrase(options())) is Reason.WRONG_PASSPHRASE


def test_a_passphrase_from_the_keyboard(typed: Callable[..., list[str]]) -> None:
    prompts = typed("open")
    assert passphrase(options()) == b"open"
    assert prompts == ["Passphrase: "]
    prompts = typed("open", "open")
    assert passphrase(options(), confirm=True, whose="member 2") == b"open"
    assert prompts[0] == "Passphrase of member 2: "
    assert len(prompts) == 2


def test_passphrases_that_differ_or_are_empty(typed: Callable[..., list[str]]) -> None:
    typed("open", "opne")
    assert refused(lambda: passphrase(options(), confirm=True)) is Reason.WRONG_PASSPHRASE
    typed("")
    assert refused(lambda: passphrase(options())) is Reason.WRONG_PASSPHRASE


def test_no_passphrase_and_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMANA_PASSPHRASE", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    found = refused(lambda: passphrase(options()), error=InputError)
    assert found is Reason.WRONG_PASSPHRASE


def test_a_passphrase_is_never_an_argument(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is `--passphrase` short for `--passphrase-file`, whose value errors may name."""
    assert main(["issuer", "open", "--passphrase", "open sesame"]) == 64
    assert main(["issuer", "open", "--help"]) == 0
    assert "--passphrase-file FILE" in capsys.readouterr().out
