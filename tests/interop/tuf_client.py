"""A TUF client in three commands, for suites that test any TUF client from outside.

    tuf_client.py --metadata-dir DIR init TRUSTED_ROOT
    tuf_client.py --metadata-dir DIR --metadata-url URL refresh
    tuf_client.py --metadata-dir DIR --metadata-url URL --target-name NAME
                  --target-base-url URL --target-dir DIR download

Exit 0 if all of it succeeded, else 1. The same TUF client with the same bounds stands behind it as
behind `trust_registry.client`, and it is pinned alike: every run begins at the root of `init`. What
is the registry's own is left out (its key type, its roles, its rules), for a suite makes keys and
repositories of many kinds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import urllib3
from tuf.api import exceptions
from tuf.ngclient import Updater, Urllib3Fetcher  # noqa: TID251 - for suites; no registry behind it

from amana.limits import LIMITS
from trust_registry.client import bounds

# Suites count the files that end in .json: those are the trusted roles.
PINNED = "pinned-root"
_SOCKET_SECONDS = 10
_EXPECTED = (
    exceptions.RepositoryError,
    exceptions.DownloadError,
    urllib3.exceptions.HTTPError,
    OSError,
    ValueError,
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(1, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None, *, now: datetime | None = None) -> int:
    """Run one command. `now` replaces the machine's clock, where a test needs another day."""
    options = _options(arguments)
    try:
        if options.command == "init":
            _init(options)
        else:
            updater = _updater(options, now)
            updater.refresh()
            if options.command == "download":
                _download(updater, options.target_name)
    except _EXPECTED as error:
        print(f"{options.command}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(description="a TUF client to be tested", allow_abbrev=False)
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url")
    parser.add_argument("--target-name")
    parser.add_argument("--target-base-url")
    parser.add_argument("--target-dir", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("trusted_root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    options = parser.parse_args(arguments)
    needed = {"init": (), "refresh": ("metadata_url",)}.get(
        options.command, ("metadata_url", "target_name", "target_base_url", "target_dir")
    )
    for name in needed:
        if getattr(options, name) is None:
            parser.error(f"{options.command} needs --{name.replace('_', '-')}")
    return options


def _init(options: argparse.Namespace) -> None:
    folder: Path = options.metadata_dir
    folder.mkdir(parents=True, exist_ok=True)
    root = options.trusted_root.read_bytes()
    (folder / PINNED).write_bytes(root)
    (folder / "root.json").write_bytes(root)  # what is trusted, for whoever looks at once


def _updater(options: argparse.Namespace, now: datetime | None) -> Updater:
    root = (options.metadata_dir / PINNED).read_bytes()
    updater = Updater(
        metadata_dir=str(options.metadata_dir),
        metadata_base_url=options.metadata_url,
        target_dir=str(options.target_dir) if options.target_dir is not None else None,
        target_base_url=options.target_base_url,
        fetcher=Urllib3Fetcher(socket_timeout=_SOCKET_SECONDS, app_user_agent="amana"),
        config=bounds(LIMITS),
        bootstrap=root,
    )
    if now is not None:
        updater._trusted_set.reference_time = now
    return updater


def _download(updater: Updater, name: str) -> None:
    target = updater.get_targetinfo(name)
    if target is None:
        raise exceptions.RepositoryError(f"no role lists {name}")
    if updater.find_cached_target(target) is None:
        updater.download_target(target)


if __name__ == "__main__":
    sys.exit(main())
