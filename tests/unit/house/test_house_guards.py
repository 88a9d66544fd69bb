"""What tests/conftest.py promises: no network, blocked libraries, the same bytes every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.deterministic import randomness as source

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run a test module in a pytest of its own, under our conftest."""

    def run_module(text: str, **environment: str) -> tuple[int, str]:
        module = tmp_path / "test_inner.py"
        module.write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:xdist"]
        command += ["-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(module)]
        inner = os.environ | {"PYTHONPATH": str(ROOT)} | environment
        done = subprocess.run(
            command, cwd=tmp_path, env=inner, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return run_module


def test_a_test_that_reaches_out_fails_even_if_the_refusal_is_swallowed(
    run: Callable[..., tuple[int, str]],
) -> None:
    status, out = run(
        "import socket\n"
        "def test_it():\n"
        "    try:\n"
        "        socket.create_connection(('192.0.2.1', 80), timeout=0.1)\n"
        "    except Exception:\n"
        "        pass\n"
        "    except BaseException:\n"
        "        pass\n"
        "def test_name():\n"
        "    try:\n"
        "        socket.getaddrinfo('amana.example', 443)\n"
        "    except AssertionError:\n"
        "        pass\n"
        "def test_datagram():\n"
        "    try:\n"
        "        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:\n"
        "            s.sendto(b'x', ('192.0.2.1', 53))\n"
        "    except AssertionError:\n"
        "        pass\n"
    )
    assert status == 1
    assert out.count("reached for the network: ") >= 3
    assert "3 errors" in out


def test_loopback_and_local_sockets_stay_open(run: Callable[..., tuple[int, str]]) -> None:
    status, out = run(
        "import socket\n"
        "def test_it():\n"
        "    with socket.create_server(('127.0.0.1', 0)) as server:\n"
        "        with socket.create_connection(server.getsockname()) as client:\n"
        "            client.sendall(b'x')\n"
    )
    assert (status, "1 passed" in out) == (0, True)


def test_blocked_libraries_look_as_if_they_were_not_installed(
    run: Callable[..., tuple[int, str]],
) -> None:
    text = (
        "import pytest\n"
        "def test_it():\n"
        "    with pytest.raises(ImportError):\n"
        "        import orjson\n"
        "    import rfc8785\n"
    )
    assert run(text, AMANA_TEST_BLOCK="orjson,based58")[0] == 0
    assert run(text, AMANA_TEST_BLOCK="")[0] == 1


def test_counts_of_a_deep_run_are_printed_as_json(run: Callable[..., tuple[int, str]]) -> None:
    status, out = run("def test_it(counts):\n    counts('jcs', seed=7, inputs=200_000)\n")
    assert status == 0
    assert '{"inputs": 200000, "part": "jcs", "seed": 7}' in out


def test_randomness_repeats_itself_and_never_another_label() -> None:
    first, again, other = source("a"), source("a"), source("b")
    drawn = [first(32), first(32)]
    assert drawn == [again(32), again(32)]
    assert drawn[0] != drawn[1]
    assert other(32) not in drawn
    assert [len(source("a")(n)) for n in (0, 1, 100)] == [0, 1, 100]


def test_now_is_fixed(now: datetime) -> None:
    assert now == datetime(2026, 11, 22, 12, tzinfo=UTC)
