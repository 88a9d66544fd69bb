"""The registry options that several roles' commands share: `--registry`, `--root`, `--cache`."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from platformdirs import user_cache_path

from amana.cli import alone_in, make_folder, read_file
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from trust_registry.snapshot import Snapshot

__all__ = ["add_registry_options", "read_snapshot"]


def add_registry_options(parser: argparse.ArgumentParser) -> None:
    """Let a command be given a registry, and the root that it is checked against."""
    parser.add_argument(
        "--registry", type=Path, metavar="DIR", help="a published registry folder, or a bundle"
    )
    parser.add_argument(
        "--root", type=Path, metavar="FILE", help="the consortium's first root, got by hand"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where trusted state is kept")


def read_snapshot(options: argparse.Namespace, *, now: datetime) -> Snapshot | None:
    """The registry that was named, or the one remembered under `--root`, or None.

    Raises: InputError REGISTRY_MISSING for a registry without a root to check it against (the
    caller's fault); RegistryError as `trust_registry.client`.
    """
    if options.root is None:
        if options.registry is not None:
            raise InputError(Reason.REGISTRY_MISSING, "--registry proves nothing without --root")
        return None
    # Only who names a registry waits for the TUF client to be imported.
    from trust_registry import client

    root = read_file(options.root, limit=LIMITS.registry_root_bytes)
    cache: Path = options.cache or user_cache_path("amana") / "registry"
    make_folder(cache)
    # Two programs that update one cache would each undo the other's work.
    with alone_in(cache):
        if options.registry is None:
            return client.load_cached(root=root, cache=cache, now=now)
        if options.registry.is_file():
            from trust_registry.incoming import import_file

            return import_file(options.registry, root=root, cache=cache, now=now)
        return client.load(options.registry, root=root, cache=cache, now=now)
