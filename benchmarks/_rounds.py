"""Interleaved rounds: the yardstick and every subject take turns, a few milliseconds each.

Machines slow down and speed up; a ratio of two times taken within the same few milliseconds hardly
notices. So a round gives one ratio a subject, and the median of the rounds is what is reported.

What never waits is timed by the processor time of its own thread: on a busy machine the clock on
the wall goes on while somebody else's process runs, and punishes whoever takes longer. What writes
to a disk is timed by the wall.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, perf_counter_ns, thread_time_ns

__all__ = ["Measured", "Subject", "Timed", "calls", "measure"]

Timed = Callable[[], float]  # does a round's work once, and returns nanoseconds for one call


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something to measure, and the name of the yardstick that its ratio is taken to."""

    timed: Timed
    to: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One name's figures over all rounds: ratios to its yardstick, and microseconds."""

    ratio: float
    lowest: float
    quarter: float
    three_quarters: float
    rounds: int
    microseconds: float


def calls(work: Callable[[], None], count: int, *, waits: bool = False) -> Timed:
    """Time `work`, which does `count` calls; `waits` says that it waits for a disk."""
    clock = perf_counter_ns if waits else thread_time_ns

    def timed() -> float:
        begin = clock()
        work()
        return (clock() - begin) / count

    return timed


def measure(
    yardsticks: Mapping[str, Timed],
    subjects: Mapping[str, Subject],
    *,
    seconds: float,
    rounds_min: int = 15,
    rounds_max: int = 5_000,
) -> tuple[dict[str, float], dict[str, Measured]]:
    """Take turns for about `seconds`; returns the yardsticks in microseconds, and the rest.

    The order turns round by one place a round, so that nobody always comes after the same one. Two
    rounds go before the count, for caches and compilers.
    """
    everyone: dict[str, Timed] = {**yardsticks, **{n: s.timed for n, s in subjects.items()}}
    names = list(everyone)
    times: dict[str, list[float]] = {name: [] for name in names}
    for timed in (*everyone.values(), *everyone.values()):
        timed()
    gc.collect()
    end = monotonic() + seconds
    done = 0
    while done < rounds_max and (done < rounds_min or monotonic() < end):
        turn = done % len(names)
        for name in names[turn:] + names[:turn]:
            times[name].append(everyone[name]())
        done += 1
    measured = {}
    for name, subject in subjects.items():
        ratios = [one / raw for one, raw in zip(times[name], times[subject.to], strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        measured[name] = Measured(
            ratio=statistics.median(ratios),
            lowest=min(ratios),
            quarter=low,
            three_quarters=high,
            rounds=done,
            microseconds=statistics.median(times[name]) / 1_000,
        )
    return {name: statistics.median(times[name]) / 1_000 for name in yardsticks}, measured
