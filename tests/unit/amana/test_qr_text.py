"""QR texts: lossless, never trimmed, and a damaged code is called damaged."""

from __future__ import annotations

from functools import partial
from typing import Any

import base45
import pytest

from amana.errors import InputError
from amana.jcs import canonical
from amana.limits import Limits
from amana.qr import deflate
from amana.qr.text import Kind, decode, encode, pack, unpack
from amana.reasons import Outcome, Reason
from tests.amana_samples import challenge, credential, presentation, refused
from tests.deterministic import randomness

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def text_of(packed: bytes, prefix: str = "AVC1R") -> str:
    return prefix + base45.b45encode(packed).decode()


@pytest.mark.parametrize(
    ("kind", "document", "prefix"),
    [
        (Kind.CREDENTIAL, credential(), "AVC1R"),
        (Kind.PRESENTATION, presentation(), "AVP1R"),
        (Kind.CHALLENGE, challenge(), "AVR1R"),
        (Kind.CREDENTIAL, {}, "AVC1R"),
        (Kind.CREDENTIAL, {"name": "ነጋሽ", "b": [None, True, -5], "\U0001f600": "\ue000"}, "AVC1R"),
    ],
)  # fmt: skip
def test_round_trip(kind: Kind, document: Any, prefix: str) -> None:
    text = encode(kind, document)
    assert text.startswith(prefix)
    assert set(text) <= ALPHANUMERIC
    found_kind, found = decode(text)
    assert (found_kind, canonical(found)) == (kind, canonical(document))


def test_the_first_byte_names_the_codec() -> None:
    assert pack(b"{}")[0] == deflate.CODEC == 1
    assert unpack(pack(b"{}")) == b"{}"
    for codec in (0, 2, 255):
        packed = bytes([codec]) + pack(b"{}")[1:]
        found = refused(partial(decode, text_of(packed)), error=InputError)
        assert found is Reason.UNKNOWN_CODEC
        assert found.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "HC1:NCFOXN", "shc:/56762909", "VC1-R", "VP1-B", "mdoc:owB", "openid4vp://?x",
        "openid-credential-offer://", "WIFI:S:x;;", "https://a.example", "http://a", "BEGIN:VCARD",
        "AVC1", "AVC2R00", "avc1r00", "AVC1X00", " AVC1R00", "AVF1R00", "hello", "AVX1R",
    ],
)  # fmt: skip
def test_codes_that_are_not_ours(text: str) -> None:
    found = refused(lambda: decode(text), error=InputError)
    assert found is Reason.NOT_OUR_QR
    assert found.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    "body",
    [
        "", "0", "0000", ":::", "::", "0a0", "é00", "00\n", "00\u0660", "000\x00", "\ud80000",
        base45.b45encode(b"").decode(), base45.b45encode(b"\x01").decode(),
        base45.b45encode(b"\x01\x00\x00").decode(),
    ],
)  # fmt: skip
def test_bodies_that_are_refused(body: str) -> None:
    assert refused(lambda: decode("AVC1R" + body), error=InputError) is Reason.BAD_QR_TEXT


def test_a_scan_is_never_trimmed() -> None:
    """A base45 text contains spaces, and may begin or end with one."""
    seen = 0
    for number in range(300):
        text = encode(Kind.CREDENTIAL, {"n": number})
        if text[5:] != text[5:].strip():
            seen += 1
            assert decode(text) == (Kind.CREDENTIAL, {"n": number})
            assert refused(partial(decode, text[:5] + text[5:].strip())) is (Reason.BAD_QR_TEXT)
    assert seen > 0
    text = encode(Kind.CREDENTIAL, {})
    for spoiled in (text + " ", text + "\n", text[:5] + " " + text[5:], text + text[5:]):
        found = refused(partial(decode, spoiled), error=InputError)
        assert found in {Reason.BAD_QR_TEXT, Reason.UNKNOWN_CODEC}


def test_every_single_changed_byte_is_found() -> None:
    packed = pack(canonical(credential()))
    for at in range(len(packed)):
        for bit in (0x01, 0x10, 0x80):
            changed = bytearray(packed)
            changed[at] ^= bit
            found = refused(partial(decode, text_of(bytes(changed))))
            assert found in {Reason.BAD_QR_TEXT, Reason.UNKNOWN_CODEC}


def test_every_single_changed_character_is_found() -> None:
    text = encode(Kind.CREDENTIAL, {"a": "some words that are long enough"})
    for at in range(5, len(text)):
        for character in "0 :A":
            if text[at] != character:
                changed = text[:at] + character + text[at + 1 :]
                refused(partial(decode, changed), error=InputError)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"", Reason.NOT_JSON),
        (b"[]", Reason.BAD_QR_TEXT),
        (b"null", Reason.BAD_QR_TEXT),
        (b"{} ", Reason.BAD_QR_TEXT),
        (b'{"b":1,"a":2}', Reason.BAD_QR_TEXT),
        (b'{"a": 1}', Reason.BAD_QR_TEXT),
        (rb'{"a":"\u0041"}', Reason.BAD_QR_TEXT),
        (b'{"a":1,"a":1}', Reason.DUPLICATE_KEY),
        (b'{"a":1.5}', Reason.FLOAT_FORBIDDEN),
        (b'{"a":"\xff"}', Reason.NOT_UTF8),
        (b"[" * 40 + b"]" * 40, Reason.TOO_DEEP),
    ],
)
def test_documents_that_are_refused_inside_a_good_code(written: bytes, reason: Reason) -> None:
    """One document has one code: what is not in canonical form is refused."""
    assert refused(lambda: decode(text_of(pack(written))), error=InputError) is reason


def test_what_no_code_can_hold() -> None:
    noise = {"a": randomness("noise")(3_000).hex()}
    assert refused(lambda: encode(Kind.CREDENTIAL, noise), error=InputError) is Reason.TOO_LARGE
    assert refused(lambda: decode("AVC1R" + "0" * 4_292), error=InputError) is Reason.TOO_LARGE
    bomb = pack(b'{"a":"' + b"x" * 70_000 + b'"}')
    assert len(bomb) < 300
    assert refused(lambda: decode(text_of(bomb)), error=InputError) is Reason.TOO_LARGE
    assert refused(lambda: encode(Kind.CREDENTIAL, {"a": "x" * 70_000})) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"a": (1, 2)}, Reason.BAD_QR_TEXT),
        ({"a": 1.5}, Reason.FLOAT_FORBIDDEN),
        ({"a": "\ud800"}, Reason.LONE_SURROGATE),
        ({"a": 2**53}, Reason.INTEGER_RANGE),
    ],
)
def test_documents_that_do_not_survive_are_not_encoded(document: Any, reason: Reason) -> None:
    assert refused(lambda: encode(Kind.CREDENTIAL, document), error=InputError) is reason


def test_other_limits() -> None:
    text = encode(Kind.CREDENTIAL, {"a": "x" * 100})
    assert refused(lambda: decode(text, limits=Limits(qr_text_chars=10))) is Reason.TOO_LARGE
    assert refused(lambda: decode(text, limits=Limits(qr_document_bytes=50))) is Reason.TOO_LARGE
    assert refused(lambda: decode(text, limits=Limits(json_bytes=50))) is Reason.TOO_LARGE


def test_nothing_packed() -> None:
    assert refused(lambda: unpack(b""), error=InputError) is Reason.BAD_QR_TEXT
