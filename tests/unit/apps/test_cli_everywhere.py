"""Every command of every role: misuse ends with 64, a missing file with 65, and help with 0.

The commands are found in the parser itself, so that one which is added later is tested as well.
Needed here, where all rooms may be imported.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import amana.cli as shell
from amana.cli import main
from amana.reasons import Reason

# `vc-api` is no command that ends: tests of its own start and stop it.
ROLES = ("demo", "issuer", "registry", "vc", "verifier", "wallet")
# What a required option is given when all that is wrong is a file that is not there.
GIVEN = {
    "--act": "food-assistance",
    "--appeals": "appeals@nowhere.example",
    "--consent": "tick",
    "--did": "did:web:nowhere.example",
    "--key": "key-1=nowhere.key",
    "--name": "en=Nowhere",
    "--registrar": "nobody",
    "--state": "retired",
    "--station": "nowhere",
    "ROW": "abc",
}
# Commands that make something new: they need no file, and say so by another reason or by success.
MAKES = {
    "issuer init",
    "registry form",
    "registry init",
    "registry key make",
    "verifier init",
    "wallet init",
}
# `key` is kept by id there, not by a name and a file.
OWN = {
    "registry registrar init": {
        "--action": "issue:PurposeCredential",
        "--member": "ines=nowhere.key",
        "--most": "1",
        "--name": "north",
        "--threshold": "2",
    },
    "registry serve": {"--port": "1"},
    "registry key-state": {"--key": "did:web:nowhere.example#key-1"},
    "registry init": {"--name": "Nowhere"},
    "vc issue": {"--feature": "credential_jose", "--key": "nowhere.key"},
    "vc verify": {"--feature": "credential_jose", "--key": "nowhere.key"},
    "issuer certify": {"--station": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"},
}
MORE = {
    "registry resolve": ["--registry", "nowhere", "--root", "nowhere.json"],
    "registry log compare": ["--root", "nowhere.json"],
    "registry log show": ["--root", "nowhere.json"],
    "registry log verify": ["--root", "nowhere.json"],
    "registry serve": ["--registry", "nowhere", "--root", "nowhere.json"],
}
# One asks another machine, and needs no file; the other misses a whole registry, not a file.
ASKS = {"registry ask", "registry export"}


class Found(Exception):
    """Carries a parser out of the shell, before it parses anything."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each command's words and its own parser."""

    def parse(self: argparse.ArgumentParser, *_: object, **__: object) -> argparse.Namespace:
        raise Found(self)

    for role in ROLES:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shell._Parser, "parse_args", parse)
            with pytest.raises(Found) as found:
                shell._parse([role])
        of_role = children(found.value.parser)[role]
        below = children(of_role)
        if not below:
            yield role, of_role
        for name, parser in below.items():
            yield from within(f"{role} {name}", parser)


def within(
    words: str, parser: argparse.ArgumentParser
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """A command, or those of a group, such as `registry log show`."""
    below = children(parser)
    if not below:
        yield words, parser
    for name, one in below.items():
        yield from within(f"{words} {name}", one)


def children(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


COMMANDS = dict(commands())


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and a passphrase, so that nobody is asked for one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMANA_PASSPHRASE", "nobody's passphrase")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def least(command: str) -> list[str]:
    """The shortest words with which `command` is no misuse; every file in them is missing."""
    words = command.split()
    groups = [group for group in COMMANDS[command]._mutually_exclusive_groups if group.required]
    first = [group._group_actions[0] for group in groups]
    given = {**GIVEN, **OWN.get(command, {})}
    for action in COMMANDS[command]._actions:
        name = action.option_strings[0] if action.option_strings else action.metavar
        named = str(name)
        if not action.option_strings and action.nargs in (None, 1):
            words.append(given.get(named, value_for(action, named)))
        elif action.option_strings and (action.required or action in first):
            words.append(named)
            if action.nargs != 0:
                words.append(given.get(named, value_for(action, named)))
    if command in ("issuer accept", "issuer refuse"):
        words.append("abc")
    if command == "demo":
        words += ["--registrations", "nowhere.xlsx"]
    return words + MORE.get(command, [])


def value_for(action: argparse.Action, named: str) -> str:
    """A value that is no misuse: one of those to choose from, a number, or a file not there."""
    if action.choices is not None:
        return str(next(iter(action.choices)))
    return "1" if action.type is int else f"nowhere-{named.strip('-')}.json"


def test_all_commands_of_the_plan_are_there() -> None:
    assert {
        "demo",
        "issuer accept",
        "issuer intake",
        "issuer issue",
        "issuer refuse",
        "issuer revoke",
        "issuer show",
        "registry publish",
        "registry show",
        "verifier challenge",
        "verifier verify",
        "wallet init",
        "wallet list",
        "wallet present",
        "wallet receive",
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", ["", *ROLES, *COMMANDS])
def test_help_says_how_and_ends_with_0(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    said = capsys.readouterr()
    assert "usage: amana" in said.out
    assert said.err == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_that_does_not_exist_is_misuse(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*least(command), "--no-such-option"]) == 64
    assert "usage: amana" in capsys.readouterr().err


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "demo"])
def test_words_left_out_are_misuse(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command.split()) == 64
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: amana" in said.err


@pytest.mark.parametrize("role", ["nobody", *(f"{role} nothing" for role in ROLES)])
def test_a_role_or_a_command_that_does_not_exist_is_misuse(
    role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(role.split()) == 64
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in MAKES | ASKS])
def test_a_missing_file_is_bad_input_and_one_json_object(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named by its reason and by the file, without a traceback; nothing is left behind."""
    assert main([*least(command), "--json"]) == 65
    said = capsys.readouterr()
    (line,) = said.out.splitlines()
    answer = json.loads(line)
    assert answer["reason"] == Reason.NO_SUCH_FILE.value
    assert "nowhere" in answer["where"]["file"]
    assert "Traceback" not in said.err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("command", sorted(MAKES))
def test_what_is_made_is_told_as_one_json_object(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*least(command), "--json"]
    assert main(words) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert isinstance(json.loads(line), dict)
    assert main(words) == 65  # and never made over what is there
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.WOULD_OVERWRITE.value


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in MAKES | ASKS])
def test_words_for_people_stay_off_the_standard_output_when_it_fails(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(least(command)) == 65
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("amana: ")
    assert len(said.err.splitlines()) == 1
