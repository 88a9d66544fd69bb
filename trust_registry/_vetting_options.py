"""What the commands of a vetting share: the case they are about, who signs, and the clock."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from amana.cli import passphrase
from amana.errors import RegistryError
from amana.keys import PublicKey
from amana.reasons import Reason
from trust_registry.consortium import Consortium
from trust_registry.signers import MemberKey, open_signer

__all__ = ["add_case", "add_folder", "add_voter", "member_keys", "now", "opened"]


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a consortium's folder."""
    parser.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the consortium's working folder"
    )


def add_case(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a consortium's folder and an organisation."""
    add_folder(parser)
    parser.add_argument("--did", required=True)


def add_voter(parser: argparse.ArgumentParser, choices: tuple[str, str]) -> None:
    """Let a command be given who votes, for what of two, and why."""
    parser.add_argument(
        "--member", required=True, metavar="KEY", help="a key file, or a pkcs11: address"
    )
    parser.add_argument("--for", dest="choice", required=True, choices=choices)
    parser.add_argument("--reason", required=True, help="published with the vote")


def pair(separator: str) -> Callable[[str], tuple[str, str]]:
    """A type of argument: two parts with `separator` between them."""
    return partial(_split, separator=separator)


def _split(text: str, *, separator: str) -> tuple[str, str]:
    left, found, right = text.partition(separator)
    if not (left and found and right):
        raise argparse.ArgumentTypeError(f"{text!r} is not two parts with {separator} between")
    return left, right


def now() -> datetime:
    """The clock of this machine, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def opened(options: argparse.Namespace, *, demo: bool) -> MemberKey:
    """The key of whoever votes.

    Raises: InputError as `open_signer`; RegistryError DEMO_KEY for a demo's key in a registry that
    is none.
    """
    reference: str = options.member
    key = open_signer(reference, lambda: passphrase(options, whose=Path(reference).name))
    if key.demo and not demo:
        raise RegistryError(Reason.DEMO_KEY, "this registry is no demo")
    return key


def member_keys(consortium: Consortium) -> dict[str, PublicKey]:
    """The public keys of a consortium's members by name."""
    return {member.name: member.public for member in consortium.members}
