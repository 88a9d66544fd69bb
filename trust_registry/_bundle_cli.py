"""`amana registry export`, `import` and `fetch`: the registry on a stick, or from a web server."""

from __future__ import annotations

import argparse
import os
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from amana.cli import Answer, alone_in, command, make_folder, read_file, write_file
from amana.dates import format_instant
from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from trust_registry._held import HeldSource, is_held
from trust_registry._inventory import snapshot_of
from trust_registry.bundle import open_bundle, write_bundle
from trust_registry.delta import build_delta
from trust_registry.incoming import INCOMING, import_file, install
from trust_registry.mirror import BUNDLE, HttpSource, download, keep_known, read_known
from trust_registry.snapshot import Snapshot
from trust_registry.sources import FolderSource, Source

__all__ = ["add_bundle_commands"]

_MIRRORS: Final = "mirrors"


def add_bundle_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `export`, `import` and `fetch` below `amana registry`."""
    export = command(commands, "export", _export, "write the registry into one file for a stick")
    export.add_argument("file", type=Path, metavar="FILE.amana")
    whence = export.add_mutually_exclusive_group(required=True)
    whence.add_argument("--published", type=Path, metavar="DIR", help="a published registry folder")
    whence.add_argument(
        "--root",
        type=Path,
        metavar="FILE",
        help="what this device verified under that trust anchor",
    )
    export.add_argument("--cache", type=Path, metavar="DIR", help="with --root: where it is kept")
    only = export.add_mutually_exclusive_group()
    only.add_argument(
        "--since", type=int, metavar="VERSION", help="only what changed since this version"
    )
    only.add_argument(
        "--base", type=Path, metavar="FILE", help="only what changed since this bundle was written"
    )
    taken = command(commands, "import", _import, "verify a file from a stick, and remember it")
    taken.add_argument("file", type=Path, metavar="FILE.amana")
    _root(taken)
    fetch = command(commands, "fetch", _fetch, "get the registry from a web server, over HTTPS")
    fetch.add_argument("url", metavar="URL", help="the published folder, or a bundle (.amana)")
    _root(fetch)
    fetch.add_argument(
        "--private", action="store_true", help="even from a host in a private network"
    )
    fetch.add_argument(
        "--authority", type=Path, metavar="FILE", help="trust this certificate authority alone"
    )


def _root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        type=Path,
        required=True,
        metavar="FILE",
        help="the trust anchor; take it from the consortium itself, not from where the file was",
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where trusted state is kept")


def _export(options: argparse.Namespace) -> Answer:
    source: Source
    if options.published is not None:
        source = FolderSource(options.published)
    else:
        root, cache = _trusted(options)
        source = HeldSource(root=root, cache=cache)
    if options.since is None and options.base is None:
        return _export_bundle(source, options.file)
    if options.base is not None:
        with open_bundle(options.base) as base:
            data, since = build_delta(source, base=base), base.header.version
    else:
        since = options.since
        number = snapshot_of(source, since)
        data = build_delta(source, base=source, base_snapshot=number)
    write_file(options.file, data)
    return Answer(
        data={"file": str(options.file), "since": since, "bytes": len(data)},
        text=f"{options.file}: what changed since version {since}, {len(data)} bytes",
    )


def _export_bundle(source: Source, file: Path) -> Answer:
    """Written under another name first: whoever sees the file sees all of it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".new-")
        try:
            os.fchmod(handle, 0o644)
            with os.fdopen(handle, "w+b") as out:
                header = write_bundle(source, out)
                out.flush()
                os.fsync(out.fileno())
                size = out.seek(0, os.SEEK_END)
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            Reason.UNREADABLE_FILE, error.strerror or "can't be written", file=str(file)
        ) from None
    return Answer(
        data={
            "file": str(file),
            "version": header.version,
            "published": format_instant(header.published),
            "anchor": header.anchor,
            "bytes": size,
        },
        text=f"{file}: version {header.version}, {size} bytes. Whoever imports it needs the trust "
        f"anchor, by another way; its SHA-256 is\n{header.anchor}",
    )


def _import(options: argparse.Namespace) -> Answer:
    root, cache = _trusted(options)
    with alone_in(cache):
        found = import_file(options.file, root=root, cache=cache, now=_now())
    return _told(found)


def _fetch(options: argparse.Namespace) -> Answer:
    root, cache = _trusted(options)
    context = _context(options.authority)
    with alone_in(cache):
        first = not options.url.endswith(".amana")
        url = f"{options.url.rstrip('/')}/{BUNDLE}" if first else options.url
        found: Snapshot | None = None
        if not first or not is_held(root=root, cache=cache):
            copy = download(url, cache / INCOMING, private=options.private, context=context)
            if copy is not None:
                found = install(copy, name=url, root=root, cache=cache, now=_now())
            elif not first:
                raise InputError(Reason.NO_SUCH_FILE, "the server has no such bundle", file=url)
        if first:
            found = _refresh(options, root, cache, context)
    assert found is not None  # noqa: S101 - one of the two ways was gone
    return _told(found)


def _refresh(
    options: argparse.Namespace, root: bytes, cache: Path, context: ssl.SSLContext | None
) -> Snapshot:
    from trust_registry import client

    notes = cache / _MIRRORS
    source = HttpSource(
        options.url,
        known=read_known(options.url, notes),
        private=options.private,
        context=context,
    )
    known = None
    try:
        found = client.load(source, root=root, cache=cache, now=_now())
        known = source.known
    finally:  # should what was kept be at fault, it is not asked with again
        keep_known(options.url, notes, known)
        source.close()
    return found


def _trusted(options: argparse.Namespace) -> tuple[bytes, Path]:
    root = read_file(options.root, limit=LIMITS.registry_root_bytes)
    cache: Path = options.cache or user_cache_path("amana") / "registry"
    make_folder(cache)
    return root, cache


def _context(authority: Path | None) -> ssl.SSLContext | None:
    if authority is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(authority))
    except (OSError, ValueError):  # an SSLError is an OSError
        raise InputError(
            Reason.UNREADABLE_FILE, "not a certificate authority", file=str(authority)
        ) from None


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _told(found: Snapshot) -> Answer:
    age = (_now() - found.published).days
    return Answer(
        data={
            "name": found.name,
            "version": found.version,
            "published": format_instant(found.published),
            "age_days": age,
            "entries": len(found.entries),
        },
        text=f"{found.name}, version {found.version}, signed {age} days ago, "
        f"{len(found.entries)} organisations: verified and remembered",
    )
