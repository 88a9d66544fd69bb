"""Purposes switch claims on; a record with a gap is refused whole."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from amana.errors import InputError
from amana.reasons import Reason
from issuer.purposes import Level, Purpose, default_purposes, load_purposes

HOUSEHOLD, PERSON = json.loads(default_purposes())["purposes"]
GONE = object()


def load_one(record: dict[str, Any]) -> Purpose:
    (purpose,) = load_purposes(json.dumps({"purposes": [record]}).encode())
    return purpose


def test_the_purposes_that_come_with_amana() -> None:
    """C30, C52, C55, C64: each has its reason, basis, reviewer, review date and retention."""
    purposes = load_purposes(default_purposes())
    assert {purpose.level for purpose in purposes} == set(Level)
    assert len(purposes) == 2
    food = purposes["food-assistance"]
    assert (food.claims, food.legal_basis, food.retention_months) == (
        ("householdSize", "children"),
        "vital interest",
        12,
    )
    assert food.reviewed_on == date(2026, 11, 2)
    assert all("name" not in purpose.claims for purpose in purposes)
    with pytest.raises(KeyError):
        purposes["cash"]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (None, "basket-medium"),  # whoever won't say is not given the least
        (0, "basket-small"),
        (2, "basket-small"),
        (3, "basket-medium"),
        (5, "basket-medium"),
        (6, "basket-large"),
        (999, "basket-large"),
    ],
)
def test_entitlement_by_size(size: int | None, expected: str) -> None:
    assert load_one(HOUSEHOLD).entitlement.class_for(size) == expected


def test_a_class_for_unknown_sizes_can_be_named() -> None:
    rule = {**HOUSEHOLD["entitlement"], "unsaid": "basket-large"}
    assert load_one({**HOUSEHOLD, "entitlement": rule}).entitlement.class_for(None) == (
        "basket-large"
    )


def test_a_name_needs_its_own_reason() -> None:
    """C29, C30: a name shows ethnicity; no purpose gets it in passing."""
    asking = {**PERSON, "claims": ["ageBand", "name"]}
    with pytest.raises(InputError) as caught:
        load_one(asking)
    assert caught.value.reason is Reason.BAD_PURPOSE
    assert caught.value.where["path"] == "purposes[0].nameReason"
    reason = "The bank that pays out compares it with the card (C49)."
    assert load_one({**asking, "nameReason": reason}).name_reason == reason
    with pytest.raises(InputError):
        load_one({**PERSON, "nameReason": reason})


def test_age_bands_that_are_eligible() -> None:
    purpose = load_one({**PERSON, "eligibleAgeBands": ["0-4", "5-11"]})
    assert purpose.eligible_age_bands == ("0-4", "5-11")


def step(**members: Any) -> dict[str, Any]:
    return {"classes": [{"class": "a", "upTo": 2}, members]}


@pytest.mark.parametrize(
    ("base", "change"),
    [
        *[(HOUSEHOLD, {member: GONE}) for member in HOUSEHOLD],
        (HOUSEHOLD, {"colour": "red"}),
        (HOUSEHOLD, {"tier": "none"}),
        (HOUSEHOLD, {"id": "Food"}),
        (HOUSEHOLD, {"id": "a" * 65}),
        (HOUSEHOLD, {"id": 7}),
        (HOUSEHOLD, {"title": " "}),
        (HOUSEHOLD, {"reason": "x" * 1001}),
        (HOUSEHOLD, {"reviewer": None}),
        (HOUSEHOLD, {"reviewedOn": "2026-02-30"}),
        (HOUSEHOLD, {"reviewedOn": "20261102"}),
        (HOUSEHOLD, {"reviewedOn": 2026}),
        (HOUSEHOLD, {"retentionMonths": 0}),
        (HOUSEHOLD, {"retentionMonths": 121}),
        (HOUSEHOLD, {"copies": True}),
        (HOUSEHOLD, {"level": "village"}),
        (HOUSEHOLD, {"tier": None}),
        (HOUSEHOLD, {"claims": "householdSize"}),
        (HOUSEHOLD, {"claims": [1]}),
        (HOUSEHOLD, {"claims": ["children", "children"]}),
        (HOUSEHOLD, {"claims": ["migrant"]}),
        (HOUSEHOLD, {"claims": ["birthDate"]}),
        (PERSON, {"claims": ["householdSize"]}),
        (PERSON, {"entitlement": step(**{"class": "b"})}),
        (PERSON, {"eligibleAgeBands": ["0-5"]}),
        (HOUSEHOLD, {"eligibleAgeBands": ["0-4"]}),
        (HOUSEHOLD, {"entitlement": []}),
        (HOUSEHOLD, {"entitlement": {"classes": []}}),
        (HOUSEHOLD, {"entitlement": {"classes": [7]}}),
        (HOUSEHOLD, {"entitlement": {**step(**{"class": "b"}), "else": "b"}}),
        (HOUSEHOLD, {"entitlement": {**step(**{"class": "b"}), "unsaid": "c"}}),
        (HOUSEHOLD, {"entitlement": step(**{"class": "a"})}),
        (HOUSEHOLD, {"entitlement": step(**{"class": "b", "upTo": 5})}),
        (HOUSEHOLD, {"entitlement": {"classes": [*step(**{"class": "b", "upTo": 2})["classes"],
                                                 {"class": "c"}]}}),
    ],
)  # fmt: skip
def test_records_that_are_refused(base: dict[str, Any], change: dict[str, Any]) -> None:
    record = {key: value for key, value in {**base, **change}.items() if value is not GONE}
    with pytest.raises(InputError) as caught:
        load_one(record)
    assert caught.value.reason is Reason.BAD_PURPOSE


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"purposes":{}}',
        b'{"purposes":[]}',
        b'{"purposes":[1]}',
        json.dumps({"purposes": [HOUSEHOLD, HOUSEHOLD]}).encode(),
        json.dumps({"purposes": [HOUSEHOLD] * 65}).encode(),
    ],
)
def test_files_that_are_refused(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        load_purposes(data)
    assert caught.value.reason is Reason.BAD_PURPOSE
