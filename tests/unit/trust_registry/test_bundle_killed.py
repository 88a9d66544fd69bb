"""An import that is killed: the old registry or the new one. `make deep` kills many more."""

from __future__ import annotations

from pathlib import Path

from tests.bundle_lab import bundle_of
from tests.crash_lab import device


def test_old_or_new_never_neither(tmp_path: Path) -> None:
    """C11: killed (-9) while it reads, just before it adopts, and while it cleans up."""
    made = device(tmp_path, bundle_of, more=3)
    steps = made.steps()
    assert made.dies_at(steps // 2) == 1
    assert made.dies_before_adopting() == 1
    assert made.dies_at(steps - 5) == 2
