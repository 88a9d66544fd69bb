"""One refresh in a fresh process: how long it takes once everything is imported, and how much more
memory there is at its highest. The arguments are the published folder, the pinned root, the cache
and the instant; a line of JSON comes out.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time


def _peak() -> int:
    """The most memory that this process had at once, since it was last forgotten (Linux)."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _forget_peak() -> None:
    """What the imports needed in passing is not the refresh's."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


if __name__ == "__main__":
    from trust_registry import client  # and TUF's own with it

    published, anchor, cache, now_text = sys.argv[1:]
    root, now = Path(anchor).read_bytes(), datetime.fromisoformat(now_text)
    gc.collect()
    _forget_peak()
    before = _peak()
    used, begin = process_time(), perf_counter()
    snapshot = client.load(Path(published), root=root, cache=Path(cache), now=now)
    wall, processor = perf_counter() - begin, process_time() - used
    told = {
        "version": snapshot.version,
        "wall": wall,
        "processor": processor,
        "growth": _peak() - before,
    }
    print(json.dumps(told))
