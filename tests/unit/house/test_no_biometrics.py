"""Nothing in Amana can hold a face, a finger or an eye; what comes in of it stays out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import schemas
from amana.schema import KINDS
from amana.strict_json import Json
from issuer._fields import Drop, Field
from issuer.intake import read_registrations
from issuer.minimise import minimise, total
from issuer.purposes import CLAIM_LEVELS, default_purposes, load_purposes

BIOMETRIC = re.compile(
    r"photo|picture|face|facial|portrait|finger|palm|iris|retina|biometr|voice", re.IGNORECASE
)


def _names(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.get("properties", {})
        for member in value.values():
            yield from _names(member)
    elif isinstance(value, list):
        for member in value:
            yield from _names(member)


def test_nothing_here_can_hold_a_biometric() -> None:
    """C77, C80: no member of a schema, no claim of a purpose, no field of an intake."""
    names = {str(field) for field in Field} | set(CLAIM_LEVELS)
    for kind in (*KINDS, "common"):
        names |= set(_names(json.loads(schemas.read(f"json/{kind}.json"))))
    assert len(names) > 30
    assert [name for name in names if BIOMETRIC.search(name)] == []


def test_photographs_are_dropped() -> None:
    """C77: the template has columns for them; the report counts what stayed out."""
    data = files("apps").joinpath("data", "registrations.xlsx").read_bytes()
    registrations = read_registrations(data, name="registrations.xlsx")
    purposes = load_purposes(default_purposes())
    minimised = [
        minimise(household, purposes=purposes, today=date(2026, 11, 23))
        for household in registrations.households
    ]
    report = total(one.dropped for one in minimised)
    assert sum(count for (_, why), count in report.counts.items() if why is Drop.PHOTO) > 0
    claims = {name for one in minimised for draft in one.drafts for name in draft.claims}
    assert claims == {"householdSize", "children", "ageBand"}


def test_nothing_is_required_but_what_is_due() -> None:
    """C80: a proof is whole with a key, a purpose and an entitlement."""
    schema = json.loads(schemas.read("json/PurposeCredential.json"))
    subject = schema["properties"]["credentialSubject"]
    assert set(subject["required"]) == {"id", "purpose", "entitlement"}
    for kind in ("PersonProfile", "HouseholdProfile"):
        profile = json.loads(schemas.read(f"json/{kind}.json"))["properties"]["credentialSubject"]
        assert set(profile["required"]) <= {"id"}
