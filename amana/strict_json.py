"""Hostile bytes in, checked JSON values out (RFC 8259, with RFC 7493's restrictions).

Ordinary parsers let the last of two equal keys win, take `NaN`, lone surrogates and integers that
lose their value. Two programs may then read two different documents from the same signed bytes, so
all of that is refused here, with its reason.

Two ways lead to the same answer. The fast one writes the parsed value again: where the same bytes
come out, nothing can have been dropped or changed. Whenever that proof does not go through, as for
a text with white space, the slow one walks every pair.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

try:
    import msgspec
    import orjson
except ImportError:  # the phone has no orjson; the slow way is complete by itself
    orjson = None  # type: ignore[assignment]

__all__ = ["Json", "JsonObject", "as_object", "loads", "loads_each"]

Json = Any  # a JSON value: None, bool, int, float, str, list[Json] or dict[str, Json]
JsonObject = dict[str, Any]

_SAFE_INTEGER: Final = 2**53 - 1  # the bound that the fast way keeps to
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
_WHITE_SPACE: Final = b" \t\n\r"  # RFC 8259, section 2
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
# A string that does not end reaches to the end of the text.
_OTHER_THAN_BRACKETS: Final = re.compile(r'[^\[\]{}"]+|"(?:[^"\\]+|\\.)*+(?:"|\\?\Z)', re.DOTALL)
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
    if len(data) > limits.json_values:  # less can't hold so many
        _check_values(data, limits)
    if limits.integer >= _SAFE_INTEGER and orjson is not None:
        fast = _loads_written_back(data, limits)
        if fast is not None:
            return fast[0]
    return _loads_walked(data, limits=limits, floats=floats)


def loads_each(
    texts: Sequence[bytes], *, limits: Limits = LIMITS, floats: bool = False
) -> list[Json]:
    """Parse every one of `texts` as `loads` would, with one proof for all where that goes through.

    Raises: as `loads`; TOO_LARGE also for all of them together.
    """
    if sum(map(len, texts)) > limits.json_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.json_bytes} bytes of JSON")
    if limits.integer >= _SAFE_INTEGER and orjson is not None:
        fast = _each_written_back(texts, limits)
        if fast is not None:
            return fast
    return [loads(text, limits=limits, floats=floats) for text in texts]


def as_object(value: Json, reason: Reason = Reason.NOT_JSON) -> JsonObject:
    """Return `value` if it is a JSON object.

    Raises: InputError with `reason` (the sender's fault).
    """
    if type(value) is not dict:
        raise InputError(reason, "a JSON object is needed here")
    return value


def _loads_written_back(data: bytes, limits: Limits) -> tuple[Json] | None:
    """The fast way; None when it can't vouch for the result.

    A dict holds each key once, and orjson writes different strings and integers differently. So if
    a value without floats gives back `data`, white space aside, then `data` names no member twice,
    holds no `-0` and no lone surrogate, and says nothing that the value does not.
    """
    try:
        value = _decode(data)
        again = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER)
    except (InputError, ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None
    if again != data and again != _without_white_space(data):
        return None
    if _may_be_deeper(data, limits.json_depth):
        return None
    return (value,)


def _each_written_back(texts: Sequence[bytes], limits: Limits) -> list[Json] | None:
    """As `_loads_written_back`. Each is decoded alone, so no two can join to something else."""
    try:
        values = [*map(_decode, texts)]
        again = orjson.dumps(values, option=orjson.OPT_STRICT_INTEGER)
    except (InputError, ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None
    joined = b"[" + b",".join(texts) + b"]"
    if again != joined and again != _without_white_space(joined):
        return None
    return None if _may_be_deeper(joined, limits.json_depth) else values


def _without_white_space(data: bytes) -> bytes:
    """`data` without the white space outside strings; as it is, if it has escapes."""
    if b"\\" in data:
        return data
    # Without escapes, every second piece between quotation marks lies outside strings.
    pieces = data.split(b'"')
    pieces[::2] = [piece.translate(None, _WHITE_SPACE) for piece in pieces[::2]]
    return b'"'.join(pieces)


def _may_be_deeper(data: bytes, most: int) -> bool:
    """Whether brackets nest deeper than `most`; a doubt counts as yes."""
    # Cutting at a byte that is rare is several times faster than counting it.
    if len(data.split(b"{", most)) + len(data.split(b"[", most)) - 2 < most:
        return False
    if b"\\" in data:
        return True
    # Without escapes, every second piece between quotation marks lies outside strings.
    brackets = b"".join(data.split(b'"')[::2]).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(most):
        brackets = brackets.replace(b"[]", b"")  # takes the innermost level away
    return bool(brackets)


def _check_values(data: bytes, limits: Limits) -> None:
    """Each value takes its time: what is large is large by long strings, not by many values."""
    found = sum(map(data.count, (b",", b"[", b"{"))) + data.count(b'"') // 4
    if found > limits.json_values:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.json_values} values in one text")


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
    for bracket in _OTHER_THAN_BRACKETS.sub("", text):
        if bracket in "[{":
            depth += 1
            if depth > deepest:  # max() takes twice the time of all the rest
                deepest = depth
        else:
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


if orjson is not None:
    _decode: Final = msgspec.json.Decoder(float_hook=_refuse_float).decode
