"""A bundle scatters a pack over many parts, so that every look-up would inflate all of them."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest

from trust_registry import _zip, bundle
from trust_registry._zip import add_member
from trust_registry.bundle import Header, read_bundle

EXPECT = 2  # times that a part is inflated at most, for the one file in it
PARTS = 60


def test_each_part_is_inflated_to_be_known_and_to_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = [f"entry {number}".encode() for number in range(PARTS)]
    names = [f"targets/documents/{hashlib.sha256(blob).hexdigest()}.x.json" for blob in blobs]
    header = Header(
        anchor="0" * 64, version=1, snapshot=1, published=datetime(2026, 11, 22, tzinfo=UTC), bins=1
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        add_member(archive, "bundle.json", header.data())
        for number, blob in enumerate(blobs):
            part = f"packs/targets.{number}" if number else "packs/targets"
            add_member(archive, part, len(blob).to_bytes(4) + blob)
    inflated: list[str] = []
    read_member = _zip.read_member

    def counted(file: Any, member: Any, *, name: str) -> bytes:
        inflated.append(member.name)
        return read_member(file, member, name=name)

    monkeypatch.setattr(bundle, "read_member", counted)
    source = read_bundle(out.getvalue())
    for name, blob in reversed(list(zip(names, blobs, strict=True))):
        assert b"".join(source.fetch(name) or ()) == blob
    absent = f"targets/documents/{'0' * 64}.x.json"
    assert source.fetch(absent) is None
    assert len(inflated) <= EXPECT * PARTS + 1  # and the header
