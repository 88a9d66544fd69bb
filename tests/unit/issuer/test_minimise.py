"""From facts to offers: what a purpose asks, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from issuer import _ages
from issuer._fields import Drop, Field
from issuer.intake import RawHousehold, load_mapping, read_registrations
from issuer.minimise import (
    DroppedReport,
    Minimised,
    NoteKind,
    OfferDraft,
    dropped_values,
    minimise,
    total,
)
from issuer.purposes import Level, Purposes, default_purposes, load_purposes
from tests.workbooks import HOUSEHOLD, PERSON, build

TODAY = date(2026, 11, 22)
DEFAULTS = load_purposes(default_purposes())
HOUSEHOLD_CLAIMS = [
    "householdSize", "children", "adults", "older", "headedByChild", "pregnantOrNursing",
    "disability", "specificNeeds", "countryOfOrigin", "language",
]  # fmt: skip
PERSON_CLAIMS = [
    "ageBand", "birthDate", "gender", "pregnantOrNursing", "disability", "specificNeeds",
    "countryOfOrigin", "language",
]  # fmt: skip


def asking(
    household: list[str] | None = None, person: list[str] | None = None, **rest: Any
) -> Purposes:
    """The default purposes with other claims; None leaves a purpose out."""
    records = []
    for record, claims in zip(
        json.loads(default_purposes())["purposes"], (household, person), strict=True
    ):
        if claims is not None:
            records.append({**record, "claims": claims, **(rest if claims is person else {})})
    return load_purposes(json.dumps({"purposes": records}).encode())


def first(*people: dict[str, Any], **household: Any) -> RawHousehold:
    rows = [{**PERSON, **person} for person in people]
    return read_registrations(
        build([{**HOUSEHOLD, **household}], rows), name="people.xlsx"
    ).households[0]


def run(household: RawHousehold, purposes: Purposes = DEFAULTS) -> Minimised:
    return minimise(household, purposes=purposes, today=TODAY)


def only(result: Minimised) -> OfferDraft:
    (draft,) = result.drafts
    return draft


def kinds(result: Minimised) -> list[NoteKind]:
    return [note.kind for note in result.notes]


def test_the_sample_gives_offers_for_everybody(shared_data: Path) -> None:
    """C19, C30, C62: 50 households and 208 people, whatever they are or consented to."""
    data = (shared_data / "hope_registration_50_households.xlsx").read_bytes()
    found = read_registrations(data, name="sample.xlsx")
    results = [run(household) for household in found.households]
    drafts = [draft for result in results for draft in result.drafts]
    assert sum(draft.level is Level.HOUSEHOLD for draft in drafts) == 50
    assert sum(draft.level is Level.PERSON for draft in drafts) == 208
    assert {name for draft in drafts for name in draft.claims} == {
        "householdSize",
        "children",
        "ageBand",
    }
    assert all(draft.checked == () for draft in drafts)
    # The workbook says size 1 everywhere; its own list of people says otherwise for 44.
    sizes = [draft.claims["householdSize"] for draft in drafts if draft.person is None]
    assert sum(size for size in sizes if isinstance(size, int)) == 208
    assert sum(NoteKind.SIZE_DISAGREES in kinds(result) for result in results) == 44
    written = repr([[dict(d.claims), d.self_stated, d.purpose_id, d.entitlement] for d in drafts])
    values = dropped_values(found)
    assert len(values) > 3_000
    assert not [value for value in values if value in written]


def test_what_the_sample_loses_and_why(shared_data: Path) -> None:
    """C67, C68, C73: the report names every sensitive column and its reason, and holds no value."""
    data = (shared_data / "hope_registration_50_households.xlsx").read_bytes()
    found = read_registrations(data, name="sample.xlsx")
    report = total(run(household).dropped for household in found.households)
    rows = {(row["column"], row["reason"]): row["values"] for row in report.rows()}
    assert rows["hh_geopoint_h_c", "place"] == 50
    assert rows["consent_sharing_h_c", "consent"] == 34
    assert rows["full_name_i_c", "name"] == 208
    assert rows["birth_date_i_c", "exact-date"] == 208
    assert rows["age", "not-needed"] == 208
    assert rows["start_h_c", "time"] == rows["name_enumerator_h_c", "enumerator"] == 50
    assert rows["residence_status_h_c", "status"] == 44
    assert rows["phone_no_i_c", "contact"] == rows["national_id_no_i_c", "document-number"] == 208
    assert rows["primary_collector_id", "collector"] == 50
    assert report.fields == len({column for column, _ in rows})
    assert report.values == sum(count for count in rows.values() if isinstance(count, int))


def test_claims_of_a_household() -> None:
    """C104: everything that a household purpose may ask, counted from its people."""
    household = first(
        {"birth_date_i_c": date(2010, 1, 1), "pregnant_i_c": False},
        {"birth_date_i_c": "1950", "pregnant_i_c": False, "memory_disability_i_c": "NONE"},
        {"birth_date_i_c": "1990", "pregnant_i_c": True, "seeing_disability_i_c": "CANNOT_DO"},
        child_hoh_h_c=True,
        fchild_hoh_h_c=False,
        country_origin_h_c="ZZZ",
    )  # fmt: skip
    draft = only(run(household, asking(HOUSEHOLD_CLAIMS)))
    assert dict(draft.claims) == {
        "householdSize": 3,
        "children": 1,
        "adults": 1,
        "older": 1,
        "headedByChild": True,
        "pregnantOrNursing": True,
        "disability": True,
        "countryOfOrigin": "ZZZ",
    }
    assert draft.self_stated == tuple(draft.claims)
    assert (draft.row, draft.person, draft.entitlement) == (3, None, "basket-medium")


def test_a_no_needs_everybodys_answer() -> None:
    """An unanswered question is not a no."""
    answered = {"pregnant_i_c": False, "hearing_disability_i_c": "SOME_DIFFICULTY"}
    purposes = asking(["pregnantOrNursing", "disability"])
    everybody = only(run(first(answered, answered), purposes))
    assert dict(everybody.claims) == {"pregnantOrNursing": False, "disability": False}
    assert dict(only(run(first(answered, {}), purposes)).claims) == {}


def test_a_household_without_rows_for_its_people() -> None:
    found = read_registrations(
        build(
            [
                {
                    **HOUSEHOLD,
                    "size_h_c": 7,
                    "pregnant_member_h_c": 1,
                    "f_adults_h_c": 2,
                    "m_adults_h_c": 1,
                    "f_0_5_age_group_h_c": 4,
                }
            ],
            [],
        ),
        name="people.xlsx",
    )
    result = run(found.households[0], asking(HOUSEHOLD_CLAIMS))
    assert dict(only(result).claims) == {
        "householdSize": 7,
        "children": 4,
        "adults": 3,
        "pregnantOrNursing": True,
    }
    assert only(result).entitlement == "basket-large"
    assert result.dropped.counts == {("household_id", Drop.SOURCE_ID): 1}
    assert result.notes == ()


def test_nobody_listed_and_no_size() -> None:
    """Unknown is said to be unknown, and the household still gets its offer."""
    found = read_registrations(build([{"household_id": 1}], []), name="people.xlsx")
    result = run(found.households[0])
    assert dict(only(result).claims) == {} and only(result).entitlement == "basket-medium"  # noqa: PT018
    assert kinds(result) == [NoteKind.SIZE_UNKNOWN]


def test_an_unknown_age_leaves_the_counts_unsaid() -> None:
    result = run(first({}, {"birth_date_i_c": None}), asking(["householdSize", "children"]))
    assert dict(only(result).claims) == {"householdSize": 2}
    assert kinds(result) == [NoteKind.AGES_INCOMPLETE]


def test_claims_of_a_person() -> None:
    """C25, C31: an age band or a year stands for the birth date; nothing was checked here."""
    household = first({"pregnant_i_c": False, "physical_disability_i_c": "LOT_DIFFICULTY"})
    draft = only(run(household, asking(None, PERSON_CLAIMS)))
    assert dict(draft.claims) == {
        "ageBand": "18-59",
        "birthDate": "1991",
        "gender": "female",
        "pregnantOrNursing": False,
        "disability": True,
    }
    assert (draft.self_stated, draft.checked) == (tuple(draft.claims), ())
    assert (draft.level, draft.person, draft.entitlement) == (Level.PERSON, 0, "health-visit")


@pytest.mark.parametrize(
    ("born", "estimated", "expected"),
    [
        (date(1998, 5, 17), False, "1998"),
        (date(1998, 5, 17), True, "1998~"),
        ("1998", True, "1998~"),
        ("1998~", True, "1998~"),
        ("1998-21", False, "1998-21"),
        ("199X", True, "199X"),
        (None, True, None),
        (date(2050, 1, 1), False, None),
    ],
)
def test_birth_dates_never_finer_than_a_season(
    born: object, estimated: bool, expected: str | None
) -> None:
    """C26, C68."""
    household = first({"birth_date_i_c": born, "estimated_birth_date_i_c": estimated})
    assert only(run(household, asking(None, ["birthDate"]))).claims.get("birthDate") == expected


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2026, 11, 22), "0-4"),
        (date(2021, 11, 23), "0-4"),
        (date(2021, 11, 22), "5-11"),
        (date(2014, 11, 22), "12-17"),
        (date(2008, 11, 23), "12-17"),
        (date(2008, 11, 22), "18-59"),
        (date(1966, 11, 22), "60+"),
        ("1991", "18-59"),
        ("2008", None),
        ("199X", "18-59"),
        ("196X", None),
        ("1890", None),
        (date(2026, 11, 23), None),
        (date(1890, 1, 1), None),
    ],
)
def test_age_bands_at_their_edges(born: object, band: str | None) -> None:
    """C25: and where the band can't be told, none is stated."""
    household = first({"birth_date_i_c": born})
    assert only(run(household, asking(None, ["ageBand"]))).claims.get("ageBand") == band


def test_implausible_dates_are_noted() -> None:
    result = run(first({"birth_date_i_c": date(2050, 1, 1)}), asking(None, ["ageBand"]))
    assert NoteKind.DATE_IMPLAUSIBLE in kinds(result)
    assert (result.notes[0].sheet, result.notes[-1].row) == ("Households", 3)


def test_a_stated_age_counts_only_without_a_birth_date() -> None:
    """C27: an age may be self-declared."""
    purposes = asking(None, ["ageBand"])
    stated = first({"birth_date_i_c": None, "age": 8})
    assert only(run(stated, purposes)).claims["ageBand"] == "5-11"
    assert ("age", Drop.NOT_NEEDED) not in run(stated, purposes).dropped.counts
    both = first({"age": 8})
    assert only(run(both, purposes)).claims["ageBand"] == "18-59"
    assert run(both, purposes).dropped.counts["age", Drop.NOT_NEEDED] == 1


def test_eligible_age_bands() -> None:
    """An uncertain age counts for the person; an unknown one is left for people to ask."""
    purposes = asking(None, ["ageBand"], eligibleAgeBands=["0-4", "5-11"])
    people = [
        {"birth_date_i_c": born} for born in (date(2020, 1, 1), date(1990, 1, 1), "2014", None)
    ]
    result = run(first(*people), purposes)
    assert [draft.person for draft in result.drafts] == [0, 2]
    assert "ageBand" not in result.drafts[1].claims
    assert [note.row for note in result.notes if note.kind is NoteKind.AGE_UNKNOWN] == [6]
    # A person without an offer keeps nothing of theirs in one.
    assert result.dropped.counts["birth_date_i_c", Drop.EXACT_DATE] == 3


def test_a_name_only_under_its_own_reason() -> None:
    """C29: dropped by default, kept (in NFC) where a recorded purpose needs it."""
    household = first({"full_name_i_c": "Zave\u0301 Mip", "given_name_i_c": "Zave"})
    assert run(household).dropped.counts["full_name_i_c", Drop.NAME] == 1
    purposes = asking(None, ["name"], nameReason="The bank compares it with the card.")
    result = run(household, purposes)
    assert only(result).claims["name"] == "Zavé Mip"
    assert ("full_name_i_c", Drop.NAME) not in result.dropped.counts
    assert result.dropped.counts["given_name_i_c", Drop.NAME] == 1
    parts = first({"full_name_i_c": None, "given_name_i_c": "Zav", "family_name_i_c": "Mip"})
    assert only(run(parts, purposes)).claims["name"] == "Zav Mip"


def test_checked_only_where_all_of_it_was() -> None:
    """C31: a claim is checked if the column it rests on was; others stay self-stated."""
    mapping = load_mapping(
        json.dumps(
            {
                "rows": "person",
                "columns": {
                    "born": {"field": "birthDate"},
                    "age": {"field": "age", "checked": True},
                    "sex": {"field": "gender", "checked": True},
                    "needs": {"field": "specificNeeds"},
                    "h": {"field": "household"},
                },
            }
        ).encode()
    )
    found = read_registrations(
        b"h,born,age,sex,needs\n1,1991-01-01,8,female,SP-PV\n2,,8,male,CR\n2,,,male,SP\n",
        name="people.csv",
        mapping=mapping,
    )
    purposes = asking(["householdSize", "specificNeeds"], ["ageBand", "gender"])
    older, child = (run(household, purposes).drafts for household in found.households)
    assert (older[1].checked, older[1].self_stated) == (("gender",), ("ageBand",))
    assert (child[1].checked, child[1].self_stated) == (("ageBand", "gender"), ())
    assert child[0].claims == {"householdSize": 2, "specificNeeds": ["CR", "SP"]}
    assert child[0].checked == ()


def test_a_draft_shows_nothing_in_its_repr() -> None:
    draft = only(run(first({}), asking(None, PERSON_CLAIMS)))
    assert "1991" not in repr(draft) and "'female'" not in repr(draft)  # noqa: PT018


def test_dropped_values_in_every_form() -> None:
    found = read_registrations(
        build(
            [{**HOUSEHOLD, "start_h_c": date(2026, 5, 4), "deviceid_h_c": "collect:ZZ"}],
            [PERSON, {**PERSON, "household_id": 5, "full_name_i_c": "Left Outside"}],
        ),
        name="people.xlsx",
    )
    values = dropped_values(found, kept=["female"])
    assert {"2026-05-04", "20260504", "04/05/2026", "collect:ZZ", "999000111"} <= values
    assert "Left Outside" in values  # rows that were left out are searched for as well
    assert not {"7", "FEMALE", "2"} & values


def test_totals_of_reports() -> None:
    one = DroppedReport({("a", Drop.NAME): 2})
    both = total([one, DroppedReport({("a", Drop.NAME): 1, ("b", Drop.PLACE): 5})])
    assert (both.fields, both.values) == (2, 8)
    assert both.rows()[0] == {"column": "a", "reason": "name", "values": 3}


def test_groups_of_ages() -> None:
    facts = [{Field.AGE: age} for age in (17, 18, 59, 60, 130)]
    groups = [_ages.group(_ages.of(fact, TODAY)) for fact in facts]
    assert groups == ["children", "adults", "adults", "older", "older"]
    assert _ages.edtf({}) is None
