"""RFC 8785 on both ways: by its own rules, and with orjson where that writes the same."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from amana import jcs
from amana.errors import InputError
from amana.jcs import canonical, canonical_exact
from amana.reasons import Reason
from tests.amana_samples import refused


@pytest.fixture(params=["as installed", "slow"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "slow":
        monkeypatch.setattr(jcs, "orjson", None)


EXACT: list[tuple[Any, str]] = [
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (2**53 - 1, "9007199254740991"),
    (1 - 2**53, "-9007199254740991"),
    ("", '""'),
    ("\b\t\n\f\r\"\\/", r'"\b\t\n\f\r\"\\/"'),
    ("\x00\x1f\x7f", '"\\u0000\\u001f\x7f"'),
    ("\u2028\ufeff<é>", '"\u2028\ufeff<é>"'),
    ([], "[]"),
    ({}, "{}"),
    ([3, [2], "1"], '[3,[2],"1"]'),
    ({"b": 1, "a": {"d": 1, "c": 2}, "": 0}, '{"":0,"a":{"c":2,"d":1},"b":1}'),
    ({"é": 1, "z": 2}, '{"z":2,"é":1}'),
]  # fmt: skip
CAREFUL: list[tuple[Any, str]] = [
    (None, "null"),
    ([None, "null"], '[null,"null"]'),
    (1.0, "1"),
    (-0.0, "0"),
    (1e21, "1e+21"),
    (1e20, "100000000000000000000"),
    (1e-7, "1e-7"),
    (0.000001, "0.000001"),
    (333333333.33333329, "333333333.3333333"),
    ({"a": 1.5, "b": "\\"}, '{"a":1.5,"b":"\\\\"}'),
    # UTF-16 order: U+1F600 is D83D DE00 and stands before U+E000, though its code point is higher.
    ({"\ue000": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ue000":1}'),
    ({"\uffff": 1, "\U0010ffff": 2, "a": 0}, '{"a":0,"\U0010ffff":2,"\uffff":1}'),
    ({"\ud7ff": 1, "\U0001f600": 2}, '{"\ud7ff":1,"\U0001f600":2}'),
]


@pytest.mark.parametrize(("value", "text"), EXACT + CAREFUL)
def test_canonical(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "text"), [*EXACT, *[pair for pair in CAREFUL if not isinstance(pair[0], float)]]
)
def test_canonical_exact_says_the_same_without_floats(value: Any, text: str) -> None:
    if "1.5" not in text:
        assert canonical_exact(value) == text.encode()


class Text(str):
    __slots__ = ()


DEEP: Any = []
for _ in range(100_000):
    DEEP = [DEEP]
LOOP: list[Any] = []
LOOP.append(LOOP)

BAD: list[tuple[Any, Reason]] = [
    ("\ud800", Reason.LONE_SURROGATE),
    ({"\udfff": 1}, Reason.LONE_SURROGATE),
    ([{"a": "x\udc00"}], Reason.LONE_SURROGATE),
    (2**53, Reason.INTEGER_RANGE),
    (-(2**53), Reason.INTEGER_RANGE),
    (2**70, Reason.INTEGER_RANGE),
    (LOOP, Reason.TOO_DEEP),
    ({1: 2}, Reason.NOT_JSON),
    ({None: 2}, Reason.NOT_JSON),
    (b"bytes", Reason.NOT_JSON),
    ({"a": {1, 2}}, Reason.NOT_JSON),
    (object(), Reason.NOT_JSON),
]


@pytest.mark.parametrize(("value", "reason"), BAD, ids=range(len(BAD)))
def test_what_has_no_canonical_form(value: Any, reason: Reason) -> None:
    for write in (canonical, canonical_exact):
        assert refused(partial(write, value), error=InputError) is reason


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_no_number(number: float) -> None:
    assert refused(lambda: canonical([number])) is Reason.NOT_A_NUMBER


def test_deep_nesting_is_an_input_error() -> None:
    assert refused(lambda: canonical(DEEP)) is Reason.TOO_DEEP


def test_subclasses_and_tuples_are_written_by_their_value() -> None:
    assert canonical({Text("a"): Text("b"), "c": (1, 2)}) == b'{"a":"b","c":[1,2]}'
