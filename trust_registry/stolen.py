"""Stations that were stolen: `stations/stolen.json`, which the members sign k of n.

Stations are no entries. Their organisation certifies each for 90 days at most; a stolen one keeps
its good certificate until then, and whoever has it could ask people in the organisation's name.
Wallets and stations know it by the serial of its certificate, which says nothing else (C61).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, as_object, loads

__all__ = ["PATH", "add_stolen", "read_stolen"]

PATH: Final = "stations/stolen.json"
_KIND: Final = "StolenStations"
_SERIAL: Final = re.compile(r"[A-Z2-7]{10}")


def read_stolen(data: bytes, *, limits: Limits = LIMITS) -> frozenset[str]:
    """The serials in the bytes of such a list.

    Raises: InputError BAD_STOLEN_LIST, TOO_LARGE or a syntax reason (the list's author).
    Not checked: who signed it; TUF does that.
    """
    most = limits.stolen_list_bytes
    larger = replace(limits, json_bytes=most, json_values=most)
    document = as_object(loads(data, limits=larger), Reason.BAD_STOLEN_LIST)
    if document.keys() != {"type", "serials"} or document["type"] != _KIND:
        raise InputError(Reason.BAD_STOLEN_LIST, "not the members that such a list has")
    serials = document["serials"]
    most = limits.stolen_stations
    if type(serials) is not list or len(serials) > most:
        raise InputError(Reason.BAD_STOLEN_LIST, f"serials is a list of at most {most}")
    found = frozenset(map(_serial, serials))
    if serials != sorted(found):
        raise InputError(Reason.BAD_STOLEN_LIST, "serials ascend, each of them once")
    return found


def add_stolen(before: bytes | None, serials: Iterable[str]) -> bytes:
    """The next list: what stood in the last one, and these. Nothing is ever taken back.

    Raises: InputError as `read_stolen` (who typed a serial, or the last list's author).
    """
    known = frozenset() if before is None else read_stolen(before)
    every = sorted(known | {_serial(value.strip().upper()) for value in serials})
    data = canonical({"type": _KIND, "serials": every})
    read_stolen(data)
    return data


def _serial(value: Json) -> str:
    if type(value) is not str or _SERIAL.fullmatch(value) is None:
        raise InputError(Reason.BAD_STOLEN_LIST, "a serial has 10 characters of base32")
    return value
