"""P-256 for verification: points, forms, and signatures that only look like some (C93)."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from multiformats import multibase, multicodec

from amana import p256
from amana.errors import InputError, VerificationError
from amana.multibase import encode_base58
from amana.p256 import P256PublicKey
from amana.reasons import Reason
from tests.amana_samples import key, refused
from tests.jose_samples import ORDER, P256Key

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
KEYS = [P256Key(f"p256 {number}") for number in range(6)]


def library_point(point: P256PublicKey) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point.raw)


@pytest.mark.parametrize("signer", KEYS, ids=range(len(KEYS)))
def test_points_agree_with_another_library(signer: P256Key) -> None:
    public = signer.public
    found = library_point(public)
    assert found.public_bytes(Encoding.X962, PublicFormat.CompressedPoint) == public.raw
    numbers = found.public_numbers()
    x, y = public.coordinates
    assert (int.from_bytes(x, "big"), int.from_bytes(y, "big")) == (numbers.x, numbers.y)
    assert P256PublicKey.from_coordinates(x, y) == public
    assert public.algorithm == "ES256"


def test_both_halves_of_the_curve_are_met() -> None:
    assert {signer.public.raw[0] for signer in KEYS} == {2, 3}


def test_multikey_agrees_with_another_library() -> None:
    public = KEYS[0].public
    wrapped = multicodec.wrap("p256-pub", public.raw)
    assert public.multikey == multibase.encode(wrapped, "base58btc")
    assert public.multikey.startswith("zDn")
    assert P256PublicKey.from_multikey(public.multikey) == public
    assert public.did == f"did:key:{public.multikey}"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\0", bytes(33), b"\2" * 32, b"\2" * 34, "2" * 33, None, bytearray(b"\2" * 33),
        b"\4" + bytes(64), b"\4" + bytes(32), b"\x02" + P.to_bytes(32, "big"),
        b"\x02" + (P + 5).to_bytes(32, "big"), b"\x03" + b"\xff" * 32,
    ],
)  # fmt: skip
def test_no_point(raw: Any) -> None:
    assert refused(lambda: P256PublicKey(raw), error=InputError) is Reason.BAD_KEY


def test_an_x_without_a_point_is_refused() -> None:
    """About every other x has none; another library says the same of each."""
    counts = {True: 0, False: 0}
    for x in range(1, 40):
        raw = b"\x02" + x.to_bytes(32, "big")
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        except ValueError:
            counts[False] += 1
            assert refused(partial(P256PublicKey, raw), error=InputError) is Reason.BAD_KEY
        else:
            counts[True] += 1
            assert P256PublicKey(raw).raw == raw
    assert min(counts.values()) > 5


def test_coordinates_off_the_curve_are_refused() -> None:
    x, y = KEYS[0].public.coordinates
    other_x, _ = KEYS[1].public.coordinates
    number = int.from_bytes(y, "big")
    wrong = [
        (x, (number ^ 2).to_bytes(32, "big")),
        (other_x, y),
        (bytes(32), bytes(32)),
        (x, P.to_bytes(32, "big")),
        (x, b"\xff" * 32),
        (x[1:], y),
        (x, y[1:]),
        (b"\0" + x, y),
        (x, b"\0" + y),
        (b"", b""),
    ]
    for pair in wrong:
        found = refused(partial(P256PublicKey.from_coordinates, *pair), error=InputError)
        assert found is Reason.BAD_KEY
    mirrored = P256PublicKey.from_coordinates(x, (P - number).to_bytes(32, "big"))
    assert mirrored != KEYS[0].public


@pytest.mark.parametrize(
    ("prefix", "size", "reason"),
    [
        (b"\x81\x24", 33, Reason.BAD_KEY),  # p384-pub
        (b"\x80\x25", 33, Reason.BAD_KEY),
        (b"\x80\x24", 32, Reason.BAD_MULTIBASE),
        (b"\x80\x24", 34, Reason.BAD_MULTIBASE),
        (b"\x80\x24", 65, Reason.BAD_MULTIBASE),
        (b"\xed\x01", 32, Reason.BAD_MULTIBASE),
    ],
)
def test_other_multikeys_are_refused(prefix: bytes, size: int, reason: Reason) -> None:
    text = encode_base58(prefix + b"\2" * size)
    assert refused(lambda: P256PublicKey.from_multikey(text), error=InputError) is reason


def test_signatures_of_another_library_verify() -> None:
    for signer in KEYS:
        signer.public.verify(b"a card", signer.sign(b"a card"))


def test_what_is_no_signature_is_refused() -> None:
    signer = KEYS[0]
    good = signer.sign(b"a card")
    r, s = good[:32], good[32:]
    wrong = [
        b"",
        good[:63],
        good + b"\0",
        signer.sign_der(b"a card"),
        bytes(64),
        bytes(32) + s,
        r + bytes(32),
        ORDER.to_bytes(32, "big") + s,
        r + ORDER.to_bytes(32, "big"),
        r + b"\xff" * 32,
        s + r,
        signer.sign(b"another card"),
        KEYS[1].sign(b"a card"),
    ]
    for bad in wrong:
        found = refused(partial(signer.public.verify, b"a card", bad), error=VerificationError)
        assert found is Reason.BAD_SIGNATURE


def test_one_signature_has_two_forms() -> None:
    """ES256 is malleable, so nothing may take a signature for a name that occurs once."""
    signer = KEYS[0]
    good = signer.sign(b"a card")
    other = good[:32] + (ORDER - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
    assert other != good
    signer.public.verify(b"a card", other)


def test_without_the_library_it_is_only_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    p256._loaded.cache_clear()
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ec", None)
    call = partial(KEYS[0].public.verify, b"a card", bytes(31) + b"\1" + bytes(31) + b"\1")
    assert refused(call, error=InputError) is Reason.MISSING_LIBRARY
    assert P256PublicKey(KEYS[0].public.raw) == KEYS[0].public


def test_an_ed25519_key_is_no_p256_key() -> None:
    text = key("issuer").public.multikey
    assert refused(lambda: P256PublicKey.from_multikey(text)) is Reason.BAD_MULTIBASE
