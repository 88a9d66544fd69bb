"""Pictures, QR texts, JSON and JSON lines: read in their order, the unreadable ones named."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from amana.errors import AmanaError, InputError
from amana.limits import LIMITS
from amana.qr.images import draw
from amana.qr.text import Kind, encode
from amana.reasons import Reason
from tests.wallet_world import World, key_of
from wallet_app.incoming import challenge_in, credentials_in

WORLD = World()
ONE = WORLD.credential(key_of("a").public.did)
TWO = WORLD.credential(key_of("b").public.did, claims={"name": "ሰላም"})
ASKED = WORLD.challenge()
TEXT = encode(Kind.CREDENTIAL, ONE)
ASKED_TEXT = encode(Kind.CHALLENGE, ASKED)


def _told(data: bytes) -> list[Any]:
    return [item.reason if isinstance(item, AmanaError) else item for item in credentials_in(data)]


def _lines(*documents: Any) -> bytes:
    return b"".join(json.dumps(d, ensure_ascii=False).encode() + b"\n" for d in documents)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (_lines(ONE), [ONE]),
        (json.dumps(ONE, indent=2).encode(), [ONE]),
        (b"\n  " + _lines(ONE), [ONE]),
        (_lines(ONE, TWO), [ONE, TWO]),
        (_lines(ONE) + b"\n\n" + _lines(TWO), [ONE, TWO]),
        (_lines(ONE) + _lines(TWO)[:100], [ONE, Reason.NOT_JSON]),
        (_lines(ONE).replace(b"\n", b"\r\n"), [ONE]),
        (b"{broken", [Reason.NOT_JSON]),
        (TEXT.encode(), [ONE]),
        (f"{TEXT}\r\n\n{encode(Kind.CREDENTIAL, TWO)}\n".encode(), [ONE, TWO]),
        (f"{TEXT}\nHC1:OTHER".encode(), [ONE, Reason.NOT_OUR_QR]),
        (TEXT.encode()[:-3], [Reason.BAD_QR_TEXT]),
        (ASKED_TEXT.encode(), [Reason.NOT_OUR_QR]),
        (draw(TEXT).png, [ONE]),
    ],
)
def test_what_comes_in_is_read_in_its_order(data: bytes, found: list[Any]) -> None:
    assert _told(data) == found


def test_a_text_is_never_trimmed() -> None:
    """Spaces belong to base45: one more at the end makes another text, and a bad one."""
    assert _told(f"{TEXT} \n".encode()) == [Reason.BAD_QR_TEXT]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n\t", Reason.EMPTY),
        (b"\x89PNG\r\n\x1a\nbroken", Reason.BAD_PICTURE),
        (b"\xff\xfe\x00", Reason.BAD_PICTURE),
        (bytes(LIMITS.wallet_file_bytes + 1), Reason.TOO_LARGE),
        (b"{}\n" * (LIMITS.wallet_keys + 1), Reason.TOO_LARGE),
        (b"AV\n" * (LIMITS.wallet_keys + 1), Reason.TOO_LARGE),
    ],
)
def test_what_can_not_be_read_at_all_is_an_input_error(data: bytes, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        credentials_in(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "data",
    [
        _lines(ASKED),
        encode(Kind.CHALLENGE, ASKED).encode(),
        draw(encode(Kind.CHALLENGE, ASKED)).png,
    ],
)
def test_a_challenge_is_read_from_all_three(data: bytes) -> None:
    assert challenge_in(data) == ASKED


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_lines(ASKED, ASKED), Reason.NOT_OUR_QR),
        (TEXT.encode(), Reason.NOT_OUR_QR),
        (b"{", Reason.NOT_JSON),
    ],
)
def test_one_challenge_is_needed(data: bytes, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        challenge_in(data)
    assert caught.value.reason is reason


def test_without_a_picture_library_the_person_learns_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amana.qr.images", None)
    with pytest.raises(InputError) as caught:
        credentials_in(draw(TEXT).png)
    assert caught.value.reason is Reason.MISSING_LIBRARY
