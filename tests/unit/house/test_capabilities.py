"""docs/capabilities.md says what there is, and names a test that exists for all that is done."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "capabilities.md"
STATES = ("done", "partly", "not yet")
ROW = re.compile(r"\| (C[0-9]+) \| ([^|]+) \| \*([a-z ]+)\* \| ([^|]+) \|")
NAMED = re.compile(r"`(tests/[^`]+)`")


def _rows() -> list[tuple[str, str, str, str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    rows = [ROW.fullmatch(line) for line in lines if re.match(r"\|\s*C[0-9]", line)]
    assert None not in rows, "a row is not of the form | Cn | words | *state* | evidence |"
    return [(row[1], row[2], row[3], row[4]) for row in rows if row is not None]


ROWS = _rows()


@lru_cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_capability_has_one_row_in_order() -> None:
    assert [number for number, *_ in ROWS] == [f"C{number}" for number in range(1, 136)]


def test_states_are_of_the_closed_list() -> None:
    assert {state for _, _, state, _ in ROWS} <= set(STATES)


def test_the_sum_on_top_is_right() -> None:
    counts = Counter(state for _, _, state, _ in ROWS)
    said = ", ".join(
        f"{counts[state]} are {state}" if state == "done" else f"{counts[state]} {state}"
        for state in STATES
    )
    assert f"Now {said}." in PAGE.read_text("utf-8")


def test_no_state_is_named_outside_of_its_column() -> None:
    """Whoever reads a row, person or program, finds one state in it."""
    found = [
        number
        for number, words, _, evidence in ROWS
        if re.search(r"\b(done|partly|not yet)\b", f"{words} {NAMED.sub('', evidence)}".lower())
    ]
    assert found == []


@pytest.mark.parametrize(("number", "words", "state", "evidence"), ROWS, ids=[r[0] for r in ROWS])
def test_a_row_keeps_what_it_says(number: str, words: str, state: str, evidence: str) -> None:
    named = NAMED.findall(evidence)
    for name in named:
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert function.startswith("test_"), name
        assert function in _functions(ROOT / path), name
    missing = evidence.partition("missing: ")[2]
    if state == "done":
        assert named
        assert missing == ""
    elif state == "partly":
        assert named
        assert missing
    else:
        assert named == []
        assert missing
