"""How long a fresh process takes from its start to its first verdict, imports and all."""

from __future__ import annotations

import statistics
import subprocess
import sys
from time import perf_counter
from typing import Final

from amana.jcs import canonical
from benchmarks._figures import Figures
from benchmarks._world import LIST_URL, NOW, world

__all__ = ["run"]

_RUNS: Final = 11


def run(*, seconds: float = 0.0, rounds_min: int = _RUNS) -> Figures:
    """The median wall time of `rounds_min` processes, the interpreter's own start included.

    `seconds` is taken as everywhere, and changes nothing: what counts is whole processes.
    """
    del seconds
    everyone = world(1)
    presented = canonical(everyone.credentials[0])
    known = [everyone.issuer_did, everyone.key_id, everyone.issuer.public.multikey, LIST_URL]
    command = [sys.executable, "-m", "benchmarks._first", *known, NOW.isoformat()]
    times = []
    for turn in range(rounds_min + 1):
        begin = perf_counter()
        done = subprocess.run(command, input=presented, capture_output=True, check=True)
        end = perf_counter()
        assert done.stdout.strip() == b"ACCEPTED"
        if turn:  # the first one also pays for cold files
            times.append(end - begin)
    median, most = statistics.median(times), max(times)
    return Figures(
        seconds={"startup.first_verification": median},
        notes=[f"startup: {len(times)} fresh processes; the slowest took {most:.3f} s"],
    )
