"""RFC 8785: the six cases of its author, on both ways of writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from amana import jcs
from amana.jcs import canonical
from amana.strict_json import loads

CASES = ["arrays", "french", "structures", "unicode", "values", "weird"]


@pytest.fixture
def folder(vectors: Path) -> Path:
    return vectors / "jcs"


def test_all_cases_are_named(folder: Path) -> None:
    assert sorted(path.stem for path in (folder / "input").glob("*.json")) == CASES


@pytest.mark.parametrize("way", ["as installed", "slow"])
@pytest.mark.parametrize("case", CASES)
def test_case(case: str, way: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "slow":
        monkeypatch.setattr(jcs, "orjson", None)
    value = loads((folder / "input" / f"{case}.json").read_bytes(), floats=True)
    written = canonical(value)
    assert written == (folder / "output" / f"{case}.json").read_bytes().rstrip(b"\n")
    assert written == bytes.fromhex((folder / "outhex" / f"{case}.txt").read_text())
    assert canonical(loads(written, floats=True)) == written
