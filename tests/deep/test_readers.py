"""Thousands of spoiled workbooks for each reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from amana.errors import InputError
from issuer import _workbook
from issuer.intake import read_registrations
from tests.workbooks import mutate

pytestmark = pytest.mark.deep
WORKBOOK = Path(__file__).parents[2] / "apps" / "data" / "registrations.xlsx"
MUTATIONS = 5_000


@pytest.mark.parametrize("library", ["calamine", "openpyxl"])
@pytest.mark.filterwarnings("ignore")
def test_workbook_readers(
    library: str, monkeypatch: pytest.MonkeyPatch, counts: Callable[..., None]
) -> None:
    """5,000 seeded mutations of a real workbook: only InputError."""
    if library == "openpyxl":
        monkeypatch.setattr(_workbook, "python_calamine", None)
    whole = WORKBOOK.read_bytes()
    seed = 7
    random = Random(seed)
    refused = 0
    for _ in range(MUTATIONS):
        try:
            read_registrations(mutate(random, whole), name="spoiled.xlsx")
        except InputError:
            refused += 1
    assert 0 < refused < MUTATIONS
    counts(f"workbook-{library}", seed=seed, inputs=MUTATIONS, refused=refused)
