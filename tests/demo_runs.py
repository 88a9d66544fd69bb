"""One run of the demo for many tests: played once in a process for each workbook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest import mock

from amana.cli import Answer
from apps import demo
from apps._journey import Journey, travel

SHIPPED = Path(demo.__file__).parent / "data" / "registrations.xlsx"


@dataclass(frozen=True, kw_only=True)
class DemoRun:
    """What a run answered and wrote, and the journey that it played, which no file tells."""

    workbook: Path
    out: Path
    answer: Answer
    journey: Journey


@cache
def demo_run(workbook: Path, base: Path) -> DemoRun:
    """The demo on `workbook`, in a folder of its own below `base`."""
    out = base / f"demo of {workbook.stem}"
    journeys: list[Journey] = []

    def remembered(*given: object, **named: object) -> Journey:
        journeys.append(travel(*given, **named))  # type: ignore[arg-type]
        return journeys[-1]

    with mock.patch.object(demo, "travel", remembered):
        answer = demo.run(workbook.read_bytes(), name=workbook.name, out=out)
    return DemoRun(workbook=workbook, out=out, answer=answer, journey=journeys[0])
