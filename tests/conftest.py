"""What every test shares: fixed time, fixed randomness, vectors, and no network.

`AMANA_TEST_BLOCK=orjson,based58` makes those libraries look as if they were not installed, so
that the plain path behind each faster one is tested too (`make check` does that).
`AMANA_DEEP=1` loads the large Hypothesis profile (`make deep` does that).
"""

from __future__ import annotations

import importlib.abc
import ipaddress
import json
import os
import socket
import sys
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.deterministic import randomness as _randomness

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent
DEEP = os.environ.get("AMANA_DEEP", "") not in {"", "0"}
BLOCKED = frozenset(filter(None, os.environ.get("AMANA_TEST_BLOCK", "").split(",")))

settings.register_profile(
    "quick",
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "deep",
    max_examples=20_000,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deep" if DEEP else "quick")


class _Blocker(importlib.abc.MetaPathFinder):
    """Makes the libraries named in AMANA_TEST_BLOCK impossible to import."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"{fullname} is blocked by AMANA_TEST_BLOCK", name=fullname)


if BLOCKED:
    early = sorted(name for name in BLOCKED if name in sys.modules)
    if early:
        raise pytest.UsageError(f"imported before they could be blocked: {', '.join(early)}")
    sys.meta_path.insert(0, _Blocker())


# --- No network --------------------------------------------------------------------------------


class NetworkUsed(AssertionError):
    """A test tried to reach another machine."""


class _Guard:
    """Stands in for the socket calls that leave this machine, and remembers who tried."""

    def __init__(self) -> None:
        self.open = False
        self.attempts: list[str] = []

    def install(self) -> None:
        connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
        sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

        def guarded_connect(sock: socket.socket, address: Any) -> None:
            self._check(sock.family, address)
            connect(sock, address)

        def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
            self._check(sock.family, address)
            return connect_ex(sock, address)

        def guarded_sendto(sock: socket.socket, data: Any, *rest: Any) -> int:
            self._check(sock.family, rest[-1])
            return sendto(sock, data, *rest)

        def guarded_getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
            self._check(socket.AF_INET, (host,))
            if host == "localhost":  # loopback everywhere (RFC 6761, 6.3), with no /etc/hosts too
                family = named.get("family", rest[1] if len(rest) > 1 else 0)
                host = "::1" if family == socket.AF_INET6 else "127.0.0.1"
            return getaddrinfo(host, *rest, **named)

        for name, call in (
            ("connect", guarded_connect),
            ("connect_ex", guarded_connect_ex),
            ("sendto", guarded_sendto),
        ):
            setattr(socket.socket, name, call)
        socket.getaddrinfo = guarded_getaddrinfo

    def _check(self, family: int, address: Any) -> None:
        if self.open or family not in {socket.AF_INET, socket.AF_INET6}:
            return
        if not _is_loopback(address[0]):
            self.attempts.append(str(address[0]))
            raise NetworkUsed(f"a test tried to reach {address[0]!r}; mark it `network` if it must")


def _is_loopback(host: Any) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_GUARD = _Guard()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deep: large counts; run by `make deep`, else left out")
    config.addinivalue_line("markers", "network: may reach other machines")
    _GUARD.install()


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that reached out, even where the code under test swallowed the refusal."""
    _GUARD.attempts.clear()
    _GUARD.open = request.node.get_closest_marker("network") is not None
    yield
    _GUARD.open = False
    if _GUARD.attempts:
        pytest.fail(f"reached for the network: {', '.join(_GUARD.attempts)}")


# --- What counts as covered --------------------------------------------------------------------

_UNCOUNTED = {"properties", "interop", "metadata"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Random and bulky tests run untraced: in half the time, and coverage rests on aimed tests."""
    tracer = sys.gettrace()
    if tracer is None or _UNCOUNTED.isdisjoint(item.path.parts):
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


# --- Time, randomness, data --------------------------------------------------------------------


@pytest.fixture(scope="session")
def now() -> datetime:
    """The instant at which tests happen: 2026-11-22T12:00:00Z."""
    return NOW


@pytest.fixture(scope="session")
def randomness() -> Callable[[str], Callable[[int], bytes]]:
    """`randomness(label)` gives a byte source that is the same on every run."""
    return _randomness


@pytest.fixture(scope="session")
def deep() -> bool:
    """Whether the large counts are wanted (`make deep`)."""
    return DEEP


def _vectors() -> Path:
    named = os.environ.get("AMANA_VECTORS")
    return Path(named) if named else ROOT.parent / "shared" / "vectors"


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of test vectors that others wrote; skips where it is not there."""
    folder = _vectors()
    if not folder.is_dir():
        pytest.skip(f"no test vectors at {folder}: set AMANA_VECTORS to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder `data` beside the vectors (workbooks); skips where it is not there."""
    folder = _vectors().parent / "data"
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}: it is looked for beside AMANA_VECTORS")
    return folder


# --- Counts of the deep runs -------------------------------------------------------------------


@pytest.fixture
def counts(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`counts(part, seed=…, inputs=…)` has the figures printed as one JSON line at the end."""

    def record(part: str, **figures: float | str) -> None:
        record_property("counts", {"part": part, **figures})

    return record


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        _REPORTED.extend(value for name, value in report.user_properties if name == "counts")


_REPORTED: list[object] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for figures in _REPORTED:
        terminalreporter.write_line(json.dumps(figures, sort_keys=True))
