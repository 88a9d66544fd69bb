"""Signed notes: the vectors of Go's sumdb, and every way to spoil a note or a key."""

import base64

import pytest

from amana.errors import AmanaError, InputError, VerificationError
from amana.keys import SecretKey
from amana.limits import Limits
from amana.reasons import Reason
from tests.log_lab import KEY, ORIGIN, SECRET, key_of
from trust_registry.notes import VerifierKey, from_base64, open_note, read_verifier_key, sign_note

# The key pair and the note that Go's sumdb/note is documented with.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n— PeterNeumann {SIGNED}\n".encode()


def line(secret: SecretKey, key: VerifierKey, text: str) -> str:
    return sign_note(text, key=key, sign=secret.sign).decode().rpartition("\n\n")[2]


def test_the_published_key_and_note_are_read_and_written_alike() -> None:
    key = read_verifier_key(PETER)
    assert (key.name, key.id.hex(), key.text) == ("PeterNeumann", "c74f20a3", PETER)
    assert open_note(NOTE, key=key) == TEXT
    secret = SecretKey(base64.b64decode(PETER_SECRET)[1:])
    assert secret.public == key.public
    assert sign_note(TEXT, key=key, sign=secret.sign) == NOTE


@pytest.mark.parametrize(
    "text",
    [
        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
        "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",  # a plus in its base64
    ],
)
def test_more_published_keys(text: str) -> None:
    assert read_verifier_key(text).text == text


def test_no_part_of_a_key_and_no_changed_key_is_a_key() -> None:
    for begin in range(len(PETER)):
        for end in range(begin + 1, len(PETER) + 1):
            if (begin, end) != (0, len(PETER)):
                with pytest.raises(InputError):
                    read_verifier_key(PETER[begin:end])
    for place, char in enumerate(PETER):
        with pytest.raises(InputError):
            read_verifier_key(PETER[:place] + chr(ord(char) + 1) + PETER[place + 1 :])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", "bad-key"),
        ("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "key-kind-unknown"),
        (
            "remora.example+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            "key-kind-unknown",
        ),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "bad-key"),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "bad-key"),
        ("x" * 900 + PETER, "bad-key"),
        ("Peter+c74f20a3", "bad-key"),
        ("Peter\x07+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "bad-key"),
    ],
)
def test_bad_keys_have_their_reason(text: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        read_verifier_key(text)
    assert caught.value.reason == reason


def test_signatures_of_others_are_passed_over() -> None:
    """C2SP signed-note: at least sixteen are taken, and unknown ones prove and spoil nothing."""
    ours = line(SECRET, KEY, TEXT)
    others = [line(*key_of(f"witness {n}", f"witness{n}.example"), TEXT) for n in range(15)]
    assert open_note(f"{TEXT}\n{''.join([*others, ours])}".encode(), key=KEY) == TEXT
    # The same name with another key, the same key with another name: neither is ours.
    near = [line(*key_of("another"), TEXT), line(SECRET, VerifierKey("x", SECRET.public), TEXT)]
    assert open_note(f"{TEXT}\n{''.join([*near, ours])}".encode(), key=KEY) == TEXT
    with pytest.raises(VerificationError) as caught:
        open_note(f"{TEXT}\n{''.join(near)}".encode(), key=KEY)
    assert caught.value.reason is Reason.PROOF_MISSING
    with pytest.raises(InputError) as too_many:
        open_note(f"{TEXT}\n{ours * 17}".encode(), key=KEY)
    assert too_many.value.reason is Reason.BAD_LOG


def test_one_wrong_signature_of_ours_spoils_the_note() -> None:
    ours = line(SECRET, KEY, TEXT)
    wrong = f"— {ORIGIN} {base64.b64encode(KEY.id + bytes(64)).decode()}\n"
    for signatures in (wrong, ours + wrong, wrong + ours):
        with pytest.raises(VerificationError) as caught:
            open_note(f"{TEXT}\n{signatures}".encode(), key=KEY)
        assert caught.value.reason is Reason.BAD_SIGNATURE


def test_the_last_empty_line_parts_text_and_signatures() -> None:
    text = "one\n\ntwo\n\n\nthree\n"
    assert open_note(sign_note(text, key=KEY, sign=SECRET.sign), key=KEY) == text


GOOD = line(SECRET, KEY, TEXT)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.BAD_LOG),
        (b"\xff", Reason.NOT_UTF8),
        (TEXT.encode(), Reason.BAD_LOG),
        (f"{TEXT}\n".encode(), Reason.BAD_LOG),
        (f"{TEXT}{GOOD}".encode(), Reason.BAD_LOG),
        (f"\n\n{GOOD}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD}".removesuffix("\n").encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD}extra\n".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD}".replace("cry", "c\ry").encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD}".replace("cry", "c\ty").encode(), Reason.BAD_LOG),
        (f"{TEXT}\n- {GOOD[2:]}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n—{GOOD[2:]}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD.replace(ORIGIN, '')}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD.replace(ORIGIN, 'a+b')}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD.replace(ORIGIN, 'a' + chr(0xA0))}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n{GOOD.replace(ORIGIN + ' ', ORIGIN)}".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n— {ORIGIN} AAAAAA==\n".encode(), Reason.BAD_LOG),
        (f"{TEXT}\n— {ORIGIN} AAAAAAE=\n".replace("E=", "F=").encode(), Reason.BAD_LOG),
        (f"{TEXT}\n— {ORIGIN} é\n".encode(), Reason.BAD_LOG),
    ],
)
def test_malformed_notes_are_refused(data: bytes, reason: Reason) -> None:
    with pytest.raises(InputError) as caught:
        open_note(data, key=KEY)
    assert caught.value.reason is reason


def test_a_note_is_bounded() -> None:
    note = sign_note(TEXT, key=KEY, sign=SECRET.sign)
    assert open_note(note, key=KEY, limits=Limits(log_note_bytes=len(note))) == TEXT
    with pytest.raises(InputError) as caught:
        open_note(note, key=KEY, limits=Limits(log_note_bytes=len(note) - 1))
    assert caught.value.reason is Reason.TOO_LARGE


def test_no_byte_of_a_note_may_change() -> None:
    for place in range(len(NOTE)):
        spoiled = NOTE[:place] + bytes([NOTE[place] ^ 1]) + NOTE[place + 1 :]
        with pytest.raises(AmanaError):
            open_note(spoiled, key=read_verifier_key(PETER))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "a\ud800", "a\u202e"])
def test_names_that_no_key_has(name: str) -> None:
    with pytest.raises(InputError) as caught:
        VerifierKey(name, SECRET.public)
    assert caught.value.reason is Reason.BAD_KEY


@pytest.mark.parametrize("text", ["A", "AA", "AB==", "AA==\n", " AA==", "AA-_", "é"])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(InputError) as caught:
        from_base64(text, Reason.BAD_LOG)
    assert caught.value.reason is Reason.BAD_LOG
    assert from_base64("AA==", Reason.BAD_LOG) == b"\x00"
