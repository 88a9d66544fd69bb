"""How long it takes to load a status list: parse, check its signature, decode every bit."""

from __future__ import annotations

from amana.keys import SecretKey
from amana.status import read_status_list
from benchmarks._figures import Figures
from benchmarks._rounds import Subject, calls, measure
from benchmarks._world import LIST_URL, status_list, stream, world
from benchmarks.verify import raw_verify

__all__ = ["run"]


def run(*, seconds: float, rounds_min: int = 15) -> Figures:
    """Measure for about `seconds`, and for so many rounds at least."""
    issuer = SecretKey(stream("issuer", 32))
    data = status_list(issuer, size=131_072, share_set=0.01)

    def load() -> None:
        for _ in range(8):
            found = read_status_list(data, url=LIST_URL, key=issuer.public)
            assert len(found.bits) == 131_072 // 8

    yardsticks, measured = measure(
        {"verify": raw_verify(world(64))},
        {"status.load_131k_1pct": Subject(timed=calls(load, 8), to="verify")},
        seconds=seconds,
        rounds_min=rounds_min,
    )
    return Figures(
        yardsticks=yardsticks,
        ratios=measured,
        notes=[f"the list of 131,072 bits, 1 % set, is {len(data)} bytes of JSON"],
    )
