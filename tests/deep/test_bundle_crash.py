"""Importing a bundle or a delta, killed (-9) at 50 random moments each."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bundle_lab import bundle_of, delta_of
from tests.crash_lab import device
from tests.registry_lab import Lab
from trust_registry.sources import FolderSource

pytestmark = pytest.mark.deep

MORE = 300
BY_STEP = 25
BY_CLOCK = 25


def _delta(lab: Lab) -> bytes:
    return delta_of(lab, FolderSource(lab.folder / "old"))


@pytest.mark.parametrize("make", [bundle_of, _delta])
def test_old_or_new_never_neither(
    tmp_path: Path, make: Callable[[Lab], bytes], counts: Callable[..., None]
) -> None:
    """A power cut at any moment: the last good registry, or the whole new one (C11)."""
    seed = int(os.environ.get("AMANA_SEED") or random.SystemRandom().randrange(2**32))
    drawn = random.Random(seed)
    made = device(tmp_path, make, more=MORE)
    steps, seconds = made.steps(), made.seconds()
    seen = [made.dies_at(drawn.randrange(1, steps - 3)) for _ in range(BY_STEP)]
    killed, tries = 0, 0
    while killed < BY_CLOCK:
        tries += 1
        assert tries <= 20 * BY_CLOCK, "the clock never hits the run"
        died, version = made.dies_after(drawn.uniform(0, seconds))
        killed += died
        seen.append(version)
    assert set(seen) <= {1, 2}
    counts(
        "bundle-crash", seed=seed, file=make.__name__, steps=steps, kills=BY_STEP + killed,
        old=seen.count(1), new=seen.count(2),
    )  # fmt: skip
