"""Disclosures (RFC 9901, sections 4.2 and 7.1): each rule of the processing, one by one (C93)."""

from __future__ import annotations

from typing import Any

import pytest

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.proofs._disclosures import encode, find
from amana.reasons import Reason
from tests.amana_samples import refused
from tests.deterministic import randomness
from tests.sd_jwt_samples import disclosure, hashed, judge, made, raw_disclosure

A = disclosure("salt", "a", 1)
B = disclosure("salt", "b", 2)
ELEMENT = disclosure("salt", "x")


def said(payload: Any, *disclosures: str) -> Any:
    return judge(made(payload, *disclosures)).claims


def why(payload: Any, *disclosures: str) -> Reason:
    return refused(lambda: said(payload, *disclosures), error=InputError)


def test_the_rfcs_own_example() -> None:
    """Section 4.2.3: the digest is over the text, white space and all."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert hashed(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert said({"_sd": [hashed(text)]}, text) == {"family_name": "Möbius"}
    element = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    assert hashed(element) == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"


def test_a_disclosure_is_written_in_canonical_form() -> None:
    assert encode("salt", "é", {"b": 1, "a": [1.5, None]}) == raw_disclosure(
        '["salt","é",{"a":[1.5,null],"b":1}]'
    )


def test_members_and_elements_at_every_depth() -> None:
    inner = disclosure("salt", "inner", [{"...": hashed(ELEMENT)}, {"...": "decoy"}])
    outer = disclosure("salt", {"_sd": [hashed(inner), "decoy of an object"], "open": {}})
    payload = {"list": [0, {"...": hashed(outer)}, [{"...": "hidden"}], 2], "_sd": [hashed(A)]}
    texts = (A, outer, inner, ELEMENT)
    whole = {"list": [0, {"inner": ["x"], "open": {}}, [], 2], "a": 1}
    assert said(payload, *texts) == whole
    assert said(payload, *reversed(texts)) == whole
    assert said(payload, A) == {"list": [0, [], 2], "a": 1}


def test_what_is_left_of_an_object_is_an_empty_object() -> None:
    """Section 7.1, step 3.e."""
    assert said({"a": {"_sd": []}, "b": {"_sd": ["decoy"]}}) == {"a": {}, "b": {}}
    assert said({"_sd": []}) == {}


def test_a_null_and_its_kin_are_values_like_others() -> None:
    texts = [
        disclosure("salt", name, value)
        for name, value in (("n", None), ("f", False), ("z", 0), ("d", 1.5), ("", ""))
    ]
    expected = {"n": None, "f": False, "z": 0, "d": 1.5, "": ""}
    assert said({"_sd": [hashed(text) for text in texts]}, *texts) == expected
    none = disclosure("salt", None)
    assert said({"a": [{"...": hashed(none)}]}, none) == {"a": [None]}


@pytest.mark.parametrize("digests", [None, "digest", 1, {}, [1], [None], [["digest"]], [{}]])
def test_sd_is_an_array_of_texts(digests: Any) -> None:
    assert why({"_sd": digests}) is Reason.BAD_SD_JWT
    assert why({"a": [{"_sd": digests}]}) is Reason.BAD_SD_JWT


@pytest.mark.parametrize(
    "place",
    [
        {"...": "digest"},
        {"a": {"...": "digest"}},
        {"a": [{"...": "digest", "b": 1}]},
        {"a": [{"...": "digest", "_sd": []}]},
        {"a": [{"...": 1}]},
        {"a": [{"...": ["digest"]}]},
        {"a": [{"...": None}]},
        {"a": {"_sd_alg": "sha-256"}},
        {"a": [{"_sd_alg": "sha-256"}]},
    ],
)
def test_reserved_names_out_of_their_place(place: Any) -> None:
    assert why(place) is Reason.BAD_SD_JWT
    hides = disclosure("salt", "hidden", place)
    assert why({"_sd": [hashed(hides)]}, hides) is Reason.BAD_SD_JWT


def test_a_disclosed_element_is_no_digest_itself() -> None:
    chained = disclosure("salt", {"...": hashed(ELEMENT)})
    assert why({"a": [{"...": hashed(chained)}]}, chained, ELEMENT) is Reason.BAD_SD_JWT


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ("salt",),
        ("salt", "value"),
        ("salt", "name", "value", "more"),
        (1, "name", "value"),
        (None, "name", "value"),
        ("salt", 1, "value"),
        ("salt", None, "value"),
        ("salt", ["name"], "value"),
        ("salt", "_sd", ["x"]),
        ("salt", "...", "x"),
        ("salt", "_sd_alg", "sha-512"),
        ("salt", "there", 2),
    ],
)
def test_disclosures_that_are_no_member(parts: Any) -> None:
    text = disclosure(*parts)
    assert why({"there": 1, "_sd": [hashed(text)]}, text) is Reason.BAD_DISCLOSURE


@pytest.mark.parametrize("written", ['{"0":"salt"}', '"salt"', "1", "null", '{"a":1,"b":2,"c":3}'])
def test_disclosures_that_are_no_array(written: str) -> None:
    text = raw_disclosure(written)
    assert why({"_sd": [hashed(text)]}, text) is Reason.BAD_DISCLOSURE
    assert why({"a": [{"...": hashed(text)}]}, text) is Reason.BAD_DISCLOSURE


@pytest.mark.parametrize("parts", [(), ("salt",), ("salt", "name", "value"), (1, "value")])
def test_disclosures_that_are_no_element(parts: Any) -> None:
    text = disclosure(*parts)
    assert why({"a": [{"...": hashed(text)}]}, text) is Reason.BAD_DISCLOSURE


def test_names_that_meet() -> None:
    again = disclosure("another salt", "a", 2)
    digests = [hashed(A), hashed(again)]
    assert why({"_sd": digests}, A, again) is Reason.BAD_DISCLOSURE
    assert why({"_sd": digests, "a": 1}, A) is Reason.BAD_DISCLOSURE
    assert said({"_sd": digests}, again) == {"a": 2}


def test_a_digest_stands_once_in_all() -> None:
    """Section 7.1, step 4: also a decoy, and wherever it stands."""
    carrier = disclosure("salt", "c", {"_sd": ["digest"]})
    element = disclosure("salt", ["x", {"...": "digest"}])
    for payload, *texts in (
        ({"_sd": ["digest", "digest"]},),
        ({"_sd": ["digest"], "a": {"_sd": ["digest"]}},),
        ({"a": [{"...": "digest"}, {"...": "digest"}]},),
        ({"_sd": ["digest"], "a": [{"...": "digest"}]},),
        ({"_sd": ["digest", hashed(carrier)]}, carrier),
        ({"a": [{"...": "digest"}, {"...": hashed(element)}]}, element),
        ({"_sd": [hashed(A)], "b": {"_sd": [hashed(A)]}}, A),
    ):
        assert why(payload, *texts) is Reason.BAD_DISCLOSURE


def test_a_disclosure_is_referred_to_and_stands_once() -> None:
    payload = {"_sd": [hashed(A)]}
    assert why(payload, A, B) is Reason.BAD_DISCLOSURE
    assert why(payload, B) is Reason.BAD_DISCLOSURE
    assert why(payload, A, A) is Reason.BAD_DISCLOSURE
    assert why({}, A) is Reason.BAD_DISCLOSURE
    inside = disclosure("salt", "outer", {"_sd": [hashed(A)]})
    assert why({"_sd": [hashed(inside)]}, A) is Reason.BAD_DISCLOSURE


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('["salt","a",{"b":1,"b":2}]', Reason.DUPLICATE_KEY),
        ('["salt","a","\\ud800"]', Reason.LONE_SURROGATE),
        ('["salt","a",NaN]', Reason.NOT_A_NUMBER),
        ('["salt","a",9007199254740992]', Reason.INTEGER_RANGE),
        ('["salt","a",1] ["salt","b",1]', Reason.NOT_JSON),
        ('["salt","a",1],["salt","b",1]', Reason.NOT_JSON),
        ('["salt","a",' + "[" * 40 + "]" * 40 + "]", Reason.TOO_DEEP),
    ],
)
def test_disclosures_are_read_strictly(written: str, reason: Reason) -> None:
    text = raw_disclosure(written)
    assert why({"_sd": [hashed(text)]}, text) is reason


def test_two_halves_are_no_disclosures() -> None:
    """Joined they would be JSON; each alone is none."""
    first, second = raw_disclosure('["salt","a",[1'), raw_disclosure('2],["salt","b",3]')
    assert why({"_sd": [hashed(first), hashed(second)]}, first, second) is Reason.NOT_JSON


def test_many_disclosures_one_inside_another() -> None:
    """Bounded in depth, and no stack is used up on the way."""

    def chain(length: int) -> tuple[Any, list[str]]:
        texts: list[str] = []
        payload: Any = {"end": 1}
        for _ in range(length):
            texts.append(disclosure("salt", "a", payload))
            payload = {"_sd": [hashed(texts[-1])]}
        return payload, texts

    payload, texts = chain(LIMITS.json_depth - 1)
    assert said(payload, *texts)["a"]["a"]
    payload, texts = chain(LIMITS.json_depth)
    assert why(payload, *texts) is Reason.TOO_DEEP
    payload, texts = chain(LIMITS.sd_jwt_disclosures)
    assert why(payload, *texts) is Reason.TOO_DEEP


@pytest.mark.parametrize("one", [{}, [{}], [[]], {"a": 1}])
def test_a_bound_on_what_is_searched(one: Any) -> None:
    few = Limits(sd_jwt_containers=10)
    text = made({"a": one, "b": [0] * 20})
    assert judge(text, limits=few).claims["a"] == one
    text = made({"a": [one] * 10})
    assert refused(lambda: judge(text, limits=few), error=InputError) is Reason.TOO_LARGE


def test_what_came_in_is_left_as_it_was() -> None:
    inner = disclosure("salt", "a", {"b": [{"...": hashed(ELEMENT)}]})
    text = made({"_sd": [hashed(inner)], "c": {"d": []}}, inner, ELEMENT)
    assert judge(text).claims == judge(text).claims == {"a": {"b": ["x"]}, "c": {"d": []}}


def test_finding_claims() -> None:
    claims = {"a": [{"b": 1}, {"c": 2}, 3], "d": {"e": [1, 2]}, "0": {}}
    assert find(claims, ("a", None, "b")) == [("a", 0, "b")]
    assert find(claims, ("d", "e", None)) == [("d", "e", 0), ("d", "e", 1)]
    assert find(claims, ("d", "e", 1)) == [("d", "e", 1)]
    for path in ((0,), (None,), ("a", "0"), ("a", 3), ("a", -1), ("d", None), ("a", 2, "b")):
        assert find(claims, path) == []


def test_salts_come_from_the_randomness_that_is_passed_in() -> None:
    from amana.proofs._disclosures import conceal

    one, other = (
        conceal({"a": 1}, [("a",)], randomness=randomness(label)) for label in ("one", "other")
    )
    assert one[1] != other[1]
    assert one == conceal({"a": 1}, [("a",)], randomness=randomness("one"))
