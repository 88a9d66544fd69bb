"""What is signed is, to the byte, what TUF's own library would write."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from tuf.api.serialization import json as tuf_json

from trust_registry import _tuf_json, _tuf_keys
from trust_registry._tuf_json import encode

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.text('ab"\\\n\x7fé{}1.e-'),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture(params=["orjson", "json"], autouse=True)
def writer(request: Any, monkeypatch: Any) -> None:
    """With the library that may be missing, and without."""
    if request.param == "json":
        monkeypatch.setattr(_tuf_json, "_write", _tuf_json._by_json)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES)
def test_the_bytes_are_the_same(value: Any) -> None:
    assert encode(value) == encode_canonical(value)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        [1e9],
        {"a": float("nan")},
        [float("inf")],
        [-0.0],
        {"1.5": 2.5},
        {1, 2},
        {"a": b"bytes"},
        object(),
    ],
)
def test_what_it_refuses_is_refused(value: Any) -> None:
    with pytest.raises(FormatError):
        encode(value)


@pytest.mark.parametrize(
    "value",
    [{"1.5": "2.5e3"}, ["NaN", "Infinity"], {"I": 1, "N": -20}, {"b": 1, "a": {"c": [True]}}],
)
def test_strings_may_look_like_anything(value: Any) -> None:
    assert encode(value) == encode_canonical(value)


def test_a_value_too_deep_is_the_originals_to_refuse() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RecursionError):
        encode(deep)


def test_tuf_uses_it() -> None:
    _tuf_keys.register()
    assert tuf_json.encode_canonical is encode
