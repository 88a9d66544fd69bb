"""Issuing killed (-9) loses nothing and issues nothing twice (tests/deep/test_crash.py: more)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.issuing_lab import fill, issue_and_die, resume_and_check

ROWS = 2_000
KILLS = 5


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    fill(folder, ROWS)
    return folder


@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_a_random_count_every_row_gets_exactly_its_copies(
    template: Path, tmp_path: Path, seed: int
) -> None:
    """C51, issue 'Must show' 5: no status index twice, no copy lost, whatever was committed."""
    drawn = random.Random(seed)
    kill_at, batch = drawn.randrange(1, ROWS), drawn.choice([7, 37, 100, 500])
    assert issue_and_die(template, tmp_path / "run", kill_at=kill_at, batch=batch)
    assert not (tmp_path / "run" / "out.jsonl").exists()
    issued = resume_and_check(tmp_path / "run", every_signature=False)
    assert issued.rows == ROWS
    assert issued.resumed >= kill_at
