"""Sixteen clients at once, each on connections of its own, and how long each answer took."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import uvicorn

from trust_registry._serving import config_of, listen

CLIENTS = 16
_KEPT = 50  # requests on one connection, before the client opens another


@dataclass
class Load:
    """What happened: statuses, yes and no, errors; seconds by answer."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    said: Counter[Any] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return round(1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def run(port: int, body: dict[str, Any], *, seconds: float, clients: int = CLIENTS) -> Load:
    """Ask without a pause for so long, and tell what came of it."""
    load, data = Load(), json.dumps(body).encode()
    head = (
        "POST /authorization HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    ).encode()

    async def everybody() -> None:
        end = time.monotonic() + seconds
        await asyncio.gather(*(_client(port, head + data, end, load) for _ in range(clients)))

    asyncio.run(everybody())
    return load


async def _client(port: int, request: bytes, end: float, load: Load) -> None:
    while time.monotonic() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(_KEPT):
                if time.monotonic() >= end:
                    break
                before = time.perf_counter()
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
                answer = json.loads(await reader.readexactly(length))
                load.seconds.append(time.perf_counter() - before)
                load.statuses[int(head.split(b" ", 2)[1])] += 1
                load.said[answer.get("authorized")] += 1
            writer.close()
            await writer.wait_closed()
        except (OSError, ValueError, EOFError) as error:
            load.errors.append(type(error).__name__)


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """The application on a port of this machine, in a thread, until the block ends."""
    server = uvicorn.Server(config_of(app))
    with ExitStack() as opened:
        sockets = listen("127.0.0.1", 0, opened)
        thread = Thread(target=server.run, args=(sockets,), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield sockets[0].getsockname()[1]
        server.should_exit = True
        thread.join(10)
