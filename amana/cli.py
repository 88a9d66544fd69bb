"""The `amana` command: finds each role's commands by entry point and imports none of them itself.

Exit status: 0 ACCEPTED or done, 10 REJECTED, 20 UNDECIDED, 64 misuse, 65 bad input, 70 our fault.
1 and 2 are never used on purpose, so that a crash can't condemn anyone. This is the one module of
the room that touches files.
"""

from __future__ import annotations

import argparse
import fcntl
import getpass
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, NoReturn, TextIO

from amana.errors import AmanaError, InputError
from amana.reasons import Outcome, Reason
from amana.strict_json import JsonObject

__all__ = ["Answer", "command", "main", "passphrase", "read_file", "write_private"]

EXIT_BY_OUTCOME: Final = {Outcome.ACCEPTED: 0, Outcome.REJECTED: 10, Outcome.UNDECIDED: 20}
MISUSE: Final = 64
BAD_INPUT: Final = 65
OUR_FAULT: Final = 70
_GROUP: Final = "amana.commands"
_PASSPHRASE: Final = "AMANA_PASSPHRASE"  # noqa: S105 - the variable's name, not a secret
# Control characters but tab and line feed, and marks that turn the direction of what follows.
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command found: `data` for `--json`, `text` for people, and the exit status."""

    data: JsonObject = field(default_factory=dict)
    text: str = ""
    exit: int = 0


class _Parser(argparse.ArgumentParser):
    def __init__(self, **named: Any) -> None:
        # `--passphrase SECRET` would else be read as short for `--passphrase-file SECRET`.
        super().__init__(**{"allow_abbrev": False, **named})

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(MISUSE, f"{self.prog}: {message}\n")


def command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], Answer],
    help_text: str,
    *,
    needs_passphrase: bool = False,
) -> argparse.ArgumentParser:
    """Add one command with `--json` (and `--passphrase-file`), to be answered by `run`."""
    parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON object and no prose")
    if needs_passphrase:
        parser.add_argument(
            "--passphrase-file",
            type=Path,
            metavar="FILE",
            help=f"read the passphrase from FILE (else from {_PASSPHRASE}, else ask)",
        )
    parser.set_defaults(run=run)
    return parser


def group(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    """The sub-commands of a role; one of them must be named."""
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status. Every expected error is one line, typed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name may hold what no terminal writes
            stream.reconfigure(errors="backslashreplace")
    status, text = _answer(list(sys.argv[1:] if arguments is None else arguments))
    # An answer that could not be written is no success; whoever closed the pipe has read enough.
    return status if _written(sys.stdout, text) else OUR_FAULT


def _written(stream: TextIO | None, text: str | None) -> bool:
    """Write a line for people or programs; False if it got lost. Never raises.

    Strangers' words stand in it (an unknown asker's DID, say), so what could move a terminal's
    cursor or turn its text is written as an escape, which means the same in JSON.
    """
    if stream is None:  # closed by whoever started us
        return True
    try:
        if text is not None:
            print(_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text), file=stream)
        stream.flush()
    except (OSError, ValueError) as error:
        # What its buffer still holds must not fail once more when the interpreter ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return isinstance(error, BrokenPipeError)
    return True


def _answer(arguments: list[str]) -> tuple[int, str | None]:
    """The exit status, and what belongs on the standard output."""
    wants_json = "--json" in arguments
    try:
        options = _parse(arguments)
        answer: Answer = options.run(options)
        return answer.exit, (json.dumps(answer.data) if wants_json else answer.text)
    except SystemExit as stopped:  # argparse: 0 after --help, 64 after misuse
        return (stopped.code if isinstance(stopped.code, int) else MISUSE), None
    except AmanaError as error:
        return BAD_INPUT, _say_error(error, wants_json=wants_json)
    except KeyboardInterrupt:
        _written(sys.stderr, "stopped")
        return OUR_FAULT, None
    except Exception as error:  # noqa: BLE001 - a crash must not look like a verdict
        return OUR_FAULT, _say_crash(error, wants_json=wants_json)


def read_file(path: Path, *, limit: int = 64 * 1024 * 1024) -> bytes:
    """The bytes of a file.

    Raises: InputError NO_SUCH_FILE, UNREADABLE_FILE or TOO_LARGE (the caller's fault).
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)  # a device or a pipe does not say how much it holds
    except FileNotFoundError:
        raise InputError(Reason.NO_SUCH_FILE, file=str(path)) from None
    except OSError as error:
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be read", file=str(path)
        ) from None
    if len(data) > limit:
        raise InputError(Reason.TOO_LARGE, f"more than {limit} bytes", file=str(path))
    return data


def write_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` so that a reader sees the old file or the new one, never half of one.

    Raises: InputError UNREADABLE_FILE if the place can't be written (the caller's fault).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            os.fchmod(handle, mode)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be written", file=str(path)
        ) from None


def write_private(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a secret, readable by its owner only (0600).

    Raises: InputError WOULD_OVERWRITE if the file is there and `overwrite` is not set.
    """
    if os.path.lexists(path) and not overwrite:
        raise InputError(Reason.WOULD_OVERWRITE, "it is there already", file=str(path))
    write_file(path, data, mode=0o600)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into, unless it is there.

    Raises: InputError UNREADABLE_FILE if that can't be done (the caller's fault).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be made", file=str(folder)
        ) from None


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other program of ours is at work in `folder`; no lock file stays behind.

    Raises: InputError NO_SUCH_FILE if there is no such folder (the caller's fault).
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        raise InputError(Reason.NO_SUCH_FILE, "no such folder", file=str(folder)) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def passphrase(options: argparse.Namespace, *, confirm: bool = False, whose: str = "") -> bytes:
    """The passphrase, from a file, the environment or a prompt; never from the command line.

    `whose` names the key in the prompt, where one command opens several.

    Raises: InputError WRONG_PASSPHRASE if there is none, or if the two typed ones differ.
    """
    if options.passphrase_file is not None:
        value = read_file(options.passphrase_file, limit=4096).rstrip(b"\r\n")
    elif _PASSPHRASE in os.environ:
        value = os.environ[_PASSPHRASE].encode(errors="surrogateescape")
    elif sys.stdin.isatty():
        value = getpass.getpass(f"Passphrase{whose and f' of {whose}'}: ").encode()
        if confirm and getpass.getpass("Once more: ").encode() != value:
            raise InputError(Reason.WRONG_PASSPHRASE, "the two are not the same")
    else:
        raise InputError(
            Reason.WRONG_PASSPHRASE, f"none given: use --passphrase-file or {_PASSPHRASE}"
        )
    if not value:
        raise InputError(Reason.WRONG_PASSPHRASE, "an empty passphrase protects nothing")
    return value


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="amana",
        description="Proofs that people carry and strangers can check without a network. "
        "A functional identity for humanitarian services; never a legal one.",
        epilog="Exit status: 0 accepted or done, 10 rejected, 20 undecided, 64 misuse, "
        "65 bad input, 70 our fault.",
    )
    roles = parser.add_subparsers(title="roles", metavar="ROLE", required=True)
    found = {point.name: point for point in entry_points(group=_GROUP)}
    # Only the role that was named is imported: a phone has not all of them, and start-up is quick.
    named = next((word for word in arguments if not word.startswith("-")), None)
    for name, point in sorted(found.items()):
        role = roles.add_parser(name, help=_ROLES.get(name, ""))
        if name == named:
            try:
                add_commands = point.load()
            except ModuleNotFoundError as error:
                raise InputError(
                    Reason.MISSING_LIBRARY, f"the role {name} needs {error.name}"
                ) from None
            add_commands(role)
    return parser.parse_args(arguments)


_ROLES: Final = {
    "demo": "the whole story on a registration workbook, in one folder",
    "issuer": "take registrations in as offers, issue what people accepted, revoke",
    "registry": "a consortium's trust registry: who may issue what",
    "vc": "sign or judge one credential in JOSE or SD-JWT, for test suites",
    "vc-api": "a VC-API server on this machine, for test suites",
    "verifier": "ask for a proof, and judge the answer",
    "wallet": "hold proofs and show only what was asked",
}


def _say_error(error: AmanaError, *, wants_json: bool) -> str | None:
    _written(sys.stderr, f"amana: {error}")
    found = {
        "error": type(error).__name__,
        "reason": error.reason.value,
        "detail": error.detail,
        "where": error.where,
    }
    return json.dumps(found) if wants_json else None


def _say_crash(error: Exception, *, wants_json: bool) -> str | None:
    # The message of an unforeseen error may hold personal data; its type and place do not.
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    _written(sys.stderr, f"amana: our fault: {type(error).__name__} at {place}")
    found = {"error": "crash", "reason": type(error).__name__, "place": place}
    return json.dumps(found) if wants_json else None
