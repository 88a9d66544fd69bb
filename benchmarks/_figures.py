"""What a benchmark found, and the two ways to say it: a table for people, one line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from benchmarks._rounds import Measured

__all__ = ["Figures"]


@dataclass(kw_only=True)
class Figures:
    """Figures gathered so far. A name that was not measured is absent: no number is made up."""

    yardsticks: dict[str, float] = field(default_factory=dict)  # microseconds
    ratios: dict[str, Measured] = field(default_factory=dict)
    peers: dict[str, Measured] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)  # of whole processes, by the wall
    bytes: dict[str, int] = field(default_factory=dict)  # of what stands in a QR code
    sizes: dict[str, int] = field(default_factory=dict)  # of everything else, in bytes
    versions: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Take in what another benchmark found."""
        for mine, found in (
            (self.ratios, other.ratios),
            (self.peers, other.peers),
        ):
            mine.update(found)
        # The first benchmark's yardstick is kept: one run says one `raw_verify_us`.
        self.yardsticks = {**other.yardsticks, **self.yardsticks}
        self.seconds.update(other.seconds)
        self.bytes.update(other.bytes)
        self.sizes.update(other.sizes)
        self.versions.update(other.versions)
        self.notes += other.notes

    def line(self) -> str:
        """The figures as one JSON object; `raw_verify_us` is null where none was taken."""
        raw = self.yardsticks.get("verify")
        return json.dumps(
            {
                "raw_verify_us": None if raw is None else round(raw, 1),
                "ratios": {name: round(found.ratio, 3) for name, found in self.ratios.items()},
                "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
                "bytes": self.bytes,
                "sizes": self.sizes,
                "versions": self.versions,
                "peers": {name: round(found.ratio, 2) for name, found in self.peers.items()},
            }
        )

    def table(self) -> str:
        """The same for people, with the least, the middle half, and the rounds of each."""
        lines = [
            f"raw {name}: {microseconds:.1f} us (median)"
            for name, microseconds in self.yardsticks.items()
        ]
        if self.ratios or self.peers:
            lines.append(
                f"{'x raw':28}{'median':>9}{'lowest':>9}{'middle half':>16}{'us':>10}{'rounds':>8}"
            )
        for name, found in {**self.ratios, **self.peers}.items():
            half = f"{found.quarter:.2f}-{found.three_quarters:.2f}"
            lines.append(
                f"{name:28}{found.ratio:9.2f}{found.lowest:9.2f}{half:>16}"
                f"{found.microseconds:10.1f}{found.rounds:8}"
            )
        for name, value in self.seconds.items():
            lines.append(f"{name:32}{value:9.4f} seconds")
        for name, size in self.sizes.items():
            lines.append(f"{name:32}{size:12,} bytes")
        for name, size in self.bytes.items():
            lines.append(f"{name:28}{size:9} bytes in a QR code of version {self.versions[name]}")
        return "\n".join([*lines, *self.notes])
