"""Ed25519 keys, and the forgeries that some libraries accept."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multiformats import multibase, multicodec

from amana.errors import InputError, VerificationError
from amana.keys import PublicKey, SecretKey
from amana.multibase import encode_base58
from amana.reasons import Reason
from tests.amana_samples import key, refused
from tests.deterministic import randomness

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points on the curve, as RFC 8032 writes it, in affine coordinates."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P)
    return x % P, y % P


def times(n: int, point: tuple[int, int]) -> tuple[int, int]:
    found = (0, 1)
    while n:
        if n & 1:
            found = add(found, point)
        point = add(point, point)
        n >>= 1
    return found


def small_order_points() -> set[tuple[int, int]]:
    """The eight points that eight times give the identity, found by multiplying points by L."""
    found: set[tuple[int, int]] = set()
    y = 2
    while len(found) < 8:
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        if (x * x - square) % P:
            x = x * pow(2, (P - 1) // 4, P) % P
        if (x * x - square) % P == 0:
            generator = times(L, (x, y))
            found |= {times(n, generator) for n in range(8)}
        y += 1
    return found


def test_signatures_agree_with_another_library() -> None:
    for number in range(20):
        seed, message = randomness(f"seed {number}")(32), randomness(f"message {number}")(number)
        other = Ed25519PrivateKey.from_private_bytes(seed)
        secret = SecretKey(seed)
        assert secret.sign(message) == other.sign(message)
        assert secret.public.raw == other.public_key().public_bytes_raw()
        secret.public.verify(message, other.sign(message))


def test_multikey_agrees_with_another_library() -> None:
    public = key("issuer").public
    wrapped = multicodec.wrap("ed25519-pub", public.raw)
    assert public.multikey == multibase.encode(wrapped, "base58btc")
    assert public.multikey.startswith("z6Mk")
    assert PublicKey.from_multikey(public.multikey) == public
    assert public.did == f"did:key:{public.multikey}"


def test_generate_takes_its_seed_from_the_randomness_it_is_given() -> None:
    asked: list[int] = []

    def source(size: int) -> bytes:
        asked.append(size)
        return bytes(range(size))

    assert SecretKey.generate(source) == SecretKey(bytes(range(32)))
    assert asked == [32]


def test_a_secret_key_never_shows_its_seed() -> None:
    secret = SecretKey(b"\x11" * 32)
    shown = repr(secret) + str(secret)
    assert "seed" not in shown
    assert "x11" not in shown
    assert "1111" not in shown
    assert repr(secret.public) in shown


@pytest.mark.parametrize("seed", [b"", b"\0" * 31, b"\0" * 33, "0" * 32, bytearray(32), None])
def test_no_seed(seed: Any) -> None:
    assert refused(lambda: SecretKey(seed), error=InputError) is Reason.BAD_KEY


@pytest.mark.parametrize("raw", [b"", b"\2" * 31, b"\2" * 33, "2" * 32, bytearray(b"\2" * 32), 5])
def test_no_public_key(raw: Any) -> None:
    assert refused(lambda: PublicKey(raw), error=InputError) is Reason.BAD_KEY


def test_all_eight_points_of_small_order_are_refused() -> None:
    """Under such a key anybody can sign; with both sign bits, canonical or not."""
    points = small_order_points()
    assert len({y for _, y in points}) == 5
    for _, y in points:
        for sign in (0, 1):
            raw = encoded(y, sign)
            assert refused(partial(PublicKey, raw), error=InputError) is Reason.BAD_KEY
            text = encode_base58(b"\xed\x01" + raw)
            assert refused(partial(PublicKey.from_multikey, text)) is Reason.BAD_KEY


@pytest.mark.parametrize("y", [P, P + 1, P + 2, P + 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_keys_that_are_not_canonical_are_refused(y: int, sign: int) -> None:
    assert refused(lambda: PublicKey(encoded(y, sign)), error=InputError) is Reason.BAD_KEY


def test_the_made_up_signature_that_others_accept() -> None:
    """Key 01 00..00 is the identity: R = [S]B fits every message, for libraries that do not look.

    `cryptography` (OpenSSL) accepts it, so the key is refused before any library is asked.
    """
    raw = b"\x01" + bytes(31)
    forged = b"\x01" + bytes(63)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(raw).verify(forged, b"I owe you a house")
    assert refused(lambda: PublicKey(raw), error=InputError) is Reason.BAD_KEY
    # And if the check at creation were passed by, libsodium refuses the signature still.
    slipped = object.__new__(PublicKey)
    object.__setattr__(slipped, "raw", raw)
    assert (
        refused(lambda: slipped.verify(b"I owe you a house", forged), error=VerificationError)
        is Reason.BAD_SIGNATURE
    )


def test_one_signature_has_one_form() -> None:
    """S + L is the same number to a careless verifier (RFC 8032, section 8.4)."""
    secret, message = key("issuer"), b"a card"
    signature = secret.sign(message)
    secret.public.verify(message, signature)
    s = int.from_bytes(signature[32:], "little")
    for bad in (
        signature[:32] + (s + L).to_bytes(32, "little"),
        signature[:63] + bytes([signature[63] ^ 0x80]),
        signature[:31] + bytes([signature[31] ^ 0x80]) + signature[32:],
        bytes(32) + signature[32:],
        signature[:32] + bytes(32),
        bytes(64),
    ):
        found = refused(partial(secret.public.verify, message, bad), error=VerificationError)
        assert found is Reason.BAD_SIGNATURE


def test_a_commitment_of_small_order_is_refused() -> None:
    """R of small order, with an S that solves the equation: refused, as RFC 8032 lets one do."""
    seed = randomness("small R")(32)
    digest = hashlib.sha512(seed).digest()
    a = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    secret, message, commitment = SecretKey(seed), b"a card", encoded(1)
    challenge = hashlib.sha512(commitment + secret.public.raw + message).digest()
    s = int.from_bytes(challenge, "little") * a % L
    forged = commitment + s.to_bytes(32, "little")
    found = refused(lambda: secret.public.verify(message, forged), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("size", [0, 1, 63, 65, 128])
def test_signatures_have_64_bytes(size: int) -> None:
    found = refused(lambda: key("a").public.verify(b"m", bytes(size)), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


def test_another_message_or_key_is_refused() -> None:
    signature = key("a").sign(b"m")
    for public, message in ((key("a").public, b"M"), (key("b").public, b"m")):
        with pytest.raises(VerificationError) as caught:
            public.verify(message, signature)
        assert caught.value.reason is Reason.BAD_SIGNATURE


@pytest.mark.parametrize(
    ("prefix", "size", "reason"),
    [
        (b"\xec\x01", 32, Reason.BAD_KEY),  # x25519-pub
        (b"\x80\x26", 32, Reason.BAD_KEY),  # ed25519-priv
        (b"\xed\x00", 32, Reason.BAD_KEY),
        (b"\xed\x01", 31, Reason.BAD_MULTIBASE),
        (b"\xed\x01", 33, Reason.BAD_MULTIBASE),
        (b"", 32, Reason.BAD_MULTIBASE),
    ],
)
def test_other_multikeys_are_refused(prefix: bytes, size: int, reason: Reason) -> None:
    text = encode_base58(prefix + b"\x77" * size)
    assert refused(lambda: PublicKey.from_multikey(text), error=InputError) is reason


def test_keys_that_lie_on_no_curve_verify_nothing() -> None:
    off = next(raw for n in range(2, 100) if not on_curve(n) for raw in [encoded(n)])
    public = PublicKey(off)
    found = refused(lambda: public.verify(b"m", key("a").sign(b"m")), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


def on_curve(y: int) -> bool:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1
