"""Status lists of every kind and size: what goes in comes out, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amana._bits import pack, value_at
from amana._cwt import read_cwt
from amana.credential import StatusEntry, check_credential
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS
from amana.status import build_status_list, judge_entry, read_status_list
from amana.token_status import (
    build_status_list_cwt,
    build_status_list_jwt,
    read_token_status_list,
)
from tests.amana_samples import ISSUER, KEY_ID, LIST_URL, NOW, foreign, key, written

PUBLIC = key("issuer").public
COUNT = 400
ORDERS = st.sampled_from(["big", "little"])


def statuses(size: int, count: int = COUNT) -> st.SearchStrategy[dict[int, int]]:
    return st.dictionaries(st.integers(0, count - 1), st.integers(0, (1 << size) - 1), max_size=12)


@given(st.data(), st.integers(1, 17), st.integers(0, 70), ORDERS)
def test_packed_numbers(data: st.DataObject, size: int, count: int, order: Any) -> None:
    values = data.draw(statuses(size, count)) if count else {}
    bits = pack(values, count=count, size=size, order=order)
    assert len(bits) == (count * size + 7) // 8
    found = [value_at(bits, place, size, order) for place in range(count)]
    assert found == [values.get(place, 0) for place in range(count)]
    # The same by text: W3C writes it from the left, the IETF from the right.
    text = "".join(f"{value:0{size}b}" for value in (found if order == "big" else found[::-1]))
    whole = int.from_bytes(bits, order)
    spare = len(bits) * 8 - count * size if order == "big" else 0
    assert whole >> spare == int(text or "0", 2)


@settings(max_examples=60)
@given(st.data(), st.sampled_from([1, 2, 4, 8]))
def test_token_lists(data: st.DataObject, size: int) -> None:
    values = data.draw(statuses(size))
    given: Any = {"count": COUNT, "size": size, "uri": LIST_URL, "key": key("issuer")}
    jwt = build_status_list_jwt(values, issued=NOW, **given)
    cwt = build_status_list_cwt(values, issued=NOW, **given)
    in_json, in_cbor = (
        read_token_status_list(token, uri=LIST_URL, key=PUBLIC) for token in (jwt, cwt)
    )
    assert in_json == in_cbor
    assert [in_json.status(n) for n in range(COUNT)] == [values.get(n, 0) for n in range(COUNT)]


@settings(max_examples=40)
@given(st.data(), st.integers(1, 9))
def test_bitstring_lists(data: st.DataObject, size: int) -> None:
    values = data.draw(statuses(size))
    names = tuple(f"m{n}" for n in range(1 << size))
    document = build_status_list(
        values, url=LIST_URL, issuer=ISSUER, key=key("issuer"), verification_method=KEY_ID,
        valid_from=NOW, status_size=size, messages=names, purpose=("message", "revocation"),
    )  # fmt: skip
    found = read_status_list(written(document), url=LIST_URL, key=PUBLIC)
    assert [found.status(n, size) for n in range(COUNT)] == [values.get(n, 0) for n in range(COUNT)]
    for place, value in values.items():
        entry = StatusEntry(LIST_URL, place, "message", size, names)
        assert (judge_entry(entry, found) is not None) == (value != 0)
        assert entry.message(value) == found.messages[value]


@given(
    st.integers(0, 10**40),
    st.sampled_from(["revocation", "message", "refresh", "other"]),
    st.integers(1, 6),
    st.data(),
)
def test_entries(index: int, purpose: str, size: int, data: st.DataObject) -> None:
    several = st.lists(st.text(max_size=5), min_size=1 << size, max_size=1 << size)
    names = data.draw(several if size > 1 else st.just([]) | several)
    entry = StatusEntry(LIST_URL, index, purpose, size, tuple(names))
    assert check_credential(foreign(credentialStatus=entry.document())).status == (entry,)


@pytest.mark.parametrize("tag", [b"\xd2", b""])
@given(inside=st.binary(max_size=60))
def test_noise_is_no_token(tag: bytes, inside: bytes) -> None:
    with pytest.raises(InputError):
        read_cwt(tag + inside, media_type="application/statuslist+cwt")


@given(st.binary(max_size=9), st.integers(-9, 99), st.integers(1, 9), ORDERS)
def test_no_place_outside_answers(bits: bytes, index: int, size: int, order: Any) -> None:
    inside = index >= 0 and (index + 1) * size <= len(bits) * 8
    try:
        value_at(bits, index, size, order)
    except VerificationError:
        assert not inside
    else:
        assert inside


def test_the_least_list_is_as_large_as_the_specification_says() -> None:
    assert LIMITS.status_list_bits_min == 131_072
