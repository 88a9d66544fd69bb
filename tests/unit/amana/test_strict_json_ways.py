"""The fast way through JSON never says more than the complete one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amana import strict_json
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

pytest.importorskip("orjson")
pytest.importorskip("msgspec")

_TRICKY = [
    b'{"a":1,"a":2}',
    b'{"\\u0061":1,"a":2}',
    b'{"a":1, "b":2}',
    b'{"a":-0}',
    b"[1.0]",
    b"[1e2]",
    b"[9007199254740991]",
    b"[9007199254740992]",
    b"[-9007199254740992]",
    b"[18446744073709551616]",
    b'["\\u00e9"]',
    b'["\xc3\xa9"]',
    b'["\xed\xa0\x80"]',
    b'["\\ud800"]',
    b'["\\n"]',
    b'["\\/"]',
    b"NaN",
    b"[1,]",
    b"",
    b" 1",
    b"1 2",
    b"[" * 32 + b"]" * 32,
    b"[" * 33 + b"]" * 33,
    b'{"a":' * 32 + b"1" + b"}" * 32,
    b'{"a":' * 33 + b"1" + b"}" * 33,
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'["' + b"[" * 40 + b'"]',
    b'["\\n' + b"[" * 40 + b'"]',
    b"[" + b",".join([b'{"k":[]}'] * 40) + b"]",
    b"[" * 20 + b",".join([b'{"k":[{}]}'] * 40) + b"]" * 20,
]


def _both(data: bytes, limits: Limits = LIMITS) -> tuple[Any, Any]:
    fast = strict_json._loads_written_back(data, limits)
    try:
        return fast, strict_json._loads_walked(data, limits=limits, floats=False)
    except InputError as error:
        return fast, error


def _agree(data: bytes) -> bool:
    """Whether the fast way vouched; if it did, the complete way must say the same."""
    fast, complete = _both(data)
    if fast is None:
        return False
    assert not isinstance(complete, InputError), complete.reason
    assert json.dumps(fast[0]) == json.dumps(complete)  # the order of members included
    return True


@pytest.mark.parametrize("data", _TRICKY, ids=range(len(_TRICKY)))
def test_the_fast_way_vouches_only_for_what_the_complete_way_says(data: bytes) -> None:
    _agree(data)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(_VALUES, st.booleans())
def test_both_ways_agree_on_documents(value: Any, spaced: bool) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    _agree(json.dumps(value, ensure_ascii=False, separators=separators).encode("utf-8", "replace"))


@given(
    st.sampled_from(_TRICKY),
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(b'{}[]":,\\0-.eE \xc3\xa9')), max_size=4
    ),
)
@example(b'{"a":1}', [])
def test_both_ways_agree_on_damaged_documents(start: bytes, edits: list[tuple[int, int]]) -> None:
    data = bytearray(start[:200])
    for place, byte in edits:
        data[place % (len(data) + 1) : place % (len(data) + 1)] = bytes([byte])
    _agree(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":[1,-2,true,null,"x"],"b":{}}',
        b'{"name":"\xe1\x8a\xa0\xe1\x88\x9b\xe1\x8a\x93"}',
        b'{"line":"one\\ntwo \\"three\\""}',
        b"[" + b",".join([b'{"k":[]}'] * 40) + b"]",  # many brackets, not deep
        b'["' + b"[" * 40 + b'"]',
    ],
)
def test_the_fast_way_is_taken(data: bytes) -> None:
    """Else it would be no fast way, and this file would test nothing."""
    assert _agree(data)


def test_a_bound_above_the_fast_ways_own_still_holds() -> None:
    wide = Limits(integer=2**60)
    assert strict_json.loads(b"[9007199254740992]", limits=wide) == [2**53]
    narrow = Limits(integer=10)
    with pytest.raises(InputError) as caught:
        strict_json.loads(b"[11]", limits=narrow)
    assert caught.value.reason is Reason.INTEGER_RANGE


def test_floats_take_the_complete_way() -> None:
    assert strict_json.loads(b"[1.5]", floats=True) == [1.5]
    with pytest.raises(InputError) as caught:
        strict_json.loads(b"[1.5]")
    assert caught.value.reason is Reason.FLOAT_FORBIDDEN
