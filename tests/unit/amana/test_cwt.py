"""COSE_Sign1 and its claims: what is plain is read, and nothing else is."""

from __future__ import annotations

import struct
from typing import Any

import cbor2
import pytest

from amana._cwt import read_cwt, sign_cwt, verify_cwt
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from tests.amana_samples import key, refused

KIND = "application/example+cwt"
HEADER = {1: -8, 16: KIND}
CLAIMS = {2: "a", 6: 1_790_000_000, "text": [1, -1, b"x", True, None, 0.5, {"a": "é"}]}


def signed(claims: Any = CLAIMS) -> bytes:
    return sign_cwt(claims, key=key("issuer"), media_type=KIND)


def sealed(header: Any = HEADER, unprotected: Any = (), payload: bytes | None = None) -> bytes:
    """A token with any header, and a signature that fits."""
    protected = header if type(header) is bytes else cbor2.dumps(header)
    payload = cbor2.dumps(CLAIMS) if payload is None else payload
    signature = key("issuer").sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    parts = [protected, dict(unprotected), payload, signature]
    return cbor2.dumps(cbor2.CBORTag(18, parts))


def reason_of(data: bytes, **more: Any) -> Reason:
    return refused(lambda: read_cwt(data, media_type=KIND, **more), error=InputError)


def test_what_is_signed_is_read() -> None:
    cwt = read_cwt(signed(), media_type=KIND)
    assert cwt.claims == CLAIMS
    assert cwt.header == HEADER
    verify_cwt(cwt, key=key("issuer").public)
    assert repr(cwt) == "Cwt(alg=-8)"


@pytest.mark.parametrize("header", [{1: -19, 16: KIND}, {1: -8, 16: KIND.upper()}])
def test_other_ways_to_say_the_same(header: Any) -> None:
    cwt = read_cwt(sealed(header, {4: b"kid"}), media_type=KIND)
    verify_cwt(cwt, key=key("issuer").public)


def test_a_spoiled_token() -> None:
    data = signed()
    for at in range(1, len(data)):
        spoiled = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        try:
            cwt = read_cwt(spoiled, media_type=KIND)
        except InputError:
            continue
        found = refused(
            lambda cwt=cwt: verify_cwt(cwt, key=key("issuer").public),  # type: ignore[misc]
            error=VerificationError,
        )
        assert found in {Reason.BAD_SIGNATURE, Reason.ALGORITHM_FORBIDDEN}


def test_every_cut_is_found() -> None:
    data = signed()
    assert {reason_of(data[:at]) for at in range(len(data))} == {Reason.BAD_CWT}
    assert reason_of(data + b"\0") is Reason.BAD_CWT


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.BAD_CWT),
        (b"\x84", Reason.BAD_CWT),
        (signed()[1:], Reason.BAD_CWT),
        (b"\xd8\x3d" + signed(), Reason.BAD_CWT),
        (b"\xd1" + signed()[1:], Reason.ALGORITHM_FORBIDDEN),
        (b"\xd2\xd2" + signed()[1:], Reason.BAD_CWT),
        (b"\xd2\xa0", Reason.BAD_CWT),
        (b"\xd2\x83\x40\xa0\x40", Reason.BAD_CWT),
        (b"\xd2\x84\x40\xa0\x40\x60", Reason.BAD_CWT),
        (b"\xd2\x84\x40\xa0\xf6\x40", Reason.BAD_CWT),
        (b"\xd2\x84\x40\x80\x40\x40", Reason.BAD_CWT),
        (sealed(b""), Reason.BAD_CWT),
        (sealed(b"\x80"), Reason.BAD_CWT),
        (sealed(payload=b"\x80"), Reason.BAD_CWT),
        (sealed(payload=b""), Reason.BAD_CWT),
        (sealed(unprotected={16: "text/plain"}), Reason.BAD_CWT),
        (sealed(unprotected={2: [99]}), Reason.BAD_CWT),
        (sealed({**HEADER, 2: [99]}), Reason.BAD_CWT),
        (sealed({1: -8}), Reason.BAD_CWT),
        (sealed({1: -8, 16: "example+cwt"}), Reason.BAD_CWT),
        (sealed({1: -8, 16: 60}), Reason.BAD_CWT),
        (sealed({1: -8, 16: KIND.replace("k", "K") + "\u212a"}), Reason.BAD_CWT),
        (sealed({16: KIND}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({16: KIND}, {1: -8}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({1: 5, 16: KIND}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({1: "EdDSA", 16: KIND}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({1: True, 16: KIND}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({1: -8.0, 16: KIND}), Reason.ALGORITHM_FORBIDDEN),
        (sealed({1: -35, 16: KIND}), Reason.UNKNOWN_CRYPTOSUITE),
        (sealed({1: -257, 16: KIND}), Reason.UNKNOWN_CRYPTOSUITE),
    ],
    ids=range(30),
)
def test_tokens_that_are_refused(data: bytes, reason: Reason) -> None:
    assert reason_of(data) is reason


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("a201020103", Reason.DUPLICATE_KEY),
        ("a20102180103", Reason.DUPLICATE_KEY),
        ("a2616101616102", Reason.DUPLICATE_KEY),
        ("a220012001", Reason.DUPLICATE_KEY),
        ("a101a2616101616102", Reason.DUPLICATE_KEY),
        ("bf0102ff", Reason.BAD_CWT),  # a map whose end is told later
        ("a1019f01ff", Reason.BAD_CWT),
        ("a1015f4101ff", Reason.BAD_CWT),
        ("a1017f6161ff", Reason.BAD_CWT),
        ("a101c11a6ab13980", Reason.BAD_CWT),  # a date, which RFC 8392 wants without its tag
        ("a101c249010000000000000000", Reason.BAD_CWT),
        ("a101d81c80", Reason.BAD_CWT),  # shared values
        ("a101f7", Reason.BAD_CWT),  # undefined
        ("a101e0", Reason.BAD_CWT),
        ("a101f820", Reason.BAD_CWT),
        ("a101ff", Reason.BAD_CWT),
        ("a1011c", Reason.BAD_CWT),
        ("a1410102", Reason.BAD_CWT),  # keys that are neither number nor text
        ("a1f502", Reason.BAD_CWT),
        ("a1f6f6", Reason.BAD_CWT),
        ("a1800102", Reason.BAD_CWT),
        ("a1f9000002", Reason.BAD_CWT),
        ("a10161ff", Reason.BAD_CWT),  # not UTF-8
        ("a10163eda080", Reason.BAD_CWT),  # half of a surrogate pair
        ("a10143ffff", Reason.BAD_CWT),
        ("a1015b7fffffffffffffff", Reason.BAD_CWT),
        ("bbffffffffffffffff", Reason.BAD_CWT),
        ("a1019bffffffffffffffff", Reason.BAD_CWT),
        ("a10119ff", Reason.BAD_CWT),
        ("a101", Reason.BAD_CWT),
        ("a0a0", Reason.BAD_CWT),
        ("a101" + "81" * 9 + "00", Reason.TOO_DEEP),
        ("a101" + "81" * 100_000, Reason.TOO_DEEP),
        ("a1019a00100000" + "00" * 1_048_576, Reason.TOO_LARGE),
        ("a1019a00100000", Reason.BAD_CWT),
    ],
    ids=range(35),
)
def test_claims_that_are_refused(payload: str, reason: Reason) -> None:
    large = Limits(json_bytes=LIMITS.status_list_json_bytes)
    assert reason_of(sealed(payload=bytes.fromhex(payload)), limits=large) is reason


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        ("a1010a", 10),
        ("a1011800", 0),  # longer than it need be, and still one value
        ("a1011bffffffffffffffff", 2**64 - 1),
        ("a1013bffffffffffffffff", -(2**64)),
        ("a101f93800", 0.5),
        ("a101fb" + struct.pack(">d", 1.1).hex(), 1.1),
        ("a101" + "81" * 7 + "00", [[[[[[[0]]]]]]]),
    ],
)
def test_claims_that_are_read(payload: str, value: Any) -> None:
    cwt = read_cwt(sealed(payload=bytes.fromhex(payload)), media_type=KIND)
    assert cwt.claims == {1: value}


def test_size() -> None:
    assert reason_of(signed(), limits=Limits(json_bytes=10)) is Reason.TOO_LARGE
