"""Dates as our documents write them: RFC 3339 instants, months, and nothing finer than needed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from amana.errors import InputError
from amana.reasons import Reason

__all__ = ["first_of_month", "format_instant", "months_after", "parse_instant"]

# XML Schema 1.1 dateTimeStamp, as VC Data Model 2.0, section 4.9 asks: the offset is mandatory.
_STAMP: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.(?P<fraction>[0-9]{1,12}))?(?P<offset>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)",
    re.ASCII,
)


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> datetime:
    """An aware UTC datetime from a dateTimeStamp; finer than a microsecond is cut off.

    Raises: InputError BAD_DATE (the document's author).
    """
    match = _STAMP.fullmatch(text) if type(text) is str and len(text) <= 40 else None
    if match is None:
        raise InputError(Reason.BAD_DATE, "not a date, time and offset")
    offset = "+00:00" if match["offset"] == "Z" else match["offset"]
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    try:
        instant = datetime.fromisoformat(f"{match['date']}T{match['time']}.{fraction}{offset}")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(Reason.BAD_DATE, "a date that no calendar has") from None


def format_instant(instant: datetime) -> str:
    """An aware datetime as `2026-11-22T09:00:00Z`, cut to the second."""
    # strftime would write the year 999 with three digits
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def first_of_month(day: date) -> str:
    """The instant at which the month of `day` begins, as text: as coarse as credentials are."""
    return f"{day.year:04d}-{day.month:02d}-01T00:00:00Z"


def months_after(day: date, months: int) -> date:
    """The first day of the month that lies `months` after the month of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
