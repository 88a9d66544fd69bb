"""Dates: offsets are a must, finer than a microsecond is cut, and credentials are coarse."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from amana.dates import first_of_month, format_instant, months_after, parse_instant
from amana.errors import InputError
from amana.reasons import Reason
from tests.amana_samples import refused

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22T13:30:00+01:30", NOON),
        ("2026-11-21T22:00:00-14:00", NOON),
        ("2026-11-23T02:00:00+14:00", NOON),
        ("2026-11-22T12:00:00-00:00", NOON),
        ("2026-11-22T12:00:00.5Z", NOON + timedelta(milliseconds=500)),
        ("2026-11-22T12:00:00.123456999999Z", NOON + timedelta(microseconds=123456)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_instants(text: str, instant: datetime) -> None:
    found = parse_instant(text)
    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-22", "2026-11-22T12:00:00", "2026-11-22 12:00:00Z", "2026-11-22t12:00:00z",
        "2026-11-22T12:00Z", "2026-11-22T24:00:00Z", "2026-11-22T12:60:00Z", "2026-11-22T12:00:60Z",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "0000-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
        "2026-11-22T12:00:00+14:01", "2026-11-22T12:00:00+15:00", "2026-11-22T12:00:00+01:60",
        "2026-11-22T12:00:00+0100", "2026-11-22T12:00:00.Z", "2026-11-22T12:00:00,5Z",
        "2026-11-22T12:00:00.1234567890123Z", "2026-11-22T12:00:00Z\n", " 2026-11-22T12:00:00Z",
        "\u0662\u0660\u0662\u0666-11-22T12:00:00Z", "2026-W47-7T12:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00", "2026-11-22T12:00:00" + "0" * 50 + "Z",
    ],
)  # fmt: skip
def test_no_instant(text: str) -> None:
    """Also those that only another calendar or another world's clock has."""
    assert refused(lambda: parse_instant(text), error=InputError) is Reason.BAD_DATE


def test_instants_are_written_in_utc_and_cut_to_the_second() -> None:
    east = timezone(timedelta(hours=3))
    assert format_instant(datetime(2026, 1, 1, 2, 3, 4, 999_999, tzinfo=east)) == (
        "2025-12-31T23:03:04Z"
    )
    assert format_instant(datetime(999, 1, 2, tzinfo=UTC)) == "0999-01-02T00:00:00Z"


def test_months() -> None:
    """C68: stored credentials know no day."""
    assert first_of_month(date(2026, 11, 22)) == "2026-11-01T00:00:00Z"
    assert first_of_month(date(7, 1, 31)) == "0007-01-01T00:00:00Z"
    assert months_after(date(2026, 11, 22), 0) == date(2026, 11, 1)
    assert months_after(date(2026, 11, 30), 2) == date(2027, 1, 1)
    assert months_after(date(2026, 12, 1), 12) == date(2027, 12, 1)
    assert months_after(date(2026, 1, 31), -1) == date(2025, 12, 1)
