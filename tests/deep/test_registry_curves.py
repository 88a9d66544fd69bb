"""A registry of 1,000, 10,000 and 100,000 organisations: what grows with it, and what does not.

The bounds are those that were asked for at 100,000,
with room for a machine that is busy with something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import registry

pytestmark = pytest.mark.deep

SIZES = [(1_000, "1k"), (10_000, "10k"), (100_000, "100k")]
_BUSY = 3.0  # times slower by the wall than a machine that does nothing else


@pytest.mark.parametrize(("count", "size"), SIZES)
def test_a_registry_of_any_size_is_refreshed_and_asked(
    count: int, size: str, counts: Callable[..., None]
) -> None:
    """C110: the size of a registry hardly matters to the phone that asks it."""
    figures = registry.run(seconds=5, rounds_min=15, organisations=count, processes=5)
    line: dict[str, Any] = json.loads(figures.line())
    told = {**line["seconds"], **line["sizes"], **line["ratios"]}
    counts(f"registry-{size}", raw_verify_us=line["raw_verify_us"], **told)
    seconds, sizes, ratios = line["seconds"], line["sizes"], line["ratios"]
    assert sizes[f"registry.refresh_memory_{size}"] <= 15_000_000
    assert sizes[f"registry.refresh_changed_memory_{size}"] <= 15_000_000
    assert sizes[f"registry.delta_one_{size}"] <= 20_000
    assert seconds[f"registry.refresh_{size}"] <= 0.030 * _BUSY
    assert seconds[f"registry.lookup_cold_{size}"] <= 0.004 * _BUSY
    assert seconds[f"registry.publish_one_{size}"] <= 5.0 * _BUSY
    assert ratios[f"registry.lookup_warm_{size}"] <= 0.2
    assert ratios[f"verify.eddsa_jcs_{size}_issuers"] <= 1.7
