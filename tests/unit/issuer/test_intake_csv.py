"""CSV with a mapping file."""

from __future__ import annotations

import json
from datetime import date
from importlib import resources
from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer import _csv_table
from issuer._fields import Field
from issuer.intake import Registrations, load_mapping, read_registrations
from issuer.minimise import minimise
from issuer.purposes import default_purposes, load_purposes

TODAY = date(2026, 11, 22)
PURPOSES = load_purposes(default_purposes())


def mapping(columns: dict[str, Any], **rest: Any) -> bytes:
    return json.dumps({"rows": "person", "columns": columns, **rest}).encode()


PEOPLE = mapping(
    {
        "family": {"field": "household"},
        "born": {"field": "birthDate"},
        "sex": {"field": "gender", "values": {"F": "female", "m": "male"}},
    }
)
HOUSEHOLDS = mapping({"n": {"field": "householdSize", "checked": True}}, rows="household")


def read(text: str | bytes, settings: bytes = PEOPLE) -> Registrations:
    data = text.encode() if isinstance(text, str) else text
    return read_registrations(data, name="people.csv", mapping=load_mapping(settings))


def refused(text: str | bytes, settings: bytes = PEOPLE) -> InputError:
    with pytest.raises(InputError) as caught:
        read(text, settings)
    assert caught.value.where["file"] == "people.csv"
    return caught.value


def test_people_of_a_family_make_a_household() -> None:
    """C91: a list from another tool comes in through a mapping that says what each column is."""
    found = read("family,born,sex\na,1991-05-17,F\nb,2001,M\na,,f\n")
    assert [(h.row, len(h.individuals)) for h in found.households] == [(2, 2), (3, 1)]
    assert found.errors == ()
    first = found.households[0].individuals[0].facts
    assert (first[Field.BIRTH_DATE], first[Field.GENDER]) == (date(1991, 5, 17), "female")
    assert Field.BIRTH_DATE not in found.households[0].individuals[1].facts


def test_people_without_families_are_households_of_one() -> None:
    found = read("born\n1991\n1992\n", mapping({"born": {"field": "birthDate"}}))
    assert [len(household.individuals) for household in found.households] == [1, 1]


def test_one_row_a_household() -> None:
    found = read("n\n4\n2\n", HOUSEHOLDS)
    assert [household.facts[Field.SIZE] for household in found.households] == [4, 2]
    draft = minimise(found.households[0], purposes=PURPOSES, today=TODAY).drafts[0]
    assert dict(draft.claims) == {"householdSize": 4}
    assert (draft.checked, draft.self_stated) == (("householdSize",), ())


def test_one_row_a_household_with_ids() -> None:
    settings = mapping(
        {"id": {"field": "household"}, "n": {"field": "householdSize"}}, rows="household"
    )
    found = read("id,n\na,1\na,2\nb,3\n,4\n", settings)
    assert [household.facts[Field.SIZE] for household in found.households] == [1, 3]
    assert [(error.row, error.reason) for error in found.errors] == [
        (3, Reason.DUPLICATE_ROW),
        (5, Reason.BAD_ROW),
    ]


def test_the_example_that_comes_with_amana() -> None:
    settings = (resources.files("issuer") / "data" / "mapping_example.json").read_bytes()
    text = (
        "\ufeffFamily no.;Born;Guessed;Sex;Language;Seen papers;Full name;Phone\r\n"
        '7;17.05.1991;x;F;ti;000111222;"Zavmip ""Zav""\r\nTolubrek";+999000111\r\n'
        "\r\n"
        "7;02/01/2020;;-;;;Qalhok;\r\n"
    )
    found = read(text, settings)
    assert found.errors == (found.errors[0],)  # a name on two lines is the one bad cell
    assert (found.errors[0].row, found.errors[0].column) == (2, "Full name")
    (household,) = found.households
    assert [person.row for person in household.individuals] == [2, 5]
    assert household.individuals[0].facts[Field.BIRTH_DATE] == date(1991, 5, 17)
    assert household.individuals[0].facts[Field.BIRTH_ESTIMATED] is True
    assert household.individuals[1].facts[Field.GENDER] == "notStated"
    report = minimise(household, purposes=PURPOSES, today=TODAY).dropped.rows()
    assert {(row["column"], row["reason"]) for row in report} == {
        ("Born", "exact-date"),
        ("Family no.", "source-id"),
        ("Full name", "name"),
        ("Language", "not-needed"),
        ("Phone", "contact"),
        ("Seen papers", "document-number"),
        ("Sex", "not-needed"),
    }


@pytest.mark.parametrize(
    ("order", "text"), [("DMY", "17/05/1991"), ("MDY", "5-17-1991"), ("YMD", "1991.05.17")]
)
def test_orders_of_dates(order: str, text: str) -> None:
    settings = mapping({"born": {"field": "birthDate", "dates": order}})
    facts = read(f"born\n{text}\n", settings).households[0].individuals[0].facts
    assert facts[Field.BIRTH_DATE] == date(1991, 5, 17)


def test_needs_and_languages_are_codes() -> None:
    settings = mapping(
        {"needs": {"field": "specificNeeds"}, "tongue": {"field": "language"}}, delimiter="|"
    )
    found = read("needs|tongue\nSP-PV, CR-CH|ti\nnot a code!|a long sentence here\n", settings)
    facts = found.households[0].individuals[0].facts
    assert (facts[Field.NEEDS], facts[Field.LANGUAGE]) == (("CR-CH", "SP-PV"), "ti")
    assert [error.reason for error in found.errors] == [Reason.BAD_CELL, Reason.BAD_CELL]


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_other_encodings_by_name(encoding: str) -> None:
    settings = mapping({"n": {"field": "name"}}, encoding=encoding)
    found = read("n\nZavé\n".encode(encoding), settings)
    assert found.households[0].individuals[0].facts[Field.NAME] == "Zavé"


@pytest.mark.parametrize(
    "data", ["n\nZavé\n".encode("latin-1"), "n\nZav\n".encode("utf-16"), b"n\n\x00\n", b"\xff"]
)
def test_a_wrong_encoding_is_refused(data: bytes) -> None:
    assert refused(data, HOUSEHOLDS).reason is Reason.NOT_UTF8


def test_formulas() -> None:
    settings = mapping({"flag": {"field": "disability"}})
    found = read("flag\n=TRUE()\n=1+1\n= false()\n", settings)
    answers = [h.individuals[0].facts.get(Field.DISABILITY) for h in found.households]
    assert answers == [True, False]
    assert [(error.row, error.reason) for error in found.errors] == [(3, Reason.FORMULA)]


def test_rows_of_another_width_and_very_long_cells() -> None:
    found = read("family,born,sex\na,1991\nb,1992,F,extra\nc,1993,F\n" + "d," + "9" * 70_000 + ",F")
    assert [(e.row, e.reason, e.row_left_out) for e in found.errors] == [
        (2, Reason.BAD_ROW, True),
        (3, Reason.BAD_ROW, True),
        (5, Reason.BAD_CELL, False),
    ]
    assert found.individuals == 2


def test_quotes_that_do_not_match() -> None:
    error = refused('family,born,sex\na,"1991,F\nb,1992,F\n')
    assert (error.reason, error.where["row"]) == (Reason.BAD_ROW, 2)


def test_headers() -> None:
    assert refused(" , ,\n1,2,3\n").reason is Reason.EMPTY
    error = refused("family,sex\n1,F\n")
    assert (error.reason, error.where["column"]) == (Reason.MISSING_COLUMN, "born")
    error = refused("family,sex,born,sex\n")
    assert (error.reason, error.where["column"]) == (Reason.DUPLICATE_COLUMN, "sex")
    assert refused(",".join(str(n) for n in range(300)) + "\n").reason is Reason.TOO_LARGE
    found = read("family,born,sex,shoe\na,1991,F,42\n")
    assert found.unknown_columns == (("csv", "shoe"),)


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_csv_table, "LIMITS", LIMITS.__class__(workbook_rows=2))
    error = refused("n\n1\n2\n3\n", HOUSEHOLDS)
    assert (error.reason, error.where["row"]) == (Reason.TOO_LARGE, 4)


def test_several_columns_of_one_field() -> None:
    """Counts add up, codes gather; of anything else the first answer counts."""
    settings = mapping(
        {
            "boys": {"field": "children"},
            "girls": {"field": "children"},
            "need": {"field": "specificNeeds"},
            "more": {"field": "specificNeeds"},
            "tongue": {"field": "language"},
            "other": {"field": "language"},
        },
        rows="household",
    )
    text = "boys,girls,need,more,tongue,other\n1,2,SP,CR SP,ti,ar\n3,,,,,ar\n"
    first, second = read(text, settings).households
    assert dict(first.facts) == {
        Field.CHILDREN: 3,
        Field.NEEDS: ("CR", "SP"),
        Field.LANGUAGE: "ti",
    }
    assert dict(second.facts) == {Field.CHILDREN: 3, Field.LANGUAGE: "ar"}


def test_genders_without_a_value_map() -> None:
    settings = mapping({"sex": {"field": "gender"}})
    found = read("sex\nfemale\nF\n", settings)
    assert found.households[0].individuals[0].facts[Field.GENDER] == "female"
    assert [(error.row, error.reason) for error in found.errors] == [(3, Reason.BAD_CELL)]


ONE = {"n": {"field": "householdSize"}}


@pytest.mark.parametrize(
    "settings",
    [
        b"[]",
        b"{}",
        mapping(ONE, sheets=1),
        mapping(ONE, rows="sideways"),
        mapping({}),
        mapping({str(n): {"drop": "name"} for n in range(300)}),
        mapping({"n": {"drop": "name"}}),
        mapping({"a": {"field": "household"}, "b": {"field": "household"}}),
        mapping({"a": {"field": "gender"}}, rows="household"),
        mapping(ONE, delimiter="x"),
        mapping(ONE, encoding="utf-7"),
        mapping({"n": []}),
        mapping({"n": {"field": "householdSize", "drop": "name"}}),
        mapping({"n": {}}),
        mapping({"n": {"field": "shoeSize"}}),
        mapping({"n": {"drop": "because"}}),
        mapping({"n": {"field": "householdSize", "colour": "red"}}),
        mapping({"n": {"field": "householdSize", "values": {"a": 1}}}),
        mapping({"n": {"field": "householdSize", "values": []}}),
        mapping({"n": {"field": "householdSize", "values": {"a": " "}}}),
        mapping({"n": {"field": "householdSize", "dates": "YDM"}}),
        mapping({"n": {"field": "householdSize", "checked": "yes"}}),
        mapping({"": {"field": "householdSize"}}),
    ],
)
def test_mappings_that_are_refused(settings: bytes) -> None:
    with pytest.raises(InputError) as caught:
        load_mapping(settings)
    assert caught.value.reason is Reason.BAD_MAPPING
