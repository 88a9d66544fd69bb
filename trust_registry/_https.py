"""One connection over HTTPS to one host, kept open for many files, and never waiting for ever.

As in `_fetch`: no redirect is followed, no proxy, cookie or content coding used, nothing sent that
tells one device from another, and hosts inside a private network are called only if that was asked
for. An answer may take `seconds`, and one more for each kilobyte that came: who sends a byte now
and then is cut off.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import quote, urlsplit

from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from trust_registry._fetch import addresses_of

__all__ = ["Answer", "Line"]

_PORT: Final = 443
_CHUNK: Final = 64 * 1024
_SLOWEST: Final = 1024  # bytes a second
_HEADERS: Final = {"Accept-Encoding": "identity", "User-Agent": "amana"}


class Answer:
    """The head of an answer, and its body as it comes."""

    def __init__(self, response: HTTPResponse, line: Line, name: str) -> None:
        self.status = response.status
        self._response = response
        self._line = line
        self._name = name

    def header(self, name: str) -> str:
        """A header's value, or nothing."""
        return self._response.getheader(name) or ""

    def body(self, limit: int) -> Iterator[bytes]:
        """The body, of at most `limit` bytes; whoever stops early closes the connection.

        Raises: RegistryError NO_ANSWER where it breaks off, TOO_LARGE (whoever runs the server).
        """
        got = 0
        try:
            while chunk := self._response.read1(_CHUNK):
                got += len(chunk)
                if got > limit:
                    raise RegistryError(
                        Reason.TOO_LARGE, f"more than {limit} bytes", file=self._name
                    )
                yield chunk
            if self._response.length:
                raise _no_answer("the connection broke", self._name)
            self._response.close()  # all of it came: the connection is free for the next file
        except (HTTPException, OSError, ValueError) as error:
            raise _no_answer(str(error) or type(error).__name__, self._name) from None
        finally:
            if not self._response.isclosed():
                self._line.close()


class Line:
    """A connection that is opened when it is needed, and opened once more if the host hung up."""

    def __init__(
        self,
        url: str,
        *,
        clock: Callable[[], float],
        seconds: float,
        private: bool,
        context: ssl.SSLContext | None,
    ) -> None:
        """Prepare for `url`, below which all files lie.

        Raises: InputError NO_ANSWER for a URL that is not a plain https one (the caller's fault).
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
        except ValueError:
            raise InputError(Reason.NO_ANSWER, "not the URL of a registry") from None
        if parts.scheme != "https" or not parts.hostname:
            raise InputError(Reason.NO_ANSWER, "only https is asked for")
        if "@" in parts.netloc or parts.query or parts.fragment:
            raise InputError(Reason.NO_ANSWER, "a URL with a name, a question or a fragment")
        self._host, self._port, self._path = parts.hostname, port, parts.path.rstrip("/")
        self._clock = clock
        self._seconds = seconds
        self._private = private
        self._context = context or ssl.create_default_context()
        self._connection: HTTPConnection | None = None
        self._until = 0.0

    def get(self, name: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask for the file `name` below the URL; "" is the URL itself.

        Raises: RegistryError NO_ANSWER, naming the file, where no answer comes.
        """
        target = f"{self._path}/{quote(name)}" if name else self._path
        name = name or self._path.rpartition("/")[2]
        kept = self._connection is not None
        try:
            return self._asked(target, name, headers)
        except (HTTPException, OSError, ValueError) as error:
            self.close()
            if not kept:
                raise _no_answer(str(error) or type(error).__name__, name) from None
        # Hosts hang up on who was silent for a while.
        try:
            return self._asked(target, name, headers)
        except (HTTPException, OSError, ValueError) as error:
            self.close()
            raise _no_answer(str(error) or type(error).__name__, name) from None

    def _asked(self, target: str, name: str, headers: Mapping[str, str] | None) -> Answer:
        self._until = self._clock() + self._seconds
        if self._connection is None:
            self._connection = self._connected(name)
        self._connection.request("GET", target, headers={**_HEADERS, **(headers or {})})
        return Answer(self._connection.getresponse(), self, name)

    def _connected(self, name: str) -> HTTPConnection:
        try:
            addresses = addresses_of(self._host, self._port, private=self._private)
        except InputError as error:
            raise _no_answer(error.detail, name) from None
        plain = self._reached(addresses)
        try:
            # The certificate must be that of the host, although the address is called.
            secured = self._context.wrap_socket(plain, server_hostname=self._host)
        except BaseException:
            plain.close()
            raise
        connection = HTTPConnection(self._host, self._port)
        connection.default_port = _PORT
        connection.auto_open = 0  # it would open another one by itself, and speak plain HTTP
        connection.sock = _Timed(secured, self)
        return connection

    def _reached(self, addresses: Sequence[str]) -> socket.socket:
        """A connection to the first of `addresses` that takes one."""
        for address in addresses[:-1]:
            with suppress(OSError):
                return socket.create_connection((address, self._port), timeout=self.left())
        return socket.create_connection((addresses[-1], self._port), timeout=self.left())

    def left(self) -> float:
        """Seconds until this answer has to be complete. Raises: TimeoutError."""
        left = self._until - self._clock()
        if left <= 0:
            raise TimeoutError("the host took too long")
        return left

    def came(self, length: int) -> None:
        """So many bytes came: the answer may take so much longer."""
        self._until += length / _SLOWEST

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None


class _Timed:
    """As much of a socket as `http.client` needs, with the line's patience for each call."""

    def __init__(self, sock: ssl.SSLSocket, line: Line) -> None:
        self._sock = sock
        self._line = line

    def sendall(self, data: bytes) -> None:
        self.hurry()
        self._sock.sendall(data)

    def hurry(self) -> None:
        self._sock.settimeout(self._line.left())

    def came(self, length: int) -> None:
        self._line.came(length)

    def makefile(self, *_: Any) -> io.BufferedReader:
        # The socket's own file keeps it open until the last answer on it was read.
        return io.BufferedReader(_Received(self._sock.makefile("rb", buffering=0), self))

    def close(self) -> None:
        self._sock.close()


class _Received(io.RawIOBase):
    def __init__(self, file: io.RawIOBase, sock: _Timed) -> None:
        self._file = file
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.hurry()
        length = self._file.readinto(buffer)
        self._sock.came(length or 0)
        return length

    def close(self) -> None:
        self._file.close()
        super().close()


def _no_answer(why: str, name: str) -> RegistryError:
    return RegistryError(Reason.NO_ANSWER, why, file=name)
