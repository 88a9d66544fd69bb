"""The people of the demo: nobody, the same nobody every time, and wrong where it is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from amana.reasons import Reason
from apps import demo_people
from issuer.intake import Registrations, read_registrations

COMMITTED = Path(__file__).parents[3] / "apps" / "data" / "registrations.xlsx"


def cells(data: bytes) -> list[Any]:
    found = read_registrations(data, name="registrations.xlsx")
    rows: list[Any] = [dict(row) for row in found.left_out]
    for household in found.households:
        rows.append((household.row, dict(household.cells)))
        rows += [(person.row, dict(person.cells)) for person in household.individuals]
    return rows


@pytest.fixture(scope="module")
def committed() -> Registrations:
    return read_registrations(COMMITTED.read_bytes(), name="registrations.xlsx")


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    built = demo_people.build_workbook()
    assert cells(built) == cells(COMMITTED.read_bytes())
    assert demo_people.build_workbook() == built
    assert demo_people.main([str(tmp_path / "again.xlsx")]) == 0
    assert (tmp_path / "again.xlsx").read_bytes() == built


def test_misuse() -> None:
    assert demo_people.main([]) == 64


def test_the_households_and_the_rows_that_are_wrong(committed: Registrations) -> None:
    assert (len(committed.households), committed.individuals) == (12, 40)
    assert [(e.sheet, e.reason, e.row_left_out) for e in committed.errors] == [
        ("Households", Reason.DUPLICATE_ROW, True),
        ("Households", Reason.BAD_ROW, True),
        ("Individuals", Reason.BAD_CELL, False),
        ("Individuals", Reason.BAD_CELL, False),
        ("Individuals", Reason.ORPHAN_ROW, True),
    ]
    assert committed.unknown_columns == ()


def test_everything_in_it_is_plainly_invented(committed: Registrations) -> None:
    for household in committed.households:
        assert str(household.cells["unhcr_hh_id_h_c"]).startswith("000-")
        assert str(household.cells["hh_geopoint_h_c"]).startswith("-48.876")  # Point Nemo
        for person in household.individuals:
            assert str(person.cells["household_id"]).startswith("999")
            name = str(person.cells["full_name_i_c"]).lower().replace(" ", "")
            for syllable in demo_people._SYLLABLES:
                name = name.replace(syllable, "")
            assert name == ""
