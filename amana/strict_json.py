"""Hostile bytes in, checked JSON values out (RFC 8259, with RFC 7493's restrictions).

Ordinary parsers let the last of two equal keys win, take `NaN`, lone surrogates and integers that
lose their value. Two programs may then read two different documents from the same signed bytes, so
all of that is refused here, with its reason.

Two ways lead to the same answer. The fast one parses with orjson and *proves*, by counting, that
nothing was dropped; whenever the proof does not go through, the slow one walks every pair.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

try:
    import orjson
except ImportError:  # the phone has no orjson; the slow way is complete by itself
    orjson = None  # type: ignore[assignment]

__all__ = ["Json", "JsonObject", "as_object", "loads"]

Json = Any  # a JSON value: None, bool, int, float, str, list[Json] or dict[str, Json]
JsonObject = dict[str, Any]

# Outside strings: a fraction, an exponent, minus zero, or 16 digits in a row.
_AWKWARD_NUMBER: Final = re.compile(rb"[0-9][.eE]|-0|[0-9]{16}")
_FIFTEEN_NINES: Final = 10**15 - 1  # the fast way lets integers of up to 15 digits pass unseen
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def loads(data: bytes, *, limits: Limits = LIMITS, floats: bool = False) -> Json:
    """Parse one JSON value from `data`, refusing all that two parsers could read differently.

    `floats` admits numbers with a fraction or an exponent; by default they are refused.

    Raises: InputError (the sender's fault) with TOO_LARGE, NOT_UTF8, NOT_JSON, TOO_DEEP,
    DUPLICATE_KEY, LONE_SURROGATE, NOT_A_NUMBER, INTEGER_RANGE or FLOAT_FORBIDDEN.
    Not checked: Unicode normalisation, and whether the value means anything.
    """
    if len(data) > limits.json_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.json_bytes} bytes of JSON")
    if b"\\" not in data and limits.integer >= _FIFTEEN_NINES and orjson is not None:
        fast = _loads_counted(data, limits)
        if fast is not None:
            return fast[0]
    return _loads_walked(data, limits=limits, floats=floats)


def as_object(value: Json, reason: Reason = Reason.NOT_JSON) -> JsonObject:
    """Return `value` if it is a JSON object.

    Raises: InputError with `reason` (the sender's fault).
    """
    if type(value) is not dict:
        raise InputError(reason, "a JSON object is needed here")
    return value


def _loads_counted(data: bytes, limits: Limits) -> tuple[Json] | None:
    """The fast way, for data without a backslash; None when it can't vouch for the result.

    Without escapes, splitting at quotation marks separates strings from structure. A duplicate key
    is dropped by the parser and so leaves fewer quotation marks when the value is written again.
    """
    pieces = data.split(b'"')
    structure = b"".join(pieces[::2])
    if (
        structure.count(b"{") + structure.count(b"[") > limits.json_depth
        and _depth(structure.decode("ascii", "replace")) > limits.json_depth
    ) or _AWKWARD_NUMBER.search(structure) is not None:
        return None
    try:
        value = orjson.loads(data)
        again = orjson.dumps(value)
    except (ValueError, TypeError):
        return None
    if again.count(b'"') != len(pieces) - 1:
        return None
    return (value,)


def _loads_walked(data: bytes, *, limits: Limits, floats: bool) -> Json:
    """The complete way: every pair and every number passes through our own hands."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(Reason.NOT_UTF8, f"byte {error.start} is not UTF-8") from None
    if _depth(text) > limits.json_depth:
        raise InputError(Reason.TOO_DEEP, f"nested deeper than {limits.json_depth}")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_pairs,
            parse_constant=_refuse_constant,
            parse_int=lambda digits: _integer(digits, limits),
            parse_float=_float if floats else _refuse_float,
        )
    except json.JSONDecodeError as error:
        raise InputError(Reason.NOT_JSON, f"{error.msg} at character {error.pos}") from None
    # Only an escape can bring a surrogate in: the decoder above refuses them as bytes.
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def _depth(text: str) -> int:
    """Greatest nesting of brackets outside strings, counted without recursion."""
    deepest = depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _unique_pairs(pairs: list[tuple[str, Json]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise InputError(Reason.DUPLICATE_KEY, "an object names the same member twice")
    return value


def _refuse_constant(_name: str) -> NoReturn:
    raise InputError(Reason.NOT_A_NUMBER, "NaN and Infinity are not JSON")


def _integer(digits: str, limits: Limits) -> int:
    # 17 characters hold every allowed integer; longer ones are not even converted.
    if len(digits) > 17 or abs(int(digits)) > limits.integer or digits == "-0":
        raise InputError(Reason.INTEGER_RANGE, "an integer beyond 2^53-1, or minus zero")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise InputError(Reason.NOT_A_NUMBER, "a number beyond the range of IEEE 754 doubles")
    return value


def _refuse_float(_digits: str) -> NoReturn:
    raise InputError(Reason.FLOAT_FORBIDDEN, "numbers with a fraction or an exponent are not used")


def _refuse_surrogates(value: Json) -> None:
    """Raises: InputError LONE_SURROGATE. Depth is already bounded, so recursion is safe."""
    if isinstance(value, str):
        if _SURROGATE.search(value) is not None:
            raise InputError(Reason.LONE_SURROGATE, "half of a surrogate pair stands alone")
    elif isinstance(value, dict):
        for key, member in value.items():
            _refuse_surrogates(key)
            _refuse_surrogates(member)
    elif isinstance(value, list):
        for member in value:
            _refuse_surrogates(member)
