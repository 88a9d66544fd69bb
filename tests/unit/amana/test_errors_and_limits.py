"""Errors carry a reason and a place; limits are one frozen value."""

from __future__ import annotations

import dataclasses

import pytest

import amana
from amana.errors import AmanaError, InputError, RegistryError, VaultError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason


@pytest.mark.parametrize("kind", [InputError, VerificationError, RegistryError, VaultError])
def test_every_error_is_one_of_ours(kind: type[AmanaError]) -> None:
    error = kind(Reason.BAD_CELL, "not a date", file="a.xlsx", sheet="People", row=7)
    assert isinstance(error, AmanaError)
    assert error.reason is Reason.BAD_CELL
    assert error.detail == "not a date"
    assert error.where == {"file": "a.xlsx", "sheet": "People", "row": 7}
    for part in ("bad-cell", "a.xlsx", "People", "7", "not a date"):
        assert part in str(error)
    assert str(kind(Reason.EMPTY)) == "empty"
    assert amana.AmanaError is AmanaError


def test_limits_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        LIMITS.json_bytes = 1  # type: ignore[misc]
    assert Limits() == LIMITS
    assert Limits(json_bytes=1) != LIMITS


def test_every_limit_is_a_positive_number() -> None:
    for name, value in dataclasses.asdict(LIMITS).items():
        assert type(value) is int, name
        assert value > 0, name


def test_limits_fit_each_other() -> None:
    assert LIMITS.integer == 2**53 - 1
    assert LIMITS.status_list_bits_min <= LIMITS.status_list_bits_max
    assert LIMITS.qr_document_bytes <= LIMITS.json_bytes
    # The largest list that may be read fits into the document that may hold it, even uncompressed.
    assert LIMITS.status_list_bits_max // 8 * 4 // 3 < LIMITS.status_list_json_bytes
