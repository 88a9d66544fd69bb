"""Going live in a place, and the figures that are published afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from tests import vetting_lab as lab
from tests.amana_samples import written
from tests.vetting_room import DID, Room
from trust_registry import filing
from trust_registry.entries import slug
from trust_registry.figures import (
    check_figures,
    figures_path,
    month_document,
    read_figures,
    require_own,
    rounded,
    sum_by_month,
)
from trust_registry.places import check_place, read_place, require_ready

Object = dict[str, Any]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # waiting for the disk tells nothing here
    return Room(tmp_path)


def place(part: str = "", code: str = "KE", **changes: Any) -> Object:
    """A good assessment with changes in itself, or in one of its parts."""
    document: Object = json.loads(written(lab.place_document(DID, code)))
    (document[part] if part else document).update(changes)
    return document


def test_nothing_goes_live_without_an_assessment(room: Room) -> None:
    """C115: a place that an entry names needs its own assessment first."""
    room.accredited(places=["KE"])
    room.require(room.entry(jurisdictions=["KE"]))
    (room.own / "places" / "KE.json").unlink()
    with pytest.raises(RegistryError) as caught:
        room.require(room.entry(jurisdictions=["KE"]))
    assert caught.value.reason is Reason.PLACE_NOT_READY
    assert caught.value.where == {"role": "applicant", "place": "KE"}


def test_who_names_no_place_needs_one_for_everywhere(room: Room) -> None:
    """C115: leaving the place out is no way round it."""
    room.accredited()
    room.require()
    (room.own / "places" / "001.json").unlink()
    with pytest.raises(RegistryError) as caught:
        room.require()
    assert caught.value.where["place"] == "001"


def test_the_test_of_necessity_may_say_no(room: Room) -> None:
    """C134: then there is no digital proof there; the answer itself is kept and published."""
    room.apply()
    no = place("necessity", needed=False, why="Everybody knows everybody.")
    with pytest.raises(RegistryError) as caught:
        filing.file_place(room.folder, no)
    assert caught.value.reason is Reason.PLACE_NOT_READY
    kept = read_place((room.own / "places" / "KE.json").read_bytes())
    assert (kept.needed, kept.necessity) == (False, "Everybody knows everybody.")
    assert filing.file_place(room.folder, place()).needed
    assert json.loads((room.own / "places" / "KE.json").read_bytes()) == place()


def test_an_assessment_is_of_one_organisation_in_one_place() -> None:
    """C115."""
    found = check_place(place())
    require_ready(found, did=DID, code="KE")
    for did, code in (("did:web:b.example", "KE"), (DID, "UG")):
        with pytest.raises(RegistryError) as caught:
            require_ready(found, did=did, code=code)
        assert caught.value.reason is Reason.PLACE_NOT_READY


def test_a_high_risk_that_nobody_was_consulted_about_blocks() -> None:
    """C115: prior consultation, or another plan."""
    risk = {"risk": "Lists.", "measure": "None.", "remaining": "high"}
    with pytest.raises(RegistryError) as caught:
        require_ready(check_place(place("impact", risks=[risk])), did=DID, code="KE")
    assert caught.value.reason is Reason.PLACE_NOT_READY
    asked = place("impact", risks=[risk], consulted="The commissioner agreed on 3 October.")
    require_ready(check_place(asked), did=DID, code="KE")


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("", {"place": "Kenya"}),
        ("", {"place": "KE-"}),
        ("", {"place": 1}),
        ("", {"date": "2026-13-01"}),
        ("", {"by": ""}),
        ("", {"necessity": "yes"}),
        ("necessity", {"needed": "yes"}),
        ("necessity", {"without": ""}),
        ("necessity", {"legalIdentity": None}),
        ("impact", {"risks": []}),
        ("impact", {"risks": [{"risk": "a", "measure": "b", "remaining": "none"}]}),
        ("impact", {"evidence": []}),
        ("impact", {"suitability": " "}),
        ("impact", {"consulted": ""}),
    ],
)
def test_half_an_assessment_is_none(part: str, changes: Object) -> None:
    """C115, C116, C134, C135: each part is there, with evidence of the impact assessment."""
    document = place(part, **changes)
    with pytest.raises(InputError) as caught:
        check_place(document)
    assert caught.value.reason is Reason.BAD_VETTING
    name = "vetting/PlaceAssessment.json"
    schema = Draft202012Validator(json.loads(schemas.read(name)))
    assert schema.is_valid(place())
    assert changes == {"date": "2026-13-01"} or not schema.is_valid(document)


def test_figures_point_at_nobody() -> None:
    """C124, C126: a cell is a multiple of ten, or says only that it is under ten."""
    assert [rounded(n) for n in (0, 1, 9, 10, 14, 15, 104, 105)] == [
        None, None, None, 10, 10, 20, 100, 110,
    ]  # fmt: skip
    month = month_document(
        "2026-10", place="KE", served=124, refusals=0, complaints=3, served_otherwise=25
    )
    assert (month["served"], month["refusals"], month["complaints"]) == (120, None, None)
    assert (month["servedOtherwise"], month["groups"]) == (30, {})


def test_figures_are_read() -> None:
    """C124-C126, C133: served by month and group, refused, heard, missed, tested."""
    found = read_figures(written(lab.figures_document(DID)))
    (month,) = found.months
    assert (month.month, month.place, month.served, month.refusals) == ("2026-10", "KE", 120, None)
    assert month.groups["gender"] == {"female": 70, "male": 50, "other": None}
    assert month.served_otherwise == 30
    for findings in (found.exclusion, found.feedback, found.tests):
        assert findings[0].done == "A ramp."
    path = figures_path(DID)
    assert path == f"documents/figures/{slug(DID)}.json"
    require_own(found, path=path)
    with pytest.raises(InputError) as caught:
        require_own(found, path=figures_path("did:web:b.example"))
    assert caught.value.where["file"] == figures_path("did:web:b.example")


def _month(**changes: Any) -> Object:
    month = month_document(
        "2026-10", place="KE", served=50, refusals=0, complaints=0, served_otherwise=0
    )
    return {**month, **changes}


def test_months_are_summed_over_organisations() -> None:
    """C126."""
    one = check_figures(lab.figures_document(DID, months=[_month(), _month(month="2026-11")]))
    none = _month(served=None)
    other = check_figures(lab.figures_document(DID, months=[none, _month(place="UG")]))
    assert sum_by_month([one, other]) == {"2026-10": 100, "2026-11": 50}


@pytest.mark.parametrize(
    "change",
    [
        {"months": [_month(served=7)]},
        {"months": [_month(served=124)]},
        {"months": [_month(served=0)]},
        {"months": [_month(served=True)]},
        {"months": [_month(month="October")]},
        {"months": [_month(month=202610)]},
        {"months": [_month(place="")]},
        {"months": [_month(groups={"religion": {"any": 10}})]},
        {"months": [_month(groups={"gender": {"migrant": 10}})]},
        {"months": [_month(groups={"gender": {"female": 12}})]},
        {"months": [_month(groups=[])]},
        {"months": [_month(), _month()]},
        {"months": [_month(place="UG"), _month()]},
        {"months": [_month(month="2026-11"), _month()]},
        {"months": [_month()] * 121},
        {"exclusion": [{"month": "2026-10", "what": "a"}]},
        {"feedback": [{"month": "2026-10", "what": "", "done": "b"}]},
        {"tests": {}},
    ],
)
def test_figures_that_say_too_much_or_too_little_are_refused(change: Object) -> None:
    """C124: no small number, nothing counted but what is agreed, one row a month and place."""
    with pytest.raises(InputError) as caught:
        check_figures(lab.figures_document(DID, **change))
    assert caught.value.reason is Reason.BAD_VETTING


def test_the_schema_of_figures_knows_small_numbers() -> None:
    valid: Callable[[Object], bool] = Draft202012Validator(
        json.loads(schemas.read("vetting/PublicFigures.json"))
    ).is_valid
    assert valid(lab.figures_document(DID))
    for month in (_month(served=7), _month(served=124), _month(groups={"religion": {"any": 10}})):
        assert not valid(lab.figures_document(DID, months=[month]))
