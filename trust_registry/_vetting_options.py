"""What the commands of a vetting share: the case they are about, who signs, and the clock."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from amana.cli import passphrase
from amana.errors import RegistryError
from amana.keys import PublicKey
from amana.reasons import Reason
from trust_registry.consortium import Consortium, Member
from trust_registry.region import Region, is_region
from trust_registry.signers import MemberKey, open_signer
from trust_registry.snapshot import Entry

__all__ = ["add_case", "add_folder", "add_voter", "member_keys", "now", "opened", "those_in"]


class Voters(Protocol):
    """Those who vet: a consortium's members, or a regional registrar's."""

    @property
    def members(self) -> tuple[Member, ...]:
        """Who votes."""

    @property
    def threshold(self) -> int:
        """How many of them it takes."""

    @property
    def demo(self) -> bool:
        """Whether a demo's keys count."""

    @property
    def entries(self) -> dict[str, Entry]:
        """What they admitted, by DID."""


def those_in(folder: Path) -> Voters:
    """Those whose working folder this is. Raises: as `Consortium.open` and `Region.open`."""
    return Region.open(folder) if is_region(folder) else Consortium.open(folder)


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a consortium's folder, or a registrar's."""
    parser.add_argument(
        "--dir", type=Path, required=True, metavar="DIR", help="the working folder of those who act"
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


def member_keys(voters: Voters) -> dict[str, PublicKey]:
    """Members' public keys by name."""
    return {member.name: member.public for member in voters.members}
