"""The TRQP server at length: 20,000 requests made up from its document; 16 clients for a minute.

No 5xx, no check of schemathesis that fails, no error; latencies are stated as counts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import trqp_load, trqp_requests
from tests.registry_lab import NOW, Lab
from tests.trqp_lab import asked
from trust_registry.snapshot import State
from trust_registry.trqp import authority_of

pytestmark = pytest.mark.deep

ROOT = Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("AMANA_SEED", "7"))
EACH = 5_000  # of four kinds
SECONDS = 60.0


def test_requests_made_up_from_the_document(counts: Callable[..., None]) -> None:
    found: Counter[int] = Counter()
    for path in ("/authorization", "/recognition"):
        for mode in trqp_requests.MODES:
            found += trqp_requests.made_up(path, mode, count=EACH, number=SEED)
    assert found.total() >= 4 * EACH
    assert max(found) < 500
    assert {200, 400, 404} <= set(found)
    counts("trqp-schemathesis", seed=SEED, requests=found.total(), **_named(found))


def _named(found: Counter[int]) -> dict[str, int]:
    return {f"status_{status}": count for status, count in sorted(found.items())}


@contextmanager
def _server(lab: Lab) -> Iterator[dict[str, Any]]:
    anchor = lab.folder / "anchor.json"
    anchor.write_bytes(lab.consortium.anchor)
    words = ["--registry", lab.published, "--root", anchor, "--cache", lab.folder / "served"]
    process = subprocess.Popen(
        [sys.executable, "-m", "amana", "registry", "serve", "--port", "0", *map(str, words)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "ended\n", "")


def test_sixteen_clients_for_a_minute(tmp_path: Path, counts: Callable[..., None]) -> None:
    """In the middle of it a new version is published: from then on the answer is no."""
    lab = Lab(tmp_path)
    lab.begin()
    body = asked(entity_id=lab.relief.did, authority_id=authority_of(lab.consortium.anchor))

    def suspend() -> None:
        later = NOW + timedelta(days=1)
        lab.consortium.change_state(lab.relief.did, State.SUSPENDED, reason="why", now=later)
        lab.publish(now=later)

    with _server(lab) as about:
        port = int(about["url"].rpartition(":")[2])
        publisher = threading.Timer(SECONDS / 2, suspend)
        publisher.start()
        load = trqp_load.run(port, body, seconds=SECONDS)
        publisher.join()
    assert load.errors == []
    assert set(load.statuses) == {200}
    assert set(load.said) == {True, False}
    counts(
        "trqp-load",
        clients=trqp_load.CLIENTS,
        seconds=SECONDS,
        requests=load.statuses.total(),
        a_second=round(load.statuses.total() / SECONDS),
        errors=len(load.errors),
        p50_ms=load.at(0.5),
        p99_ms=load.at(0.99),
        worst_ms=load.at(1.0),
    )
