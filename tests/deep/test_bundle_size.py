"""What a registry of 1,000, 10,000 and 100,000 organisations weighs, and one change of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks._registry import build, organisation
from benchmarks._world import NOW
from trust_registry._inventory import snapshot_of
from trust_registry.bundle import open_bundle, write_bundle
from trust_registry.delta import build_delta
from trust_registry.incoming import import_file
from trust_registry.sources import FolderSource

pytestmark = pytest.mark.deep

DELTA = 20_000  # bytes: what may be handed over in codes
MEMBERS = 5_000


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000])
def test_sizes(tmp_path: Path, count: int, counts: Callable[..., None]) -> None:
    """C11: what a stick carries, and what a thin link carries after one organisation changed."""
    world = build(tmp_path, count)
    published = FolderSource(world.published)
    bundle, root = tmp_path / "registry.amana", world.consortium.anchor
    began = time.monotonic()
    with bundle.open("w+b") as out:
        write_bundle(published, out)
    written = time.monotonic() - began
    with open_bundle(bundle) as opened:
        members = len(opened._members)
    assert members <= MEMBERS
    began = time.monotonic()
    assert import_file(bundle, root=root, cache=tmp_path / "cache", now=NOW).version == 1
    imported = time.monotonic() - began

    later = NOW + timedelta(days=1)
    world.change(count // 2, turn=1)
    world.publish(later)
    delta = build_delta(published, base=published, base_snapshot=snapshot_of(published, 1))
    assert len(delta) <= DELTA
    file = tmp_path / "update.amana"
    file.write_bytes(delta)
    began = time.monotonic()
    found = import_file(file, root=root, cache=tmp_path / "cache", now=later)
    updated = time.monotonic() - began
    entry = found.entry(organisation(count // 2).did)
    assert entry is not None
    assert entry.appeals == "appeals-1@members.example"
    counts(
        "bundle-size", organisations=count, bundle_bytes=bundle.stat().st_size, members=members,
        delta_bytes=len(delta), seconds_to_write=round(written, 1),
        seconds_to_import=round(imported, 1), seconds_to_update=round(updated, 2),
    )  # fmt: skip
