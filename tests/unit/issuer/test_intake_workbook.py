"""Workbooks in the HOPE template, good and bad."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer import _archive, _sheet_xml, _table, _workbook
from issuer._fields import Field
from issuer.intake import Registrations, load_mapping, read_registrations
from tests.workbooks import HOUSEHOLD, PERSON, SHEET, build, replace, rezip


@pytest.fixture(params=["calamine", "openpyxl"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test here runs with both libraries: they must give the same."""
    if request.param == "openpyxl":
        monkeypatch.setattr(_workbook, "python_calamine", None)
    elif _workbook.python_calamine is None:
        pytest.skip("python-calamine is not installed")
    return str(request.param)


def read(data: bytes) -> Registrations:
    return read_registrations(data, name="people.xlsx")


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(data)
    assert caught.value.where["file"] == "people.xlsx"
    return caught.value


def only_error(registrations: Registrations) -> _table.RowError:
    (error,) = registrations.errors
    assert error.file == "people.xlsx"
    return error


def test_the_sample_of_50_households(shared_data: Path) -> None:
    """C86: one registration of another system comes in whole, with nothing reported wrong."""
    data = (shared_data / "hope_registration_50_households.xlsx").read_bytes()
    found = read(data)
    assert (len(found.households), found.individuals) == (50, 208)
    assert found.errors == ()
    assert found.unknown_columns == ()
    assert {household.facts[Field.HEADED_BY_CHILD] for household in found.households} == {False}
    assert all(
        isinstance(person.facts[Field.BIRTH_DATE], date)
        for household in found.households
        for person in household.individuals
    )


def test_both_libraries_give_the_same_cells(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (shared_data / "hope_registration_50_households.xlsx").read_bytes()

    def everything() -> list[Any]:
        rows: list[Any] = []
        for household in read(data).households:
            everybody: tuple[Any, ...] = (household, *household.individuals)
            rows += [(row.row, dict(row.cells), dict(row.facts)) for row in everybody]
        return rows

    here = everything()
    monkeypatch.setattr(_workbook, "python_calamine", None)
    assert here == everything()


def test_rows_are_numbered_as_a_person_sees_them() -> None:
    found = read(build())
    (household,) = found.households
    assert household.row == 3
    assert household.individuals[0].row == 3
    assert household.cells["size_h_c"] == 2
    assert "village_h_c" not in household.cells
    assert len(household.cells) == 2


def test_a_repr_shows_nobody() -> None:
    """Personal data never reaches a log by way of a repr."""
    found = read(build())
    (household,) = found.households
    for thing in (found, household, household.individuals[0], household.cells):
        for secret in ("Zavmip", "999000111", "1991", "female"):
            assert secret not in repr(thing)


@pytest.mark.parametrize(
    ("formula", "value"), [("=TRUE()", True), ("=FALSE()", False), ("= true( )", True)]
)
def test_booleans_may_be_formulas(formula: str, value: bool) -> None:
    """Openpyxl saves a formula without its value, so the value must come from the formula."""
    found = read(build([{**HOUSEHOLD, "child_hoh_h_c": formula}]))
    assert found.households[0].facts[Field.HEADED_BY_CHILD] is value
    assert found.errors == ()


def test_shared_formulas() -> None:
    def shared(name: str, part: bytes) -> bytes:
        if name != SHEET["Households"]:
            return part
        return part.replace(
            b"<f>TRUE()</f>", b'<f t="shared" ref="C3:C4" si="0">TRUE()</f>'
        ).replace(b"<f>FALSE()</f>", b'<f t="shared" si="0"/>')

    rows = [
        {**HOUSEHOLD, "child_hoh_h_c": "=TRUE()"},
        {"household_id": 2, "child_hoh_h_c": "=FALSE()"},
    ]
    found = read(rezip(build(rows), shared))
    assert [h.facts[Field.HEADED_BY_CHILD] for h in found.households] == [True, True]


@pytest.mark.parametrize("formula", ["=1+1", "=A3", '=HYPERLINK("x")', "=SUM(A1:A2)"])
def test_other_formulas_are_bad_cells(formula: str) -> None:
    found = read(build([{**HOUSEHOLD, "size_h_c": formula}]))
    error = only_error(found)
    assert (error.reason, error.sheet, error.row, error.column, error.row_left_out) == (
        Reason.FORMULA,
        "Households",
        3,
        "size_h_c",
        False,
    )
    assert Field.SIZE not in found.households[0].facts


def test_error_values_are_bad_cells() -> None:
    data = replace(
        build(), SHEET["Households"], b'<c r="B3" t="n"><v>2</v>', b'<c r="B3" t="e"><v>#N/A</v>'
    )
    error = only_error(read(data))
    assert (error.reason, error.column) == (Reason.BAD_CELL, "size_h_c")
    first = replace(
        build(),
        SHEET["Households"],
        b'<c r="A3" t="n"><v>999000111</v>',
        b'<c r="A3" t="e"><v>#N/A</v>',
    )
    assert [e.reason for e in read(first).errors] == [
        Reason.BAD_CELL,
        Reason.BAD_ROW,
        Reason.ORPHAN_ROW,
    ]


@pytest.mark.parametrize(
    ("value", "born"),
    [
        ("1991-05-17", date(1991, 5, 17)),
        ("1991/5/17", date(1991, 5, 17)),
        ("1991-05-17T00:00:00", date(1991, 5, 17)),
        (datetime(1991, 5, 17, 13, 30), date(1991, 5, 17)),  # noqa: DTZ001
        ("1991", "1991"),
        (1991, "1991"),
        ("1991-21", "1991-21"),
        ("199X", "199X"),
        ("1991~", "1991~"),
    ],
)
def test_birth_dates_in_their_many_forms(value: object, born: object) -> None:
    """C26: an unknown day is no error; a year, a season or a decade will do."""
    found = read(build(people=[{**PERSON, "birth_date_i_c": value}]))
    assert found.errors == ()
    assert found.households[0].individuals[0].facts[Field.BIRTH_DATE] == born


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("birth_date_i_c", "1990-02-30"),
        ("birth_date_i_c", "30/02/1990"),
        ("birth_date_i_c", "in the rains"),
        ("birth_date_i_c", 35124.5),
        ("birth_date_i_c", 35124),
        ("birth_date_i_c", "1990-13"),
        ("gender_i_c", "XYZZYX"),
        ("pregnant_i_c", "perhaps"),
        ("estimated_birth_date_i_c", 7),
        ("age", "twelve"),
        ("age", date(2000, 1, 1)),
        ("full_name_i_c", "one\x7ftwo"),
        ("full_name_i_c", 12),
        ("seeing_disability_i_c", "A_BIT"),
    ],
)
def test_a_bad_cell_is_reported_and_its_person_stays(column: str, value: object) -> None:
    """A typing error takes no place from anybody, and the report never repeats the cell."""
    found = read(build(people=[{**PERSON, column: value}]))
    error = only_error(found)
    assert (error.reason, error.sheet, error.row, error.column) == (
        Reason.BAD_CELL,
        "Individuals",
        3,
        column,
    )
    assert str(value) not in repr(error)
    assert not error.row_left_out
    assert found.individuals == 1


@pytest.mark.parametrize("value", [-1, 1.5, 1001, "many", True, date(2000, 1, 1), 10**12])
def test_bad_sizes(value: object) -> None:
    error = only_error(read(build([{**HOUSEHOLD, "size_h_c": value}])))
    assert (error.reason, error.column) == (Reason.BAD_CELL, "size_h_c")


def test_numbers_may_be_text() -> None:
    found = read(build([{"household_id": "999000111", "size_h_c": "2"}]))
    assert found.individuals == 1
    assert found.households[0].facts[Field.SIZE] == 2


def test_a_sum_with_a_broken_part_is_left_unsaid() -> None:
    row = {**HOUSEHOLD, "f_adults_h_c": 1, "m_adults_h_c": "x", "f_0_5_age_group_h_c": 2}
    found = read(build([{**row, "m_0_5_age_group_h_c": 3}]))
    facts = found.households[0].facts
    assert Field.ADULTS not in facts
    assert facts[Field.CHILDREN] == 5


def test_ages_that_are_no_ages_say_nothing() -> None:
    """In a real export the column holds row numbers: neither an age nor an error."""
    found = read(build(people=[{**PERSON, "age": 994801221.0}]))
    assert found.errors == ()
    assert Field.AGE not in found.households[0].individuals[0].facts
    found = read(build(people=[{**PERSON, "age": 35}]))
    assert found.households[0].individuals[0].facts[Field.AGE] == 35


def test_names_from_their_parts() -> None:
    person = {"household_id": 999000111, "given_name_i_c": "Zav", "family_name_i_c": "Mip  Qal"}
    facts = read(build(people=[person])).households[0].individuals[0].facts
    assert facts[Field.NAME_PART] == "Zav Mip Qal"
    assert Field.NAME not in facts


def test_rows_without_a_place_are_left_out_and_the_good_go_on() -> None:
    found = read(
        build(
            [HOUSEHOLD, {"household_id": 999000111, "size_h_c": 9}, {"size_h_c": 3}],
            [PERSON, {**PERSON, "household_id": 5}, {**PERSON, "household_id": None}, PERSON],
        )
    )
    assert [(e.sheet, e.row, e.reason, e.column, e.row_left_out) for e in found.errors] == [
        ("Households", 4, Reason.DUPLICATE_ROW, "household_id", True),
        ("Households", 5, Reason.BAD_ROW, "household_id", True),
        ("Individuals", 4, Reason.ORPHAN_ROW, "household_id", True),
        ("Individuals", 5, Reason.BAD_ROW, "household_id", True),
    ]
    assert found.individuals == 2
    assert len(found.left_out) == 4
    assert found.households[0].facts[Field.SIZE] == 2


def test_unknown_columns_are_reported_and_do_no_harm() -> None:
    found = read(build([{**HOUSEHOLD, "shoe_size_h_f": 42}]))
    assert found.unknown_columns == (("Households", "shoe_size_h_f"),)
    assert found.errors == ()


def test_a_value_without_a_title_has_the_letters_of_its_column() -> None:
    def stray(book: Any) -> None:
        book["Households"]["D3"] = "astray"

    found = read(build(touch=stray))
    assert found.households[0].cells["(column D)"] == "astray"


def test_letters_of_columns() -> None:
    assert [_table.column_letters(n) for n in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]


def test_an_empty_grid_around_the_table() -> None:
    """A table need not begin in A1; rows keep the numbers that a person sees."""

    def moved(book: Any) -> None:
        book["Households"].insert_rows(1, 2)
        book["Households"].insert_cols(1)

    found = read(build(touch=moved))
    assert found.households[0].row == 5
    assert found.individuals == 1


def test_blank_cells_and_rows_count_as_empty() -> None:
    found = read(build([{**HOUSEHOLD, "size_h_c": "  "}, {"household_id": " "}]))
    assert found.errors == ()
    assert Field.SIZE not in found.households[0].facts


def test_two_sheets_of_one_name_or_one_part() -> None:
    twice = replace(build(), "xl/workbook.xml", b'name="Individuals"', b'name="Households"')
    assert refused(twice).reason is Reason.NOT_A_WORKBOOK
    shared = rezip(
        build(),
        lambda name, part: (
            part.replace(b"sheet2.xml", b"sheet1.xml")
            if name == "xl/_rels/workbook.xml.rels"
            else part
        ),
    )
    assert refused(shared).reason is Reason.NOT_A_WORKBOOK


@pytest.mark.parametrize(
    "data",
    [
        b"PK",
        b"PK\x03\x04" + bytes(200),
        b"no workbook at all",
        b"\x89PNG\r\n\x1a\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
    ],
)
def test_not_a_workbook(data: bytes) -> None:
    assert refused(data).reason is Reason.NOT_A_WORKBOOK


def test_an_encrypted_workbook_says_so() -> None:
    assert "password" in refused(b"\xd0\xcf\x11\xe0" + bytes(600)).detail


def test_empty_and_oversized(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b"").reason is Reason.EMPTY
    assert refused(bytes(LIMITS.registration_file_bytes + 1)).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_zip_without_a_needed_part(part: str) -> None:
    data = rezip(build(), lambda name, content: None if name == part else content)
    assert refused(data).reason is Reason.NOT_A_WORKBOOK


@pytest.mark.parametrize("sheet", ["Households", "Individuals"])
def test_a_missing_sheet(sheet: str) -> None:
    error = refused(build(touch=lambda book: book.remove(book[sheet])))
    assert (error.reason, error.where["sheet"]) == (Reason.MISSING_SHEET, sheet)


def test_a_sheet_without_cells() -> None:
    def emptied(book: Any) -> None:
        book.remove(book["Households"])
        book.create_sheet("Households")

    error = refused(build(touch=emptied))
    assert (error.reason, error.where["sheet"]) == (Reason.EMPTY_WORKBOOK, "Households")


def test_missing_and_double_columns() -> None:
    error = refused(build([{"size_h_c": 2}]))
    assert (error.reason, error.where["column"]) == (Reason.MISSING_COLUMN, "household_id")

    def doubled(book: Any) -> None:
        book["Individuals"]["F1"] = "gender_i_c"

    error = refused(build(touch=doubled))
    assert (error.reason, error.where["column"]) == (Reason.DUPLICATE_COLUMN, "gender_i_c")
    assert error.where["sheet"] == "Individuals"
    assert error.where["row"] == 1


def test_merged_cells_are_refused_with_their_place() -> None:
    error = refused(build(touch=lambda book: book["Individuals"].merge_cells("B3:B4")))
    assert error.reason is Reason.MERGED_CELLS
    assert error.where == {"file": "people.xlsx", "sheet": "Individuals", "row": 3, "column": "B"}


def test_a_merged_range_of_one_cell_hides_nothing() -> None:
    data = replace(
        build(),
        SHEET["Households"],
        b"</sheetData>",
        b'</sheetData><mergeCells><mergeCell ref="B3:B3"/></mergeCells>',
    )
    assert read(data).individuals == 1


def test_markup_inside_a_formula_does_not_end_it() -> None:
    data = replace(
        build([{**HOUSEHOLD, "child_hoh_h_c": "=TRUE()"}]),
        SHEET["Households"],
        b"<f>TRUE()</f>",
        b"<f>TRUE<y></y>()</f>",
    )
    notes = _archive.inspect(data, name="x", wanted=("Households",)).sheets["Households"]
    assert notes.special == {3: {3: True}}


def test_merged_cells_elsewhere_do_no_harm() -> None:
    def other(book: Any) -> None:
        book.create_sheet("Export Summary").merge_cells("B3:D3")

    assert read(build(touch=other)).individuals == 1


@pytest.mark.parametrize("part", [SHEET["Households"], "xl/workbook.xml", "xl/styles.xml"])
def test_entities_never_get_as_far_as_a_library(part: str) -> None:
    """An external entity could read files of this machine; a nested one could fill its memory."""
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

    def declared(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        end = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
        return content[:end] + bomb + content[end:]

    assert refused(rezip(build(), declared)).reason is Reason.NOT_A_WORKBOOK


def test_other_encodings_are_refused() -> None:
    def recoded(name: str, content: bytes) -> bytes:
        if name != SHEET["Households"]:
            return content
        return b'<?xml version="1.0" encoding="UTF-16"?>'.decode().encode("utf-16") + content

    assert refused(rezip(build(), recoded)).reason is Reason.NOT_A_WORKBOOK
    latin = rezip(
        build(),
        lambda name, content: (
            b'<?xml version="1.0" encoding="iso-8859-1"?>' + content
            if name == SHEET["Households"]
            else content
        ),
    )
    assert refused(latin).reason is Reason.NOT_A_WORKBOOK


def zipped(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, content in parts:
            packed.writestr(name, content)
    return target.getvalue()


def test_a_zip_bomb_by_its_directory() -> None:
    bomb = zipped(("xl/worksheets/sheet1.xml", bytes(LIMITS.workbook_small_part_bytes * 5)))
    assert refused(bomb).reason is Reason.ZIP_BOMB
    assert refused(zipped(*((f"p{n}", b"") for n in range(300)))).reason is Reason.ZIP_BOMB


def test_a_zip_bomb_by_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums of declared sizes are checked too, and the real bytes again while they come."""
    padded = replace(build(), "xl/styles.xml", b"<fonts", b"<!--" + b"x" * 5_000_000 + b"--><fonts")

    def honest(source: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
        return {info.filename: info for info in source.infolist()}

    assert refused(padded).reason is Reason.ZIP_BOMB
    monkeypatch.setattr(_archive, "_directory", honest)
    assert refused(padded).reason is Reason.ZIP_BOMB


def test_sizes_in_the_directory_that_add_up_too_high() -> None:
    data = bytearray(build())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, LIMITS.workbook_inflated_bytes + 1)
    assert refused(bytes(data)).reason is Reason.ZIP_BOMB


def test_encrypted_entries_and_odd_compressions() -> None:
    data = bytearray(build())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(data)).reason is Reason.NOT_A_WORKBOOK
    assert refused(zipped(("a", b"x"), method=zipfile.ZIP_BZIP2)).reason is Reason.NOT_A_WORKBOOK


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name() -> None:
    assert refused(zipped(("a", b"x"), ("a", b"y"))).reason is Reason.NOT_A_WORKBOOK


def sheet_of(cells: bytes) -> bytes:
    return rezip(
        build(),
        lambda name, part: (
            part.replace(b"</sheetData>", cells + b"</sheetData>")
            if name == SHEET["Households"]
            else part
        ),
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', Reason.TOO_LARGE),
        (b'<row r="9"><c r="XFD9"><v>1</v></c></row>', Reason.TOO_LARGE),
        (b'<row r="200000"><c r="HZ200000"><v>1</v></c></row>', Reason.TOO_LARGE),
        (b'<row r="9"><c r="A8"><v>1</v></c></row>', Reason.NOT_A_WORKBOOK),
        (b'<row r="9"><c r="9"><v>1</v></c></row>', Reason.NOT_A_WORKBOOK),
        (b'<row r="nine"><c r="A9"><v>1</v></c></row>', Reason.NOT_A_WORKBOOK),
        (b'<row r="9"><c r="A9"><v>1</v></row>', Reason.NOT_A_WORKBOOK),
    ],
)
def test_cells_far_out_and_cells_astray(cells: bytes, reason: Reason) -> None:
    """Libraries fill the box around all cells; two cells at its corners would fill the memory."""
    assert refused(sheet_of(cells)).reason is reason


def test_rows_and_cells_without_numbers_are_counted() -> None:
    found = read(sheet_of(b"<row><c><v>7</v></c><c><v>1</v></c></row>"))
    assert [h.row for h in found.households] == [3, 4]
    assert found.households[1].facts == {Field.HOUSEHOLD: "7", Field.SIZE: 1}


def test_many_empty_rows_and_a_lying_extent() -> None:
    rows = b"".join(b'<row r="%d"/>' % n for n in range(10, 50_010))
    data = rezip(
        sheet_of(rows),
        lambda name, part: part.replace(
            b'<dimension ref="A1:B3"', b'<dimension ref="A1:XFD1048576"'
        ),
    )
    assert len(read(data).households) == 1


def test_prefixed_xml() -> None:
    """Some programs write every element with a prefix; the walk must see through it."""

    def prefixed(name: str, part: bytes) -> bytes:
        if name != SHEET["Households"]:
            return part
        for tag in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"f", b"is", b"t"):
            for mark in (b"<", b"</"):
                for end in (b" ", b">", b"/"):
                    part = part.replace(mark + tag + end, mark + b"x:" + tag + end)
        return part.replace(b"xmlns=", b"xmlns:x=")

    data = rezip(build([{**HOUSEHOLD, "size_h_c": "=1+1"}]), prefixed)
    with pytest.raises(InputError):  # not every element was renamed: no library may see it either
        read(replace(data, SHEET["Households"], b"</x:row>", b"</row>"))
    notes = _archive.inspect(data, name="x", wanted=("Households",)).sheets["Households"]
    assert notes.special == {3: {2: Reason.FORMULA}}


def test_too_many_errors_mean_the_wrong_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_table, "LIMITS", LIMITS.__class__(row_errors=3))
    rows = [{**PERSON, "gender_i_c": "Q"} for _ in range(5)]
    error = refused(build(people=rows))
    assert (error.reason, error.where["row"]) == (Reason.BAD_ROW, 6)


def test_a_mapping_belongs_to_a_csv() -> None:
    mapping = load_mapping(b'{"rows":"household","columns":{"n":{"field":"householdSize"}}}')
    with pytest.raises(InputError) as caught:
        read_registrations(build(), name="people.xlsx", mapping=mapping)
    assert caught.value.reason is Reason.NOT_UTF8


@pytest.mark.parametrize(
    "raised", [ValueError("x"), RecursionError(), type("PanicException", (BaseException,), {})("x")]
)
def test_whatever_a_library_raises_is_translated(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, reader: str
) -> None:
    def failing(*_: object) -> object:
        raise raised

    monkeypatch.setattr(_workbook, f"_{reader}", failing)
    assert refused(build()).reason is Reason.NOT_A_WORKBOOK
    monkeypatch.undo()


def test_an_interrupt_is_not_an_input_error(monkeypatch: pytest.MonkeyPatch, reader: str) -> None:
    def interrupted(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(_workbook, f"_{reader}", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(build())
    monkeypatch.undo()


def test_links_out_of_the_workbook_are_not_followed() -> None:
    walk = _sheet_xml.RelationsWalk("x")
    walk.feed(b'<R><Relationship Id="a" Target="../../etc/passwd"/>')
    walk.feed(b'<Relationship Id="b" TargetMode="External" Target="http://e/"/></R>')
    walk.close()
    assert walk.targets == {"a": "etc/passwd"}
