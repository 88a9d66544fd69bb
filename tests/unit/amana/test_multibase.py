"""Multibase: one value has one text; the oracle is the library `multiformats`."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from multiformats import multibase as oracle

from amana.errors import InputError
from amana.multibase import (
    decode_base58,
    decode_base64url,
    encode_base58,
    encode_base64url,
    from_base64url,
    to_base64url,
)
from amana.reasons import Reason
from tests.amana_samples import refused
from tests.deterministic import randomness

VALUES = [b"", b"\0", b"\0\0\1", b"\xff" * 64, *[randomness("multibase")(n) for n in range(1, 70)]]


@pytest.mark.parametrize("data", VALUES, ids=range(len(VALUES)))
def test_both_bases_agree_with_another_library(data: bytes) -> None:
    assert encode_base58(data) == oracle.encode(data, "base58btc")
    assert decode_base58(encode_base58(data), size=len(data)) == data
    assert encode_base64url(data) == oracle.encode(data, "base64url")
    assert decode_base64url(encode_base64url(data)) == data
    assert decode_base58(encode_base58(data)) == data
    assert to_base64url(data) == oracle.encode(data, "base64url")[1:]
    assert from_base64url(to_base64url(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "Z11", "u11", "m11", "z1 ", "z1\n", "z1\x1c", "z1\u3000", " z1", "z\t1", "z 1",
        "z0", "zO", "zI", "zl", "zé", "z\u0661", "z\ud800", "z1\0", "z", "z11", "z" + "1" * 256,
        None, 5, b"z1", ["z1"],
    ],
)  # fmt: skip
def test_no_base58(text: Any) -> None:
    assert refused(lambda: decode_base58(text, size=1), error=InputError) is Reason.BAD_MULTIBASE


def test_base58_has_the_size_that_is_needed() -> None:
    text = encode_base58(b"\0" * 64)
    assert decode_base58(text, size=64) == b"\0" * 64
    for size in (0, 63, 65):
        assert refused(partial(decode_base58, text, size=size)) is Reason.BAD_MULTIBASE


@pytest.mark.parametrize(
    "text",
    [
        "", "AA", "mAA", "zAA", "uA", "uAAAAA", "uAB", "uAAB", "uAA=", "uAA==", "u+A", "u/A",
        "uA A",        "uAA\n", " uAA", "ué", "u\ud800", None, 5, b"uAA", ["u"],
    ],
)  # fmt: skip
def test_no_base64url(text: Any) -> None:
    """Also padding, the other alphabet, and bits left over that no strict writer sets."""
    assert refused(lambda: decode_base64url(text), error=InputError) is Reason.BAD_MULTIBASE


def test_nothing_is_a_value_too() -> None:
    assert decode_base64url("u") == b""
    assert decode_base58("z", size=0) == b""


@pytest.mark.parametrize(
    "text",
    ["A", "AAAAA", "AB", "AAB", "AA=", "AA==", "=", "+A", "/A", "A A", "AA\n", " AA", "é", "\0A",
     "\ud800", None, 5, b"AA"],
)  # fmt: skip
def test_no_bare_base64url(text: Any) -> None:
    assert refused(lambda: from_base64url(text), error=InputError) is Reason.BAD_MULTIBASE
    found = refused(lambda: from_base64url(text, Reason.BAD_JWT), error=InputError)
    assert found is Reason.BAD_JWT


def test_of_each_value_one_text_is_read() -> None:
    """Of all texts of two or three characters, exactly one stands for each value."""
    for length, size in ((2, 1), (3, 2)):
        data = randomness("one text")(size)
        good = to_base64url(data)
        read = []
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
            text = good[: length - 1] + last
            try:
                read.append((text, from_base64url(text)))
            except InputError:
                continue
        assert (good, data) in read
        assert len({value for _, value in read}) == len(read)
