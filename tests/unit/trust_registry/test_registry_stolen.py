"""Serials of stolen stations: read strictly, and only ever added to."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice, product
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import schemas
from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS
from amana.reasons import Reason
from trust_registry.stolen import add_stolen, read_stolen

ONE, TWO = "ABCDEFGH23", "ZZZZZZZZ77"


def test_a_list_only_grows() -> None:
    """C61: who asks in an organisation's name is told from who stole its station."""
    first = add_stolen(None, [TWO])
    second = add_stolen(first, [f" {ONE.lower()} ", TWO])
    assert read_stolen(first) == frozenset({TWO})
    assert read_stolen(second) == frozenset({ONE, TWO})
    assert json.loads(second)["serials"] == [ONE, TWO]
    valid = Draft202012Validator(json.loads(schemas.read("registry/StolenStations.json")))
    assert valid.is_valid(json.loads(second))
    assert not valid.is_valid({"type": "StolenStations", "serials": ["1"]})


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations"}, Reason.BAD_STOLEN_LIST),
        ({"type": "Stolen", "serials": []}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": {}}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": [7]}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": ["ABCDEFGH21"]}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": [TWO, ONE]}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": [ONE, ONE]}, Reason.BAD_STOLEN_LIST),
        ({"type": "StolenStations", "serials": [], "x": 1}, Reason.BAD_STOLEN_LIST),
    ],
)
def test_a_bad_list_is_refused(value: Any, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        read_stolen(canonical(value))
    assert caught.value.reason is reason


def test_bounds_come_from_the_limits() -> None:
    data = add_stolen(None, [ONE, TWO])
    for tight, reason in (
        (replace(LIMITS, stolen_stations=1), Reason.BAD_STOLEN_LIST),
        (replace(LIMITS, stolen_list_bytes=10), Reason.TOO_LARGE),
    ):
        with pytest.raises(InputError) as caught:
            read_stolen(data, limits=tight)
        assert caught.value.reason is reason


def test_a_full_list_can_be_read() -> None:
    ends = islice(product("234567ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=4), LIMITS.stolen_stations)
    serials = ["AAAAAA" + "".join(end) for end in ends]
    data = json.dumps({"type": "StolenStations", "serials": serials}).encode()
    assert len(read_stolen(data)) == LIMITS.stolen_stations


def test_a_serial_that_was_mistyped_stages_nothing() -> None:
    with pytest.raises(InputError) as caught:
        add_stolen(add_stolen(None, [ONE]), ["ABC"])
    assert caught.value.reason is Reason.BAD_STOLEN_LIST
