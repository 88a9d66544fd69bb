"""Randomness that is the same on every run, for tests that pass it in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable


def randomness(label: str) -> Callable[[int], bytes]:
    """A byte source that depends on `label` alone; two sources never share a stream.

    Call number n gives SHAKE-256(label, n), so that one more call earlier in a test changes
    what later calls give, as a real source would. Not for anything but tests.
    """
    calls = 0

    def draw(size: int) -> bytes:
        nonlocal calls
        seed = f"{len(label)}:{label}:{calls}".encode()
        calls += 1
        return hashlib.shake_256(seed).digest(size)

    return draw
