"""Whatever bytes come in, intake answers with registrations or with an InputError."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana import jcs
from amana.errors import InputError
from issuer import _sheet_xml, _workbook
from issuer.intake import Registrations, load_mapping, read_registrations
from issuer.minimise import dropped_values, minimise
from issuer.purposes import default_purposes, load_purposes
from tests.workbooks import SHEET, build, mutate, spoil

TODAY = date(2026, 11, 22)
PURPOSES = load_purposes(default_purposes())
MUTATIONS = 200
MAPPING = load_mapping(
    b'{"rows":"person","columns":{"id":{"field":"household"},"born":{"field":"birthDate"},'
    b'"sex":{"field":"gender"},"name":{"field":"name"}}}'
)


def outcome(data: bytes) -> Registrations | None:
    try:
        found = read_registrations(data, name="hostile.xlsx")
    except InputError as error:
        if error.where["file"] != "hostile.xlsx":
            raise AssertionError("an error without its place") from error
        return None
    for household in found.households:
        minimise(household, purposes=PURPOSES, today=TODAY)
    return found


@given(st.binary(max_size=400))
def test_any_bytes_as_a_workbook(data: bytes) -> None:
    assert outcome(data) is None
    assert outcome(b"PK\x03\x04" + data) is None


@given(st.binary(max_size=400))
def test_any_bytes_as_csv(data: bytes) -> None:
    try:
        read_registrations(data, name="hostile.csv", mapping=MAPPING)
        read_registrations(b"id,born,sex,name\n" + data, name="hostile.csv", mapping=MAPPING)
    except InputError:
        pass


@given(st.text(max_size=300))
def test_any_text_as_csv(text: str) -> None:
    data = b"id,born,sex,name\n" + text.encode("utf-8", "replace")
    try:
        found = read_registrations(data, name="hostile.csv", mapping=MAPPING)
    except InputError:
        return
    for household in found.households:
        minimise(household, purposes=PURPOSES, today=TODAY)


@given(st.binary(max_size=300))
def test_any_bytes_as_settings(data: bytes) -> None:
    for load in (load_purposes, load_mapping):
        with pytest.raises(InputError):
            load(data)


@pytest.mark.parametrize("library", ["calamine", "openpyxl"])
@pytest.mark.filterwarnings("ignore")
def test_mutated_workbooks(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded: of 200 spoiled workbooks some are refused, some read, and none does anything else."""
    if library == "openpyxl":
        monkeypatch.setattr(_workbook, "python_calamine", None)
    whole = (Path(__file__).parents[2] / "apps" / "data" / "registrations.xlsx").read_bytes()
    random = Random(20261122)
    refused = sum(outcome(mutate(random, whole)) is None for _ in range(MUTATIONS))
    assert 0 < refused < MUTATIONS


people = st.fixed_dictionaries(
    {
        "household_id": st.just(999000111),
        "full_name_i_c": st.text(st.sampled_from("zavmipQAL ʼé"), min_size=1, max_size=20),
        "phone_no_i_c": st.integers(10**8, 10**9).map("+{}".format),
        "national_id_no_i_c": st.integers(10**7, 10**9),
        "birth_date_i_c": st.dates(date(1930, 1, 1), TODAY - timedelta(days=1)),
        "gender_i_c": st.sampled_from(["FEMALE", "MALE", "OTHER"]),
    }
)


@given(st.lists(people, min_size=1, max_size=4), st.sampled_from(["bands", "years"]))
@settings(max_examples=60)
def test_no_dropped_value_is_in_a_draft(rows: list[dict[str, object]], kind: str) -> None:
    """C29, C30, C67, C68: nothing of the file but the claims asked for is in an offer."""
    household = {
        "household_id": 999000111,
        "hh_geopoint_h_c": "-48.876667, -123.393333",
        "deviceid_h_c": "collect:ZZDEVICE0001",
        "consent_sharing_h_c": "GOVERNMENT_PARTNER",
        "start_h_c": date(2026, 5, 4),
    }
    found = read_registrations(build([household], rows), name="people.xlsx")
    claims = '["ageBand","gender"]' if kind == "bands" else '["birthDate"]'
    purposes = load_purposes(default_purposes().replace(b'["ageBand"]', claims.encode()))
    drafts = minimise(found.households[0], purposes=purposes, today=TODAY).drafts
    written = jcs.canonical(
        [[d.purpose_id, dict(d.claims), list(d.self_stated), d.entitlement] for d in drafts]
    ).decode()
    values = dropped_values(found, kept=["female"])
    assert len(values) > len(rows) * 2
    assert not [value for value in values if value in written]


def walked(sheet: bytes, sizes: Random) -> _sheet_xml.SheetNotes | None:
    walk = _sheet_xml.SheetWalk("people.xlsx", "Households")
    at = 0
    try:
        while at < len(sheet):
            size = sizes.choice((1, 30, 700, 5_000))
            walk.feed(sheet[at : at + size])
            at += size
        walk.close()
    except (InputError, expat.ExpatError):
        return None
    return walk.notes


def test_plain_rows_are_seen_as_expat_would_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fast path over plain rows never misses what the full parser finds."""
    rows = [
        {"household_id": n, "size_h_c": n % 7, "child_hoh_h_c": "=TRUE()" if n % 2 else "=1+1"}
        for n in range(20)
    ]
    with zipfile.ZipFile(io.BytesIO(build(rows))) as packed:
        sheet = packed.read(SHEET["Households"])
    assert len(_sheet_xml._PLAIN_ROW.findall(sheet)) == 11  # the header, and the rows of TRUE()
    random = Random(4)
    spoiled = [sheet] + [spoil(random, sheet) for _ in range(300)]
    fast = [walked(data, Random(n)) for n, data in enumerate(spoiled)]
    monkeypatch.setattr(_sheet_xml, "_PLAIN_ROW", re.compile(rb"(?!)"))
    full = [walked(data, Random(n)) for n, data in enumerate(spoiled)]
    assert full[0] is not None
    assert len(full[0].special) == 20
    assert 0 < sum(notes is not None for notes in full) < len(full)
    assert [f for f, g in zip(fast, full, strict=True) if g is not None and f != g] == []
