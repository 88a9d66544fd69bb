"""One file over HTTPS, with nothing left to chance: the only way from here into a network.

Nobody comes here without being told to. No redirect is followed, no proxy, cookie or content
coding is used, and an answer that is too long, too slow or comes from inside a private network is
no answer.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from amana.errors import AmanaError, InputError
from amana.reasons import Reason

__all__ = ["fetch"]

_PORT: Final = 443
_ADDRESSES: Final = 4  # of one host, to be tried in turn
_CHUNK: Final = 64 * 1024


def fetch(
    url: str,
    limit: int,
    *,
    seconds: float = 10.0,
    private: bool = False,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """The body of a `200 OK` for `url`: at most `limit` bytes, within `seconds` all told.

    `private` admits hosts whose addresses are not public ones (a test, a house's own network);
    otherwise a stranger's identifier could make a station knock at its neighbours. `context` is for
    those who trust other authorities than this machine does.

    Raises: InputError BAD_DID for a URL that is not https, DID_NOT_FOUND where there is no good
    answer, TOO_LARGE; MISSING_LIBRARY without urllib3. Not checked: anything about the content.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise InputError(Reason.BAD_DID, "only https is asked for")
    host, port = parts.hostname, parts.port or _PORT

    def call() -> bytes:
        addresses = addresses_of(host, port, private=private)
        return _first_answer(
            addresses,
            lambda address: _get(
                address, port, host, parts.path, limit=limit, seconds=seconds, context=context
            ),
        )

    return within(seconds, call)


def addresses_of(host: str, port: int, *, private: bool) -> list[str]:
    """The addresses of `host`, looked up once: what was checked is what will be called."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _no_answer("there is no such host") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private and not all(_public(address) for address in addresses):
        raise _no_answer("the host lies in a private network")
    return addresses[:_ADDRESSES]


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return found.is_global and not found.is_multicast


def _first_answer(addresses: list[str], get: Callable[[str], bytes | None]) -> bytes:
    for address in addresses:
        answer = get(address)
        if answer is not None:
            return answer
    raise _no_answer("no connection to the host")


def _get(
    address: str,
    port: int,
    host: str,
    path: str,
    *,
    limit: int,
    seconds: float,
    context: ssl.SSLContext | None,
) -> bytes | None:
    """The body, from one address; None where no good connection came about."""
    try:
        import urllib3
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "the network needs urllib3") from None
    authority = host if port == _PORT else f"{host}:{port}"
    # The certificate must be that of the host, although the address is called.
    pool = urllib3.HTTPSConnectionPool(
        address, port, server_hostname=host, ssl_context=context, retries=False, timeout=seconds
    )
    headers = {"Host": authority, "Accept-Encoding": "identity", "User-Agent": "amana"}
    try:
        with (
            pool,
            pool.request(
                "GET", path, headers=headers, redirect=False, preload_content=False
            ) as response,
        ):
            if response.status != 200:
                raise _no_answer(f"the host answered {response.status}")
            body = bytearray()
            while chunk := response.read1(_CHUNK, decode_content=False):
                body += chunk
                if len(body) > limit:
                    raise InputError(Reason.TOO_LARGE, f"the host sent more than {limit} bytes")
            return bytes(body)
    except (urllib3.exceptions.HTTPError, OSError):
        return None


def within(seconds: float, call: Callable[[], bytes]) -> bytes:
    """What `call` gives within `seconds`; a host may send a byte now and then for ever."""
    outcome: list[bytes | AmanaError] = []

    def run() -> None:
        try:
            outcome.append(call())
        except AmanaError as error:
            outcome.append(error)

    thread = Thread(target=run, daemon=True, name="amana-fetch")
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise _no_answer("the host took too long")
    if isinstance(outcome[0], AmanaError):
        raise outcome[0]
    return outcome[0]


def _no_answer(why: str) -> InputError:
    return InputError(Reason.DID_NOT_FOUND, why)
