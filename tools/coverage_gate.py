"""Fail when a room's tests leave too much unvisited; reads .coverage, prints a line a room.

Lines and branches are counted together, as coverage does. A few places have their own floor,
because they speak to hardware or to a screen.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The longest prefix that fits decides.
FLOORS = {
    "amana": 100.0,
    "verifier": 100.0,
    "verifier/kiosk": 90.0,
    "verifier/sources.py": 90.0,
    "trust_registry": 100.0,
    "schemas": 90.0,
    "issuer": 90.0,
    "wallet_app": 90.0,
    "apps": 90.0,
}


@dataclass
class _Tally:
    visited: int = 0
    there: int = 0

    @property
    def percent(self) -> float:
        return 100.0 * self.visited / self.there if self.there else 100.0


def _place(file: str) -> str | None:
    fitting = [p for p in FLOORS if file == p or file.startswith(f"{p}/")]
    return max(fitting, key=len, default=None)


def _some(what: str, found: list[str], most: int = 20) -> str:
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return f"{what} {', '.join(found[:most])}{more}" if found else ""


def _missing(lines: list[int], branches: list[tuple[int, int]]) -> str:
    # A branch that leads to or from a missing line adds nothing to know.
    known = set(lines)
    jumps = [f"{a}->{b}" for a, b in branches if a not in known and b not in known]
    told = (_some("lines", [str(line) for line in lines]), _some("branches", jumps))
    return "; ".join(filter(None, told))


def main() -> int:
    """Return 0 when every place reaches its floor, else 1."""
    report = ROOT / "coverage.json"
    subprocess.run(
        [sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], cwd=ROOT, check=True
    )
    files = json.loads(report.read_bytes())["files"]
    tallies = {place: _Tally() for place in FLOORS}
    gaps: dict[str, list[str]] = {place: [] for place in FLOORS}
    for name, entry in sorted(files.items()):
        file = Path(name).as_posix()
        place = _place(file)
        if place is None:
            continue
        summary = entry["summary"]
        tallies[place].visited += summary["covered_lines"] + summary["covered_branches"]
        tallies[place].there += summary["num_statements"] + summary["num_branches"]
        if missing := _missing(entry["missing_lines"], entry["missing_branches"]):
            gaps[place].append(f"    {file}: {missing}")

    short = 0
    for place, floor in FLOORS.items():
        tally = tallies[place]
        if not tally.there:
            continue
        good = tally.percent >= floor
        short += not good
        print(f"{'  ' if good else '! '}{place:22} {tally.percent:6.2f} % (at least {floor:.0f} %)")
        if not good:
            print("\n".join(gaps[place]))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
