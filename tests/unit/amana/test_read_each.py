"""Many texts in one go are read as each of them alone would be, and refused alike."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana import multibase, strict_json
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, from_base64url_each, to_base64url
from amana.reasons import Reason
from amana.strict_json import loads, loads_each

TEXTS = st.lists(
    st.one_of(
        st.binary(max_size=40).map(to_base64url),
        st.text('AQgwEIz-_=+/ \n",\\[]é\ud800', max_size=6),
    ),
    max_size=4,
)
JSONS = st.lists(
    st.one_of(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ).map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
        st.text('[]{}",:1a \\', max_size=8).map(str.encode),
    ),
    max_size=4,
)


def outcome(call: Any) -> Any:
    try:
        return call()
    except InputError as error:
        return error.reason


@given(texts=TEXTS)
@pytest.mark.parametrize("library", ["msgspec", None])
def test_base64url(texts: list[str], library: str | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if library is None:
            patch.setattr(multibase, "msgspec", None)
        each = outcome(lambda: from_base64url_each(texts, Reason.BAD_JWT))
    assert each == outcome(lambda: [from_base64url(text, Reason.BAD_JWT) for text in texts])


def test_base64url_of_every_length() -> None:
    data = [bytes(range(size)) for size in range(9)]
    texts = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in data]
    assert from_base64url_each(texts) == data
    assert from_base64url_each([]) == []


@given(texts=JSONS)
@pytest.mark.parametrize("floats", [True, False])
def test_json(texts: list[bytes], floats: bool) -> None:
    each = outcome(lambda: loads_each(texts, floats=floats))
    alone = outcome(lambda: [loads(text, floats=floats) for text in texts])
    assert repr(each) == repr(alone)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ([], []),
        ([b"1", b'"a"', b'{"a":[]}'], [1, "a", {"a": []}]),
        ([b"1.5", b" [ 1 ] "], [1.5, [1]]),
        ([b"[1", b"2]"], Reason.NOT_JSON),
        ([b"1,2"], Reason.NOT_JSON),
        ([b'{"a":1,"a":1}', b"1"], Reason.DUPLICATE_KEY),
        ([b"[" * LIMITS.json_depth + b"]" * LIMITS.json_depth], ...),
        ([b"[" * 33 + b"]" * 33], Reason.TOO_DEEP),
        ([b'"' + b"a" * (LIMITS.json_bytes // 2) + b'"'] * 2, Reason.TOO_LARGE),
    ],
)
@pytest.mark.parametrize("library", ["orjson", None])
def test_json_one_by_one(texts: list[bytes], found: Any, library: str | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if library is None:
            patch.setattr(strict_json, "orjson", None)
        each = outcome(lambda: loads_each(texts, floats=True))
    assert each == (loads_each(texts, floats=True) if found is ... else found)


def test_other_bounds_take_the_slow_way() -> None:
    small = Limits(integer=10)
    assert loads_each([b"10"], limits=small) == [10]
    assert outcome(lambda: loads_each([b"11"], limits=small)) is Reason.INTEGER_RANGE
