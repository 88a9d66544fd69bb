"""`amana registry serve` and `ask`: the registry's answers over HTTP, for strangers."""

from __future__ import annotations

import argparse
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from amana.cli import EXIT_BY_OUTCOME, Answer, command, read_file
from amana.dates import format_instant
from amana.errors import AmanaError, InputError, RegistryError
from amana.limits import LIMITS
from amana.reasons import Outcome, Reason
from trust_registry._reloading import Reloading
from trust_registry._serving import LOOPBACK, base_url, listen, serve
from trust_registry.options import add_registry_options, read_snapshot
from trust_registry.snapshot import Snapshot
from trust_registry.trqp import MEMBERS, Query, authority_of, check_question

__all__ = ["add_trqp_commands"]

_MOST_SECONDS: Final = 60.0  # after which what is known is verified again in any case


def add_trqp_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `serve` and `ask` to the registry's commands."""
    parser = command(commands, "serve", _serve, "answer TRQP questions out of a verified registry")
    add_registry_options(parser)
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="where to listen (this machine)"
    )
    parser.add_argument("--port", type=_port, required=True, metavar="N", help="0 takes a free one")
    parser.add_argument("--tls-certificate", type=Path, metavar="FILE", help="PEM, with its chain")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="PEM, without a passphrase")
    parser.add_argument(
        "--plain",
        action="store_true",
        help="plain HTTP beyond this machine: only behind something that speaks HTTPS",
    )
    parser = command(commands, "ask", _ask, "ask a TRQP server; what it says is no evidence")
    parser.add_argument("url", metavar="URL", help="https://...")
    parser.add_argument("query", choices=[query.value for query in Query])
    parser.add_argument("--entity", required=True, metavar="ID", help="who is asked about")
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--authority", metavar="ID", help="whose registry it is")
    whose.add_argument("--root", type=Path, metavar="FILE", help="or its trust anchor")
    parser.add_argument("--action", required=True, help="issue, ask, ...")
    parser.add_argument("--resource", required=True, help="PurposeCredential, ...")
    parser.add_argument("--time", metavar="INSTANT", help="as of this time (RFC 3339, with Z)")
    parser.add_argument("--tier", help="registered or checked")
    parser.add_argument("--jurisdiction", metavar="CODE", help="where (ISO 3166)")
    parser.add_argument("--private", action="store_true", help="even a server in a private network")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _serve(options: argparse.Namespace) -> Answer:
    context = _context(options)
    try:
        from trust_registry.trqp_server import app
    except ModuleNotFoundError as error:
        raise InputError(Reason.MISSING_LIBRARY, f"the server needs {error.name}") from None
    snapshot_of = Reloading(
        lambda: _loaded(options),
        mark=_mark(options.registry),
        seconds=time.monotonic,
        refused=_say,
    )
    authority = authority_of(read_file(options.root, limit=LIMITS.registry_root_bytes))
    with ExitStack() as opened:
        sockets = listen(options.host, options.port, opened)
        about = {
            "url": base_url(options.host, sockets, tls=context is not None),
            "authority_id": authority,
            "version": snapshot_of().version,
        }
        made = app(snapshot_of, _now, authority=authority)
        serve(made, sockets, about, context=context)
    return Answer(data={"ended": True}, text="ended")


def _context(options: argparse.Namespace) -> Callable[[], ssl.SSLContext] | None:
    """TLS by the files that were named; read now, so that what is wrong with them is said now."""
    if options.tls_certificate is None and options.tls_key is None:
        if options.host not in LOOPBACK and not options.plain:
            raise InputError(
                Reason.TLS_NEEDED, "beyond this machine TRQP is HTTPS: --tls-certificate, --tls-key"
            )
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in (options.tls_certificate, options.tls_key):
        if file is None:
            raise InputError(Reason.TLS_NEEDED, "a certificate and its key are needed")
        read_file(file, limit=LIMITS.json_bytes)  # says which one can't be read
    try:
        # An empty passphrase, or OpenSSL would ask for one at the terminal.
        context.load_cert_chain(options.tls_certificate, options.tls_key, password="")
    except (ssl.SSLError, ValueError):
        raise InputError(
            Reason.BAD_KEY_FILE, "not a certificate and its key in PEM", file=str(options.tls_key)
        ) from None
    return lambda: context


def _loaded(options: argparse.Namespace) -> Snapshot:
    found = read_snapshot(options, now=_now())
    if found is None:
        raise RegistryError(Reason.REGISTRY_MISSING, "--root says whose registry it is")
    return found


def _mark(
    registry: Path | None, *, seconds: Callable[[], float] = time.monotonic
) -> Callable[[], object]:
    """What changes with the registry: the file that is published last; and each minute anew.

    Each minute, since signatures expire with time, and since what a cache holds can be damaged.
    """
    newest = registry
    if registry is not None and registry.is_dir():
        newest = registry / "metadata" / "timestamp.json"

    def mark() -> object:
        minute = seconds() // _MOST_SECONDS
        try:
            found = newest.stat() if newest is not None else None
        except OSError:
            found = None
        return minute, found and (found.st_mtime_ns, found.st_size, found.st_ino)

    return mark


def _say(error: AmanaError) -> None:
    """To whoever runs the server; it is about the registry, never about who asks."""
    print(f"amana: a newer registry was refused: {error}", file=sys.stderr, flush=True)  # noqa: T201


def _ask(options: argparse.Namespace) -> Answer:
    """Exit 20 whatever the server says: nobody vouches for it."""
    from trust_registry.trqp_client import ask

    authority = options.authority
    if authority is None:
        authority = authority_of(read_file(options.root, limit=LIMITS.registry_root_bytes))
    given = dict(
        zip(
            MEMBERS,
            (options.entity, authority, options.action, options.resource),
            strict=True,
        )
    )
    conditions = {name: getattr(options, name) for name in ("time", "tier", "jurisdiction")}
    context = {name: value for name, value in conditions.items() if value is not None}
    question = check_question({**given, "context": context})
    query = Query(options.query)
    found = ask(options.url, query, question, private=options.private)
    message = _legible(found.message)
    return Answer(
        data={
            **question.document(),
            query.says: found.says_yes,
            "time_evaluated": format_instant(found.time_evaluated),
            "heeded_time": found.heeded_time,
            "message": message,
            "verified": False,
        },
        text=f"{options.url} says {'yes' if found.says_yes else 'no'}: {message}\n"
        "Nobody signed that. To rely on it, load the registry itself and verify with it.",
        exit=EXIT_BY_OUTCOME[Outcome.UNDECIDED],
    )


def _legible(text: str) -> str:
    """A stranger's text on one line, without what would hide or turn other text."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _now() -> datetime:
    return datetime.now(UTC)
