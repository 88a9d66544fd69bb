"""JSON Canonicalization Scheme, RFC 8785: one value, one sequence of bytes.

The rules are rfc8785's; orjson writes the same bytes where its sort order (code points) and RFC
8785's (UTF-16 units) agree, which the guard below makes sure of, and where no float stands.
"""

from __future__ import annotations

import re
from typing import Final

import rfc8785

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json

try:
    import orjson
except ImportError:  # the phone has no orjson; rfc8785 alone is complete
    orjson = None  # type: ignore[assignment]

__all__ = ["canonical", "canonical_exact"]

# A key at or above U+E000 (first byte 0xEE and up in UTF-8) sorts differently in UTF-16.
_SORTS_DIFFERENTLY: Final = re.compile(rb"[\xee-\xff]")
# Outside strings: a float that orjson wrote (always with a point or an exponent), or `null`, which
# it also writes for NaN and Infinity.
_AWKWARD: Final = re.compile(rb"[0-9][.eE]|n")


def canonical(value: Json) -> bytes:
    """The RFC 8785 form of a JSON value, as UTF-8 bytes.

    Raises: InputError (the caller's value): LONE_SURROGATE, INTEGER_RANGE, NOT_A_NUMBER, TOO_DEEP,
    or NOT_JSON for a Python object that is no JSON value. Not checked: limits on size, and UUID and
    Enum objects, which orjson writes by their value.
    """
    if orjson is not None:
        try:
            fast: bytes = orjson.dumps(value, option=_STRICT_SORTED)
        except (TypeError, ValueError):
            return _by_the_rules(value)  # says precisely what is wrong
        if (fast.isascii() or _same_order(fast)) and _no_awkward_number(fast):
            return fast
    return _by_the_rules(value)


def canonical_exact(value: Json) -> bytes:
    """The RFC 8785 form of a value that `strict_json.loads` returned without floats.

    Such a value holds no number that needs care, so the only doubt left is the order of keys.

    Raises: as `canonical`. Not checked: that the value holds no float; the caller vouches for it.
    """
    if orjson is not None:
        try:
            fast: bytes = orjson.dumps(value, option=_STRICT_SORTED)
        except (TypeError, ValueError):
            return _by_the_rules(value)
        if fast.isascii() or _same_order(fast):
            return fast
    return _by_the_rules(value)


def _same_order(written: bytes) -> bool:
    return _SORTS_DIFFERENTLY.search(written) is None


def _no_awkward_number(written: bytes) -> bool:
    # Without escapes, every second piece between quotation marks lies outside strings.
    if b"\\" in written:
        return False
    return _AWKWARD.search(b"".join(written.split(b'"')[::2])) is None


def _by_the_rules(value: Json) -> bytes:
    try:
        return bytes(rfc8785.dumps(value))
    except rfc8785.IntegerDomainError:
        raise InputError(Reason.INTEGER_RANGE, "an integer beyond 2^53-1") from None
    except rfc8785.FloatDomainError:
        raise InputError(Reason.NOT_A_NUMBER, "NaN and Infinity have no JSON form") from None
    except UnicodeError:
        raise InputError(Reason.LONE_SURROGATE, "half of a surrogate pair stands alone") from None
    except RecursionError:
        raise InputError(Reason.TOO_DEEP, "nested too deeply to be written") from None
    except rfc8785.CanonicalizationError as error:
        # rfc8785 wraps a lone surrogate in a *value* itself, but not in a key.
        if isinstance(error.__context__, UnicodeError):
            raise InputError(
                Reason.LONE_SURROGATE, "half of a surrogate pair stands alone"
            ) from None
        raise InputError(Reason.NOT_JSON, "not a JSON value") from None


if orjson is not None:
    # Subclasses and dataclasses would be written by orjson and refused by rfc8785: refuse them too.
    _STRICT_SORTED: Final = (
        orjson.OPT_SORT_KEYS
        | orjson.OPT_PASSTHROUGH_SUBCLASS
        | orjson.OPT_PASSTHROUGH_DATACLASS
        | orjson.OPT_PASSTHROUGH_DATETIME
        | orjson.OPT_STRICT_INTEGER
    )
