"""Strict JSON: what is refused, with which reason, on the fast way and on the slow one."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from amana import strict_json
from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import as_object, loads
from tests.amana_samples import refused

GOOD: list[tuple[bytes, Any]] = [
    (b"null", None),
    (b" true\n", True),
    (b"\t[false,\r0]", [False, 0]),
    (b"{}", {}),
    (b'""', ""),
    (b'{"a":1,"b":{"a":1,"c":[{"a":2}]}}', {"a": 1, "b": {"a": 1, "c": [{"a": 2}]}}),
    (b'["1.5","-0","1e5","9007199254740993","{","[["]',
     ["1.5", "-0", "1e5", "9007199254740993", "{", "[["]),
    ('{"é":"\u4eba","\U0001f600":"\ue000"}'.encode(), {"é": "\u4eba", "\U0001f600": "\ue000"}),
    (rb'"\u00e9\n\"\\\ud83d\ude00"', 'é\n"\\\U0001f600'),
    (rb'{"\\ud800":"\\u0000"}', {"\\ud800": "\\u0000"}),
    (b"9007199254740991", 2**53 - 1),
    (b"-9007199254740991", 1 - 2**53),
    (b"999999999999999", 10**15 - 1),
    (b'"\x7f"', "\x7f"),
]  # fmt: skip

BAD: list[tuple[bytes, Reason]] = [
    (b"", Reason.NOT_JSON),
    (b"   ", Reason.NOT_JSON),
    (b"{", Reason.NOT_JSON),
    (b"{'a':1}", Reason.NOT_JSON),
    (b'{"a":1,}', Reason.NOT_JSON),
    (b"[1,]", Reason.NOT_JSON),
    (b"{}{}", Reason.NOT_JSON),
    (b"{} x", Reason.NOT_JSON),
    (b"{}\x00", Reason.NOT_JSON),
    (b"]" * 100, Reason.NOT_JSON),
    (b"01", Reason.NOT_JSON),
    (b"+1", Reason.NOT_JSON),
    (b"1.", Reason.NOT_JSON),
    (b".5", Reason.NOT_JSON),
    (b"0x10", Reason.NOT_JSON),
    (b"{1:2}", Reason.NOT_JSON),
    (b'"a\nb"', Reason.NOT_JSON),
    (b'"\x1f"', Reason.NOT_JSON),
    (rb'"\x41"', Reason.NOT_JSON),
    (rb'"\u12"', Reason.NOT_JSON),
    (b'"\\', Reason.NOT_JSON),
    (b'"', Reason.NOT_JSON),
    (b"// hello\n{}", Reason.NOT_JSON),
    (b"\xef\xbb\xbf{}", Reason.NOT_JSON),
    (b"\xa0{}", Reason.NOT_UTF8),
    ("\u00a0{}".encode(), Reason.NOT_JSON),
    (b'"\xff"', Reason.NOT_UTF8),
    (b'"\xc0\xaf"', Reason.NOT_UTF8),
    (b'"\xed\xa0\x80"', Reason.NOT_UTF8),
    ('{"a":1}'.encode("utf-16"), Reason.NOT_UTF8),
    (b'{"a":1,"a":1}', Reason.DUPLICATE_KEY),
    (b'{"a":1,"a":2}', Reason.DUPLICATE_KEY),
    (b'{"b":{"x":[{"a":"","a":""}]}}', Reason.DUPLICATE_KEY),
    (rb'{"a":1,"\u0061":1}', Reason.DUPLICATE_KEY),
    (b'{"":0,"":0}', Reason.DUPLICATE_KEY),
    (rb'"\ud800"', Reason.LONE_SURROGATE),
    (rb'"\udc00\ud800"', Reason.LONE_SURROGATE),
    (rb'{"\udfff":1}', Reason.LONE_SURROGATE),
    (rb'[{"a":["\ud83d"]}]', Reason.LONE_SURROGATE),
    (b"NaN", Reason.NOT_A_NUMBER),
    (b"[Infinity]", Reason.NOT_A_NUMBER),
    (b'{"a":-Infinity}', Reason.NOT_A_NUMBER),
    (b"9007199254740992", Reason.INTEGER_RANGE),
    (b"-9007199254740992", Reason.INTEGER_RANGE),
    (b"1" * 5_000, Reason.INTEGER_RANGE),
    (b"-0", Reason.INTEGER_RANGE),
    (b"[1,-0]", Reason.INTEGER_RANGE),
    (b"1.0", Reason.FLOAT_FORBIDDEN),
    (b'{"a":0.5}', Reason.FLOAT_FORBIDDEN),
    (b"1e5", Reason.FLOAT_FORBIDDEN),
    (b"1E400", Reason.FLOAT_FORBIDDEN),
    (b"-0.0", Reason.FLOAT_FORBIDDEN),
    (b"[" * 33 + b"]" * 33, Reason.TOO_DEEP),
    (b'{"a":' * 33 + b"1" + b"}" * 33, Reason.TOO_DEEP),
    (b"[" * 100_000, Reason.TOO_DEEP),
    (b'{"a":[' * 40_000, Reason.TOO_DEEP),
]


@pytest.fixture(params=["as installed", "slow"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "slow":
        monkeypatch.setattr(strict_json, "orjson", None)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("data", "value"), GOOD)
def test_good_json(data: bytes, value: Any) -> None:
    found = loads(data)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(("data", "reason"), BAD, ids=range(len(BAD)))
def test_bad_json(data: bytes, reason: Reason) -> None:
    assert refused(lambda: loads(data), error=InputError) is reason


@pytest.mark.usefixtures("way")
def test_depth_is_counted_outside_strings() -> None:
    assert loads(b"[" * 32 + b"]" * 32)
    brackets = b'["' + b"[{" * 100 + b'"]'
    assert loads(brackets) == ["[{" * 100]
    escaped = rb'["\"[[[[' + b"[" * 60 + rb'\\"]'
    assert len(loads(escaped)) == 1
    wide = b"[" + b",".join([b"[]"] * 100) + b"]"
    assert loads(wide) == [[]] * 100


@pytest.mark.usefixtures("way")
def test_size_is_bounded_before_anything_is_parsed() -> None:
    """A document of 50 MB is refused by its length."""
    huge = b" " * (50 * 1024 * 1024)
    assert refused(lambda: loads(huge)) is Reason.TOO_LARGE
    exact = b" " * (LIMITS.json_bytes - 1) + b"1"
    assert loads(exact) == 1
    assert refused(lambda: loads(exact + b" ")) is Reason.TOO_LARGE


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("filler", [b"0,", b"[],", b"{},", b'"a":1,', b'""'])
def test_what_is_large_is_so_by_long_strings(filler: bytes) -> None:
    """Four megabytes of a list are one text; as many small values would keep a computer busy."""
    limits = Limits(json_bytes=20_000, json_values=1_000)
    assert loads(b'["' + b"a" * 19_000 + b'",1,2]', limits=limits)[1:] == [1, 2]
    many = b"[" + filler * (10_000 // len(filler)) + b"0]"
    assert refused(lambda: loads(many, limits=limits)) is Reason.TOO_LARGE


@pytest.mark.usefixtures("way")
def test_other_limits() -> None:
    assert loads(b'["abc"]', limits=Limits(json_bytes=7)) == ["abc"]
    assert refused(lambda: loads(b'["abc"]', limits=Limits(json_bytes=6))) is Reason.TOO_LARGE
    assert refused(lambda: loads(b"[[1]]", limits=Limits(json_depth=1))) is Reason.TOO_DEEP
    assert loads(b"[100,-100]", limits=Limits(integer=100)) == [100, -100]
    assert refused(lambda: loads(b"[101]", limits=Limits(integer=100))) is Reason.INTEGER_RANGE


@pytest.mark.usefixtures("way")
def test_floats_only_where_they_are_asked_for() -> None:
    assert loads(b"[1.5,-2e3,0.0]", floats=True) == [1.5, -2000.0, 0.0]
    assert type(loads(b"1.0", floats=True)) is float
    assert refused(lambda: loads(b"1e400", floats=True)) is Reason.NOT_A_NUMBER
    assert refused(lambda: loads(b"-1e400", floats=True)) is Reason.NOT_A_NUMBER
    assert refused(lambda: loads(b"NaN", floats=True)) is Reason.NOT_A_NUMBER
    assert refused(lambda: loads(b'{"a":1.5,"a":1.5}', floats=True)) is Reason.DUPLICATE_KEY


def test_an_error_never_quotes_the_document() -> None:
    for data in (b'{"name":"Amina Yusuf" x}', b'{"Amina":1,"Amina":2}', b'["Amina", 1.5]'):
        with pytest.raises(InputError) as caught:
            loads(data)
        assert "Amina" not in str(caught.value)


def test_as_object() -> None:
    value = {"a": 1}
    assert as_object(value) is value
    others: list[Any] = [[], None, "{}", 1, True]
    for other in others:
        assert refused(partial(as_object, other)) is Reason.NOT_JSON
    assert refused(lambda: as_object([], Reason.BAD_DID)) is Reason.BAD_DID
