"""Starts `amana vc-api` as a process of its own, and speaks HTTPS with it as any client would."""

from __future__ import annotations

import http.client
import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class Ended(NamedTuple):
    exit: int
    out: str
    err: str


class Server:
    """A running server; `about` is its first line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"the server did not start: {process.communicate()[1]}")
        self.about = json.loads(line)
        self.did: str = self.about["did"]
        where = urlsplit(self.about["url"])
        self.address = (where.hostname or "", where.port or 0)
        self._tls = where.scheme == "https"
        self._connection: http.client.HTTPConnection | None = None

    def connect(self) -> http.client.HTTPConnection:
        if not self._tls:
            return http.client.HTTPConnection(*self.address, timeout=60)
        # The certificate signs itself, so it is its own authority: names and dates are checked.
        pem = ssl.get_server_certificate(self.address, timeout=60)
        return http.client.HTTPSConnection(
            *self.address, timeout=60, context=ssl.create_default_context(cadata=pem)
        )

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """One request on a connection that is kept; the status, and the JSON of the answer."""
        if self._connection is None:
            self._connection = self.connect()
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        self._connection.request(method, path, data, headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def end(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        self.close()
        self._process.send_signal(number)
        out, err = self._process.communicate(timeout=60)
        return Ended(self._process.returncode, out, err)


@contextmanager
def running(*arguments: str) -> Iterator[Server]:
    """A server with `arguments`, on any free port; it is gone afterwards in any case."""
    process = subprocess.Popen(
        [sys.executable, "-m", "amana", "vc-api", "--port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = None
    try:
        server = Server(process)
        yield server
    finally:
        if server is not None:
            server.close()
        process.kill()
        process.wait(60)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
