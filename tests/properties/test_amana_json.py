"""JSON in and out: both ways of parsing agree, both ways of writing agree, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from amana import jcs, strict_json
from amana.errors import InputError
from amana.jcs import canonical, canonical_exact
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import loads

SAFE = 2**53 - 1
integers = st.integers(-SAFE, SAFE) | st.sampled_from([0, SAFE, -SAFE, 10**15, 10**15 - 1])
texts = st.text(max_size=12) | st.sampled_from(
    ["", "a", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "\x7f", "\u2028", '"\\/\b']
)
scalars = st.none() | st.booleans() | integers | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
with_floats = st.recursive(
    scalars | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 is not true, and order in an object does not matter."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@given(values)
def test_what_is_written_is_read_again(value: Any) -> None:
    written = canonical(value)
    assert same(loads(written), value)
    assert canonical(loads(written)) == written
    for other in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert same(loads(other.encode()), value)


@given(with_floats)
@example({"\ue000": 1, "\U00010000": 2})
@example([1e21, 1e-7, -0.0, 5e-324, 1.7976931348623157e308, 0.1, 1e16, 123456789012345680.0])
@example([None, {"n": None}, "n"])
def test_both_ways_of_writing_agree(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_the_exact_way_of_writing_agrees_where_no_float_stands(value: Any) -> None:
    assert canonical_exact(value) == rfc8785.dumps(value)


odd = st.one_of(
    with_floats,
    st.floats(),
    st.integers(),
    st.text(st.characters(categories=None), max_size=3),
    st.binary(max_size=2),
    st.dictionaries(st.none() | st.integers() | texts, scalars, max_size=2),
    st.tuples(scalars, scalars),
    st.frozensets(st.integers(), max_size=2),
    st.lists(st.floats() | st.text(st.characters(categories=["Cs"]), max_size=2), max_size=3),
)


@given(odd)
def test_both_ways_agree_on_what_has_no_form(value: Any) -> None:
    assert outcome(canonical, value) == outcome(jcs._by_the_rules, value)


def outcome(write: Any, value: Any) -> bytes | Reason:
    try:
        found: bytes = write(value)
    except InputError as error:
        return error.reason
    return found


# --- Tricky JSON texts ---------------------------------------------------------------------------

space = st.text(" \t\n\r", max_size=2) | st.just("")
odd_space = st.sampled_from(["", "", "", "\u00a0", "\x0b", "\ufeff", "//", "\x00"])
numbers = st.one_of(
    integers.map(str),
    st.integers(-(10**18), 10**18).map(str),
    st.sampled_from(
        ["-0", "0", "1.0", "-0.0", "1e5", "1E400", "1E-400", "-1e5", "01", "+1", ".5", "1.", "0x1",
         "9007199254740992", "-9007199254740992", "1" * 400, "18446744073709551616", "NaN",
         "Infinity", "-Infinity", "1e", "--1", "1_000", "\u0661"]
    ),
)  # fmt: skip
strings = st.one_of(
    texts.map(lambda t: json.dumps(t, ensure_ascii=False)),
    texts.map(json.dumps),
    st.sampled_from(
        ['"a"', '"a"', '"\\u0061"', '"\\/"', '"\\n"', '"\\ud800"', '"\\udc00\\ud800"', '"{"',
         '"[["',
         '"\\ud83d\\ude00"', '"\\u00e9"', '"é"', '"-0"', '"1.0"', '"\\"', '"\\x"', '"\n"', "'a'",
         '"\\u00zz"', '"9007199254740993"', '"\\\\"', '"\\\\\\""', "a"]
    ),
)  # fmt: skip


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    members = draw(st.lists(st.tuples(strings, inner), max_size=3))
    if bool(members) and draw(st.booleans()):
        # Again, with the same value, another one, or the key spelt differently.
        name, member = draw(st.sampled_from(members))
        members.append((draw(st.sampled_from([name, name, '"a"'])), draw(inner | st.just(member))))
    between = draw(space)
    return "{" + ",".join(f"{between}{k}{between}:{v}{between}" for k, v in members) + "}"


json_texts = st.recursive(
    numbers | strings | st.sampled_from(["null", "true", "false", "nul", "True", "", "[]", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: "[" + ",".join(parts) + "]") | objects(inner)
    ),
    max_leaves=12,
)
deep = st.integers(28, 36).flatmap(
    lambda n: st.sampled_from(["[" * n + "]" * n, '{"a":' * n + "1" + "}" * n, "[" * n, "[]," * n])
)
documents = st.tuples(odd_space | space, json_texts | deep, odd_space | space).map("".join)


def oracle(text: str, *, floats: bool) -> tuple[bool, Any]:
    """What json of the standard library says, with every rule of ours added by hand."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in found}) != len(found):
            raise ValueError
        return dict(found)

    def integer(digits: str) -> int:
        if digits == "-0" or abs(int(digits)) > SAFE:
            raise ValueError
        return int(digits)

    def real(digits: str) -> float:
        if not floats or float(digits) in {float("inf"), float("-inf")}:
            raise ValueError
        return float(digits)

    def constant(name: str) -> None:
        raise ValueError

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=integer,
            parse_float=real,
            parse_constant=constant,
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False, None
    return depth(value) <= LIMITS.json_depth, value


def depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


@given(documents, st.booleans())
@example('{"a":1,"a":1}', False)
@example('{"a":{"b":1},"b":1}', False)
@example('{"a":1,"\\u0061":1}', False)
@example('{"a":"x","b":"x"}', False)
@example("1.0", True)
@example("[" * 33 + "]" * 33, False)
@example('["' + "[" * 40 + '"]', False)
def test_every_way_of_reading_says_what_the_rules_say(text: str, floats: bool) -> None:
    data = text.encode()
    good, value = oracle(text, floats=floats)
    for read in (loads, walked):
        try:
            found = read(data, floats=floats)
        except InputError:
            assert not good
        else:
            assert good
            assert same(found, value)


def walked(data: bytes, *, floats: bool) -> Any:
    return strict_json._loads_walked(data, limits=LIMITS, floats=floats)


@given(documents, st.booleans())
def test_both_ways_of_reading_give_the_same_reason(text: str, floats: bool) -> None:
    def reason(read: Any) -> Reason | None:
        try:
            read(text.encode(), floats=floats)
        except InputError as error:
            return error.reason
        return None

    assert reason(loads) == reason(walked)
