"""A registry of 100,000 organisations: to refresh it, to look one up, to verify with it.

Building it and taking it in for the first time takes some minutes; both are told and not counted.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from amana.reasons import Outcome
from benchmarks._figures import Figures
from benchmarks._registry import BIN_BITS, RegistryWorld, build, organisation
from benchmarks._rounds import Subject, Timed, calls, measure
from benchmarks._world import NOW, world
from benchmarks.verify import raw_verify
from trust_registry import client
from trust_registry._layout import bin_of
from trust_registry.bundle import write_bundle
from trust_registry.delta import build_delta
from trust_registry.entries import slug
from trust_registry.snapshot import Snapshot
from trust_registry.sources import FolderSource
from verifier import Policy, Tier, verify

__all__ = ["run"]

_PROCESSES: Final = 11  # fresh ones, for each kind of refresh
_ASKED: Final = 128  # organisations that are asked for again and again
_ISSUERS: Final = 64  # whose credentials are verified, in turn
_REGISTERED: Final = Policy(tier=Tier.REGISTERED)


def run(
    *,
    seconds: float,
    rounds_min: int = 15,
    organisations: int = 100_000,
    processes: int = _PROCESSES,
    bin_bits: int = BIN_BITS,
) -> Figures:
    """Measure a registry of so many `organisations`; what is interleaved for about `seconds`."""
    with tempfile.TemporaryDirectory(prefix="amana-registry-") as folder:
        found = _Measuring(Path(folder), organisations, processes, bin_bits)
        return found.run(seconds, rounds_min)


class _Measuring:
    """One registry on a disk, and what was found of it so far."""

    def __init__(self, folder: Path, count: int, processes: int, bin_bits: int) -> None:
        self._bits = bin_bits
        self._folder = folder
        self._count = count
        self._processes = processes
        self._size = f"{count // 1000}k" if count >= 1_000 else str(count)
        self._figures = Figures()

    def run(self, seconds: float, rounds_min: int) -> Figures:
        begin = perf_counter()
        everything = build(self._folder, self._count, bin_bits=self._bits)
        self._note("to build", perf_counter() - begin)
        cache = self._folder / "cache"
        self._wall("registry.first_load", lambda: self._load(everything, cache))
        self._refresh("registry.refresh", everything, lambda: cache)
        base = _linked(cache, self._folder / "base")
        before = _published(everything)
        everything.change(self._count // 2, turn=1)
        self._wall("registry.publish_one", lambda: everything.publish(NOW + timedelta(hours=1)))
        turns = iter(range(self._processes + 1))
        self._refresh(
            "registry.refresh_changed",
            everything,
            lambda: _linked(base, self._folder / f"cache-{next(turns)}"),
        )
        self._sizes(everything, before)
        snapshot = self._load(everything, cache)
        self._lookups(snapshot)
        self._interleaved(snapshot, seconds, rounds_min)
        return self._figures

    def _load(self, everything: RegistryWorld, cache: Path) -> Snapshot:
        return client.load(
            everything.published,
            root=everything.consortium.anchor,
            cache=cache,
            now=NOW + timedelta(hours=2),
        )

    def _name(self, name: str) -> str:
        return f"{name}_{self._size}"

    def _wall(self, name: str, work: Callable[[], object]) -> None:
        begin = perf_counter()
        work()
        self._figures.seconds[self._name(name)] = perf_counter() - begin

    def _note(self, what: str, seconds: float) -> None:
        self._figures.notes.append(f"registry of {self._count}: {what} took {seconds:.0f} s")

    def _refresh(self, name: str, everything: RegistryWorld, cache: Callable[[], Path]) -> None:
        """The median of fresh processes; the first one also pays for cold files."""
        anchor = everything.consortium.folder / "trust-anchor.json"
        told: list[dict[str, Any]] = []
        for _ in range(self._processes + 1):
            arguments = [str(everything.published), str(anchor), str(cache())]
            command = [sys.executable, "-m", "benchmarks._refresh", *arguments]
            done = subprocess.run(
                [*command, (NOW + timedelta(hours=2)).isoformat()], capture_output=True, check=True
            )
            told.append(json.loads(done.stdout))
        walls = [one["wall"] for one in told[1:]]
        processors = [one["processor"] for one in told[1:]]
        self._figures.seconds[self._name(name)] = statistics.median(walls)
        growth = round(statistics.median(one["growth"] for one in told[1:]))
        self._figures.sizes[self._name(f"{name}_memory")] = growth
        self._figures.notes.append(
            f"{self._name(name)}: {len(walls)} fresh processes, {min(walls) * 1e3:.1f} to "
            f"{max(walls) * 1e3:.1f} ms by the wall; of the processor "
            f"{statistics.median(processors) * 1e3:.1f} ms"
        )

    def _sizes(self, everything: RegistryWorld, before: _Before) -> None:
        new = FolderSource(everything.published)
        out = io.BytesIO()
        write_bundle(new, out)
        self._figures.sizes[self._name("registry.bundle")] = len(out.getbuffer())
        delta = build_delta(new, base=before)
        self._figures.sizes[self._name("registry.delta_one")] = len(delta)

    def _lookups(self, snapshot: Snapshot) -> None:
        """Each in a bin that nobody has asked for yet: its signatures are verified first."""
        seen: set[str] = set()
        times = []
        for number in range(self._count):
            did = organisation(number).did
            name = bin_of(f"entries/{slug(did)}.json", "entries", self._bits)
            if name in seen:
                continue
            seen.add(name)
            begin = perf_counter()
            entry = snapshot.entry(did)
            times.append(perf_counter() - begin)
            assert entry is not None
            if len(times) == 200:
                break
        self._figures.seconds[self._name("registry.lookup_cold")] = statistics.median(times)

    def _interleaved(self, snapshot: Snapshot, seconds: float, rounds_min: int) -> None:
        some = [organisation(number * self._count // _ASKED) for number in range(_ASKED)]
        subjects = {
            "registry.lookup_warm": _looked_up(snapshot, [one.did for one in some]),
            "verify.eddsa_jcs": _verified(
                snapshot, [one.credential(7) for one in some[:_ISSUERS] * 2]
            ),
        }
        yardsticks, measured = measure(
            {"verify": raw_verify(world(_ASKED))},
            {
                f"{name}_{self._size}{'_issuers' if name.startswith('verify') else ''}": Subject(
                    timed=timed, to="verify"
                )
                for name, timed in subjects.items()
            },
            seconds=seconds,
            rounds_min=rounds_min,
        )
        self._figures.yardsticks |= yardsticks
        self._figures.ratios |= measured


class _Before:
    """The version before, as far as the next one replaced its files: a source."""

    def __init__(self, folder: FolderSource, timestamp: bytes) -> None:
        self._folder = folder
        self._timestamp = timestamp

    def fetch(self, name: str) -> Any:
        """As any source: only the timestamp has no version in its name."""
        if name == "metadata/timestamp.json":
            return iter((self._timestamp,))
        return self._folder.fetch(name)


def _published(everything: RegistryWorld) -> _Before:
    stamp = (everything.published / "metadata/timestamp.json").read_bytes()
    return _Before(FolderSource(everything.published), stamp)


def _linked(cache: Path, copy: Path) -> Path:
    """A copy of a cache; its layers never change, so they are linked."""
    shutil.copytree(
        cache,
        copy,
        symlinks=True,
        copy_function=lambda one, other: (
            os.link(one, other) if str(one).endswith(".sqlite") else shutil.copy2(one, other)
        ),
    )
    return copy


def _looked_up(snapshot: Snapshot, dids: list[str]) -> Timed:
    """Entries that were asked for before."""

    def work() -> None:
        for did in dids:
            if snapshot.entry(did) is None:
                raise AssertionError(did)

    return calls(work, len(dids))


def _verified(snapshot: Snapshot, presented: list[bytes]) -> Timed:
    """From bytes to verdict, of credentials of many issuers in turn; each must be ACCEPTED."""
    turns = cycle([presented])

    def timed() -> float:
        shown = next(turns)
        verdicts = []

        def work() -> None:
            for data in shown:
                verdicts.append(  # noqa: PERF401 - a loop, as for the yardstick
                    verify(data, snapshot=snapshot, policy=_REGISTERED, now=NOW)
                )

        nanoseconds = calls(work, len(shown))()
        assert all(verdict.outcome is Outcome.ACCEPTED for verdict in verdicts)
        return nanoseconds

    return timed
