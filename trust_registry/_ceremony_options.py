"""What the commands of ceremonies and of regional registrars share: files passed by hand."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.cli import read_file
from amana.limits import LIMITS
from trust_registry.sources import FolderSource, read_all

if TYPE_CHECKING:
    from trust_registry._previous import Read

__all__ = ["add_collected", "add_published", "grouped", "read_anchor", "read_files", "reader"]

_READ_AT_ONCE: Final = 8  # characters of a digest


def add_published(parser: argparse.ArgumentParser) -> None:
    """Let a command be given what is published, and the trust anchor to check it by."""
    parser.add_argument(
        "--published", type=Path, required=True, metavar="DIR", help="what is published now"
    )
    parser.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="FILE",
        help="your own trust anchor, not one that came with the package",
    )


def add_collected(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a package, and what members made of it."""
    parser.add_argument("package", type=Path, metavar="PACKAGE")
    parser.add_argument(
        "--signatures", type=Path, action="append", default=[], metavar="FILE", help="a member's"
    )


def read_anchor(options: argparse.Namespace) -> bytes:
    """The trust anchor. Raises: InputError as `read_file` (the caller)."""
    return read_file(options.root, limit=LIMITS.registry_root_bytes)


def read_files(paths: Iterable[Path]) -> list[bytes]:
    """Files of a ceremony. Raises: InputError as `read_file` (the caller)."""
    return [read_file(path, limit=LIMITS.ceremony_bytes) for path in paths]


def reader(published: Path) -> Read:
    """Reads what was carried here, file by file."""
    return partial(read_all, FolderSource(published), limit=LIMITS.registry_file_bytes)


def grouped(digest: str) -> str:
    """A digest as people read it to each other."""
    return " ".join(digest[at : at + _READ_AT_ONCE] for at in range(0, len(digest), _READ_AT_ONCE))
