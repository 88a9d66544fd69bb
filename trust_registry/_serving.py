"""An ASGI application on sockets, until a signal comes: no log, no name of the software."""

from __future__ import annotations

import json
import signal
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import JsonObject

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

__all__ = ["LOOPBACK", "base_url", "config_of", "listen", "serve"]

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def base_url(host: str, sockets: list[socket.socket], *, tls: bool) -> str:
    """The URL at which `sockets` can be reached, by the name that was asked for."""
    name = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{name}:{sockets[0].getsockname()[1]}"


def listen(host: str, port: int, opened: ExitStack) -> list[socket.socket]:
    """Sockets on `host`, an address; for "localhost" one of each family, as clients differ.

    Raises: InputError PORT_UNUSABLE (the caller's fault).
    """
    # Not the name itself: what a resolver makes of "localhost" is its own affair.
    wanted = ["127.0.0.1", "::1"] if host == "localhost" else [host]
    sockets: list[socket.socket] = []
    for address in wanted:
        try:
            sockets.append(opened.enter_context(_bound(address, port)))
        except OSError as error:
            if sockets:  # a machine without IPv6
                break
            said = error.strerror or "can't be used"
            raise InputError(Reason.PORT_UNUSABLE, said, port=port) from None
        port = sockets[0].getsockname()[1]
    return sockets


def _bound(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Said to be TCP, or asyncio would not send each answer at once.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ":" in address:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((address, port))
    except OSError:
        listening.close()
        raise
    return listening


def config_of(
    app: ASGIApp, *, context: Callable[[], ssl.SSLContext] | None = None
) -> uvicorn.Config:
    """How uvicorn is to run: no log of who asks, no name of the software, nothing but HTTP."""
    import uvicorn

    return uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level="critical",
        lifespan="off",
        ws="none",
        loop="asyncio",
        http="h11",
        server_header=False,
        timeout_graceful_shutdown=2,
        ssl_context_factory=None if context is None else (lambda _config, _default: context()),
    )


def serve(
    app: ASGIApp,
    sockets: list[socket.socket],
    about: JsonObject,
    *,
    context: Callable[[], ssl.SSLContext] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; with TLS, if there is a context for it.

    `about` is the first line on the standard output, once the server can be reached.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            print(json.dumps(about), flush=True)  # noqa: T201 who started it waits for this line

    # The server puts back what was there before and raises the signal once more: to end is right.
    before = {number: signal.signal(number, _pass) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        Server(config_of(app, context=context)).run(sockets=sockets)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _pass(_number: int, _frame: object) -> None:
    """Nothing: the server has ended by then."""
