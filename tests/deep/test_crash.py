"""2,000 rows, killed (-9) at 50 random committed-row counts and 10 times by the clock."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.issuing_lab import fill, issue_and_die, resume_and_check

pytestmark = pytest.mark.deep

ROWS = 2_000
BY_COUNT = 50
BY_CLOCK = 10


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    fill(folder, ROWS)
    return folder


@pytest.fixture(scope="module")
def seed() -> int:
    """A new one each time, printed with the counts; AMANA_SEED repeats a run."""
    return int(os.environ.get("AMANA_SEED") or random.SystemRandom().randrange(2**32))


def test_killed_by_count(
    template: Path, tmp_path: Path, seed: int, counts: Callable[..., None]
) -> None:
    """C51: after resuming, every row has exactly its copies and status indices."""
    drawn = random.Random(seed)
    resumed = []
    for number in range(BY_COUNT):
        folder = tmp_path / str(number)
        kill_at = drawn.randrange(1, ROWS)
        assert issue_and_die(template, folder, kill_at=kill_at, batch=drawn.randrange(1, 600))
        issued = resume_and_check(folder, every_signature=True)
        assert issued.rows == ROWS
        assert issued.resumed >= kill_at
        resumed.append(issued.resumed)
    counts("crash", seed=seed, rows=ROWS, kills_by_count=BY_COUNT, counts=len(set(resumed)))


def test_killed_by_the_clock(
    template: Path, tmp_path: Path, seed: int, counts: Callable[..., None]
) -> None:
    """C51: the same, killed anywhere: inside a transaction, while writing, while finishing."""
    drawn = random.Random(seed + 1)
    began = time.monotonic()
    assert not issue_and_die(template, tmp_path / "whole")
    whole = time.monotonic() - began
    killed, tries = 0, 0
    while killed < BY_CLOCK:
        folder = tmp_path / str(tries)
        tries += 1
        assert tries <= 20 * BY_CLOCK, "the clock never hits the run"
        died = issue_and_die(template, folder, after=drawn.uniform(0, whole))
        resume_and_check(folder, every_signature=True)
        killed += died
    counts("crash", seed=seed, rows=ROWS, kills_by_clock=killed, runs=tries)
