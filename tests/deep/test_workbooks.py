"""50,000 spoiled workbooks for each reader: only InputError."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from issuer import _workbook
from issuer.intake import read_registrations
from tests.all_parsers import SEED
from tests.parser_trials import INPUT, feed
from tests.workbooks import mutate

pytestmark = pytest.mark.deep
WORKBOOK = Path(__file__).parents[2] / "apps" / "data" / "registrations.xlsx"
MUTATIONS = 50_000


@pytest.mark.parametrize("library", ["calamine", "openpyxl"])
@pytest.mark.filterwarnings("ignore")
def test_workbook_readers(
    library: str, monkeypatch: pytest.MonkeyPatch, counts: Callable[..., None]
) -> None:
    if library == "openpyxl":
        monkeypatch.setattr(_workbook, "python_calamine", None)
    whole = WORKBOOK.read_bytes()
    random = Random(f"workbooks {SEED}")
    figures = feed(
        f"workbooks, seed {SEED}",
        (mutate(random, whole) for _ in range(MUTATIONS)),
        parse=lambda data: read_registrations(data, name="spoiled.xlsx"),
        errors=INPUT,
        count=MUTATIONS,
        deep=True,
    )
    assert 0 < figures["refused"] < MUTATIONS
    counts(f"workbooks-{library}", seed=SEED, **figures)
