"""What the four journeys share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.journey_world import World

CAPABILITIES = Path(__file__).resolve().parents[2] / "docs" / "capabilities.md"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A relief society with Amana's own purposes, a clinic, their consortium; nobody registered."""
    with World.found(tmp_path) as world:
        yield world


@pytest.fixture
def not_done_yet() -> Callable[[Sequence[tuple[str, str]]], None]:
    """Checks that what a journey says is missing are capabilities that nobody calls done."""

    def check(missing: Sequence[tuple[str, str]]) -> None:
        numbers = [number for number, _ in missing]
        assert len(set(numbers)) == len(numbers)
        known = {f"C{number}" for number in range(1, 136)}
        for number, phrase in missing:
            assert number in known
            assert len(phrase.split()) > 2
        if CAPABILITIES.exists():
            said = states(CAPABILITIES.read_text("utf-8"))
            assert {number: said[number] for number in numbers if said[number] == "done"} == {}

    return check


def states(page: str) -> dict[str, str]:
    """Each capability's state, as the table of docs/capabilities.md says: done, partly, not yet."""
    found = {}
    for line in page.splitlines():
        cells = [cell.strip(" *`") for cell in line.strip().strip("|").split("|")]
        if re.fullmatch(r"C[0-9]{1,3}", cells[0]):
            state = re.search(r"\b(done|partly|not yet)\b", " | ".join(cells[1:]).lower())
            found[cells[0]] = state.group(1) if state else "?"
    return found
