"""Ed25519 keys, and the forgeries that some libraries accept."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from multiformats import multibase, multicodec

from amana import keys
from amana.errors import InputError, VerificationError
from amana.keys import PublicKey, SecretKey
from amana.multibase import encode_base58
from amana.reasons import Reason
from tests.amana_samples import key, refused
from tests.deterministic import randomness

LIBRARIES = ["libsodium", *(["zebra"] if vars(keys)["_zebra"] else [])]
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every library that may be under it, one after the other."""
    if request.param == "libsodium":
        monkeypatch.setattr(keys, "_zebra", None)
    return str(request.param)


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points on the curve, as RFC 8032 writes it, in affine coordinates."""
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P)
    return x % P, y % P


@cache
def times(n: int, point: tuple[int, int]) -> tuple[int, int]:
    found = (0, 1)
    while n:
        if n & 1:
            found = add(found, point)
        point = add(point, point)
        n >>= 1
    return found


@cache
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


@pytest.mark.usefixtures("library")
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


@pytest.mark.usefixtures("library")
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


@pytest.mark.usefixtures("library")
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


@pytest.mark.usefixtures("library")
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


@pytest.mark.usefixtures("library")
def test_keys_that_lie_on_no_curve_verify_nothing() -> None:
    off = next(raw for n in range(2, 100) if not on_curve(n) for raw in [encoded(n)])
    public = PublicKey(off)
    found = refused(lambda: public.verify(b"m", key("a").sign(b"m")), error=VerificationError)
    assert found is Reason.BAD_SIGNATURE


def on_curve(y: int) -> bool:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1


# -- signatures with a part of small order ----------------------------------------------------

BASE_Y = 4 * pow(5, -1, P) % P


@cache
def base() -> tuple[int, int]:
    """The base point (RFC 8032, section 5.1): y = 4/5, x even."""
    square = (BASE_Y * BASE_Y - 1) * pow(D * BASE_Y * BASE_Y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (P - x if x & 1 else x), BASE_Y


def packed(point: tuple[int, int]) -> bytes:
    x, y = point
    return encoded(y, x & 1)


def forged(
    scalar: int, commitment: bytes, r: int, message: bytes, *, public: bytes | None = None
) -> tuple[bytes, bytes]:
    """Key and signature with S = r + hash(R, A, M) * scalar, whatever R and A are said to be."""
    raw = packed(times(scalar, base())) if public is None else public
    challenge = int.from_bytes(hashlib.sha512(commitment + raw + message).digest(), "little")
    s = (r + challenge * scalar) % L
    return raw, commitment + s.to_bytes(32, "little")


def believed(raw: bytes, message: bytes, signature: bytes) -> bool:
    try:
        PublicKey(raw).verify(message, signature)
    except (InputError, VerificationError):
        return False
    return True


SCALAR = int.from_bytes(randomness("scalar")(32), "little") % L
NONCE = int.from_bytes(randomness("nonce")(32), "little") % L
SMALL = sorted(small_order_points())


@pytest.mark.usefixtures("library")
def test_the_test_s_own_arithmetic_signs() -> None:
    """Without this, every refusal below could be a slip of the test."""
    raw, signature = forged(SCALAR, packed(times(NONCE, base())), NONCE, b"a card")
    assert believed(raw, b"a card", signature)
    assert not believed(raw, b"another card", signature)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("point", SMALL)
@pytest.mark.parametrize("sign", [0, 1])
def test_every_commitment_of_small_order_is_refused(point: tuple[int, int], sign: int) -> None:
    """R = [0]B + T: the equation holds, with cofactor at least (RFC 8032, section 5.1.7; C93)."""
    for number in range(8):  # of some messages even without cofactor
        message = bytes([number])
        for y in (point[1], point[1] + P):
            if y < 2**255:
                raw, signature = forged(SCALAR, encoded(y, sign), 0, message)
                assert not believed(raw, message, signature)


@pytest.mark.usefixtures("library")
def test_every_commitment_that_is_not_canonical_is_refused() -> None:
    """All nineteen y from p on, with both signs: two texts for one point (C93)."""
    for y in range(P, 2**255):
        for sign in (0, 1):
            raw, signature = forged(SCALAR, encoded(y, sign), 0, b"a card")
            assert not believed(raw, b"a card", signature)
    # Their last byte is the same, and they are below p: read, and found not to fit.
    for y in (P - 1, P - 2, 2**255 - 2**8, 2**255 - 2**8 - 1):
        raw, signature = forged(SCALAR, encoded(y), 0, b"a card")
        assert not believed(raw, b"a card", signature)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("point", SMALL)
def test_every_key_of_small_order_is_refused(point: tuple[int, int]) -> None:
    """Under such a key S = r fits every message; also where PublicKey's own check was passed by."""
    commitment = packed(times(NONCE, base()))
    raw, signature = forged(0, commitment, NONCE, b"a card", public=packed(point))
    assert not believed(raw, b"a card", signature)
    assert refused(partial(PublicKey, raw), error=InputError) is Reason.BAD_KEY


@pytest.mark.usefixtures("library")
def test_a_signature_with_more_than_the_group_order_is_refused() -> None:
    """S + L, S + 2L … up to 2^256: the same number to whoever does not look (C93)."""
    raw, signature = forged(SCALAR, packed(times(NONCE, base())), NONCE, b"a card")
    s = int.from_bytes(signature[32:], "little")
    for times_l in range(1, 2**256 // L):
        again = signature[:32] + (s + times_l * L).to_bytes(32, "little")
        assert not believed(raw, b"a card", again)


def test_the_one_difference_between_the_libraries(library: str) -> None:
    """R with a part of small order that only whoever has the secret could put there (ADR 0013).

    With cofactor the equation holds, without it does not. The message is the signer's own in
    either case: nobody else can make such a signature, and none of it changes what was signed.
    """
    for torsion in SMALL:
        mixed = packed(add(times(NONCE, base()), torsion))
        raw, signature = forged(SCALAR, mixed, NONCE, b"a card")
        plain = torsion == (0, 1)
        assert believed(raw, b"a card", signature) is (plain or library == "zebra")
        assert not believed(raw, b"another card", signature)
        # Who has not the secret number, and guesses another one, gets nowhere.
        _, guessed = forged(SCALAR + 1, mixed, NONCE, b"a card", public=raw)
        assert not believed(raw, b"a card", guessed)


def test_keys_with_a_part_of_small_order(library: str) -> None:
    """The same for A: its owner made it so, and some of his messages verify in one library only."""
    outcomes = set()
    for torsion in SMALL:
        raw = packed(add(times(SCALAR, base()), torsion))
        for number in range(4):
            message = bytes([number])
            commitment = packed(times(NONCE, base()))
            _, signature = forged(SCALAR, commitment, NONCE, message, public=raw)
            outcomes.add(believed(raw, message, signature))
            if torsion == (0, 1):
                assert believed(raw, message, signature)
            _, guessed = forged(SCALAR + 1, commitment, NONCE, message, public=raw)
            assert not believed(raw, message, guessed)
    assert outcomes == ({True} if library == "zebra" else {True, False})


@pytest.mark.usefixtures("library")
def test_both_libraries_take_what_either_could_have_signed() -> None:
    for number in range(50):
        secret = SecretKey(randomness(f"both {number}")(32))
        message = randomness(f"message {number}")(number * 7)
        signature = secret.sign(message)
        assert believed(secret.public.raw, message, signature)
        place, bit = number % 64, number % 8
        flipped = bytearray(signature)
        flipped[place] ^= 1 << bit
        assert not believed(secret.public.raw, message, bytes(flipped))


def test_the_key_names_its_algorithm() -> None:
    assert key("issuer").public.algorithm == "EdDSA"
