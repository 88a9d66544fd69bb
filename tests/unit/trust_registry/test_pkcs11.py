"""Keys in tokens: addresses, and what a token may do or refuse, on a token in memory."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pkcs11 as library
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pkcs11 import Attribute, KeyType, TokenFlag

from amana.errors import InputError, VerificationError
from amana.keys import SecretKey
from amana.reasons import Reason
from tests.pkcs11_fake import MODULE, NAMED, OID, PIN, Module, Token
from trust_registry import pkcs11
from trust_registry.pkcs11 import KeyAddress, read_address

WHERE = f"?module-path={MODULE}"
ADDRESS = KeyAddress(module=MODULE, token="member 1", label="signing", id=b"\x01")


def pin() -> bytes:
    return PIN.encode()


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Module:
    made = Module()
    monkeypatch.setattr(library, "lib", made)
    return made


@pytest.fixture
def token(module: Module) -> Token:
    return module.tokens[0]


def refused(reason: Reason, call: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.reason is reason
    assert PIN not in str(caught.value)
    return caught.value


# --- addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"pkcs11:token=a;object=b{WHERE}", KeyAddress(module=MODULE, token="a", label="b")),
        (
            f"PKCS11:serial=01;id=%00%ff{WHERE}",
            KeyAddress(module=MODULE, serial=b"01", id=b"\0\xff"),
        ),
        (
            f"pkcs11:token=Caf%C3%A9%20%3b;object=b;type=private{WHERE}",
            KeyAddress(module=MODULE, token="Café ;", label="b"),
        ),
        (
            f"pkcs11:id=1;serial=2;token=3;object=4{WHERE}",
            KeyAddress(module=MODULE, token="3", serial=b"2", label="4", id=b"1"),
        ),
    ],
)
def test_an_address_is_read_as_rfc_7512_has_it(text: str, expected: KeyAddress) -> None:
    assert read_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pkcs11",
        "pkcs11:",
        "/home/member.key",
        "file:token=a;object=b",
        f"pkcs11:token=a{WHERE}",
        f"pkcs11:object=b{WHERE}",
        "pkcs11:token=a;object=b",
        "pkcs11:token=a;object=b?module-path=libfake.so",
        "pkcs11:token=a;object=b?module-name=fake",
        f"pkcs11:token=a;token=a;object=b{WHERE}",
        f"pkcs11:token=a;object=b;{WHERE}",
        f"pkcs11:token=;object=b{WHERE}",
        f"pkcs11:token;object=b{WHERE}",
        f"pkcs11:token=a b;object=b{WHERE}",
        f"pkcs11:token=%zz;object=b{WHERE}",
        f"pkcs11:token=%ff;object=b{WHERE}",
        f"pkcs11:token=a%00;object=b{WHERE}",
        f"pkcs11:token=a;object=b;type=public{WHERE}",
        f"pkcs11:token=a;object=b;manufacturer=c{WHERE}",
        f"pkcs11:token=a;object=b;x-vendor=c{WHERE}",
        f"pkcs11:token=a;object=b{WHERE}&x-vendor=c",
        f"pkcs11:token={'a' * 2048};object=b{WHERE}",
    ],
)
def test_an_address_that_says_less_or_more_is_refused(text: str) -> None:
    refused(Reason.BAD_KEY_ADDRESS, lambda: read_address(text))


@pytest.mark.parametrize("secret", [f"pin-value={PIN}", f"pin-source=file:/{PIN}"])
def test_a_pin_in_an_address_is_refused_and_never_repeated(secret: str) -> None:
    refused(
        Reason.BAD_KEY_ADDRESS, lambda: read_address(f"pkcs11:token=a;object=b{WHERE}&{secret}")
    )
    refused(
        Reason.BAD_KEY_ADDRESS, lambda: read_address(f"pkcs11:token=a;{secret};object=b{WHERE}")
    )


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for whole in (text, f"pkcs11:{text}", f"pkcs11:token=a;object={text}{WHERE}"):
        refusal = None
        try:
            found = read_address(whole)
        except InputError as error:
            refusal = error.reason
        else:
            assert found.module.startswith("/")
        assert refusal in (None, Reason.BAD_KEY_ADDRESS)


# --- keys


def test_a_key_made_in_a_token_signs_and_stays_there(token: Token) -> None:
    """C112: a member's key can lie where nobody copies it."""
    made = pkcs11.make_key(ADDRESS, pin)
    opened = pkcs11.open_key(ADDRESS, pin)
    assert opened == made
    assert (made.extractable, made.demo) == (False, False)
    made.public.verify(b"a version", opened.sign(b"a version"))
    with pytest.raises(VerificationError):
        made.public.verify(b"another", opened.sign(b"a version"))
    assert token.sessions == 0
    assert PIN not in repr(opened)


def test_a_key_found_by_label_or_by_id_alone(token: Token) -> None:
    made = pkcs11.make_key(KeyAddress(module=MODULE, serial=b"0001", label="signing"), pin)
    assert pkcs11.open_key(KeyAddress(module=MODULE, token="member 1", label="signing"), pin) == (
        pkcs11.Pkcs11Signer(
            address=KeyAddress(module=MODULE, token="member 1", label="signing"),
            public=made.public,
            extractable=False,
            _pin="not compared",
        )
    )
    by_id = pkcs11.make_key(KeyAddress(module=MODULE, token="member 1", id=b"\x07"), pin)
    assert by_id.public != made.public


@pytest.mark.parametrize("curve", [OID, NAMED])
@pytest.mark.parametrize("wrapping", [b"", b"\x04\x20", b"\x03\x21\x00"])
def test_tokens_write_points_and_curves_in_several_ways(
    token: Token, curve: bytes, wrapping: bytes
) -> None:
    token.curves = (curve,)
    token.wrap = lambda raw: wrapping + raw
    made = pkcs11.make_key(ADDRESS, pin)
    made.public.verify(b"x", made.sign(b"x"))


@pytest.mark.parametrize(
    "point", [b"", b"\x04\x21" + bytes(32), b"\x04\x20" + bytes(31), bytes(33), bytes(32)]
)
def test_a_public_key_that_is_no_good_point_is_refused(token: Token, point: bytes) -> None:
    """The last one is of small order: anybody could sign under it."""
    token.wrap = lambda _: point
    token.add(label="signing", id=b"\x01")
    refused(Reason.BAD_KEY, lambda: pkcs11.open_key(ADDRESS, pin))
    assert token.sessions == 0


def test_another_curve_is_not_taken_for_ours(token: Token) -> None:
    token.add(label="signing", id=b"\x01", curve=bytes.fromhex("06032b6571"))
    refused(Reason.NO_SUCH_KEY, lambda: pkcs11.open_key(ADDRESS, pin))


def test_a_key_of_another_kind_is_not_found(token: Token) -> None:
    for thing in token.add(label="signing", id=b"\x01"):
        thing.attributes[Attribute.KEY_TYPE] = KeyType.EC
    refused(Reason.NO_SUCH_KEY, lambda: pkcs11.open_key(ADDRESS, pin))


def test_two_keys_of_one_name_are_not_guessed_between(token: Token) -> None:
    for _ in range(2):
        token.add(label="signing", id=b"\x01")
    refused(Reason.NO_SUCH_KEY, lambda: pkcs11.open_key(ADDRESS, pin))
    assert token.sessions == 0


def test_a_name_in_use_is_not_used_again(token: Token) -> None:
    before = pkcs11.make_key(ADDRESS, pin)
    refused(Reason.WOULD_OVERWRITE, lambda: pkcs11.make_key(ADDRESS, pin))
    assert pkcs11.open_key(ADDRESS, pin) == before


@pytest.mark.parametrize("given_out", [{Attribute.EXTRACTABLE: True}, {Attribute.SENSITIVE: False}])
def test_a_token_that_would_give_its_keys_out_keeps_none(
    token: Token, given_out: dict[Any, Any]
) -> None:
    token.insists = given_out
    refused(Reason.TOKEN_FAILED, lambda: pkcs11.make_key(ADDRESS, pin))
    assert token.things == []
    token.add(label="signing", id=b"\x01", private=given_out)
    assert pkcs11.open_key(ADDRESS, pin).extractable


def test_a_token_without_the_curve_makes_no_key(token: Token) -> None:
    token.curves = ()
    error = refused(Reason.TOKEN_FAILED, lambda: pkcs11.make_key(ADDRESS, pin))
    assert "DomainParamsInvalid" in error.detail


# --- refusals


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (library.PinIncorrect, Reason.WRONG_PASSPHRASE),
        (library.PinInvalid, Reason.WRONG_PASSPHRASE),
        (library.PinLenRange, Reason.WRONG_PASSPHRASE),
        (library.PinLocked, Reason.TOKEN_LOCKED),
        (library.PinExpired, Reason.TOKEN_LOCKED),
        (library.UserPinNotInitialized, Reason.TOKEN_LOCKED),
        (library.DeviceRemoved, Reason.TOKEN_FAILED),
        (library.UserAlreadyLoggedIn, Reason.TOKEN_FAILED),
    ],
)
def test_what_a_token_answers_to_a_login_has_a_reason(
    module: Module, token: Token, error: type[Exception], reason: Reason
) -> None:
    token.add(label="signing", id=b"\x01")
    token.refuses_login = error
    refused(reason, lambda: pkcs11.open_key(ADDRESS, pin))
    assert module.finalized == 1  # a session that the library left open would stay so


def test_a_wrong_pin_is_told_apart(token: Token) -> None:
    token.add(label="signing", id=b"\x01")
    refused(Reason.WRONG_PASSPHRASE, lambda: pkcs11.open_key(ADDRESS, lambda: b"0000"))
    refused(Reason.WRONG_PASSPHRASE, lambda: pkcs11.open_key(ADDRESS, lambda: b"\xff"))


def test_a_module_or_token_that_is_not_there(module: Module, token: Token) -> None:
    elsewhere = KeyAddress(module="/nowhere.so", token="member 1", label="signing")
    refused(Reason.NO_SUCH_TOKEN, lambda: pkcs11.open_key(elsewhere, pin))
    other = KeyAddress(module=MODULE, token="member 2", label="signing")
    refused(Reason.NO_SUCH_TOKEN, lambda: pkcs11.open_key(other, pin))
    module.tokens.append(Token(serial=b"0002"))
    refused(Reason.NO_SUCH_TOKEN, lambda: pkcs11.open_key(ADDRESS, pin))
    module.tokens = [Token(flags=TokenFlag.LOGIN_REQUIRED)]
    refused(Reason.NO_SUCH_TOKEN, lambda: pkcs11.open_key(ADDRESS, pin))
    module.broken = True
    refused(Reason.NO_SUCH_TOKEN, lambda: pkcs11.open_key(ADDRESS, pin))


def test_a_token_taken_out_signs_nothing(module: Module, token: Token) -> None:
    made = pkcs11.make_key(ADDRESS, pin)

    def gone(secret: SecretKey, message: bytes) -> bytes:
        raise library.DeviceRemoved

    token.signed = gone
    refused(Reason.TOKEN_FAILED, lambda: made.sign(b"x"))
    assert token.sessions == 0
    module.tokens = []
    refused(Reason.NO_SUCH_TOKEN, lambda: made.sign(b"x"))


@pytest.mark.parametrize("wrong", [bytes(64), b"", SecretKey(bytes(32)).sign(b"x")])
def test_a_signature_that_does_not_verify_is_not_handed_out(token: Token, wrong: bytes) -> None:
    made = pkcs11.make_key(ADDRESS, pin)
    token.signed = lambda secret, message: wrong
    refused(Reason.TOKEN_FAILED, lambda: made.sign(b"x"))


def test_without_the_library_it_is_said_before_a_pin_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    asked: list[bool] = []

    def never() -> bytes:
        asked.append(True)
        return b""

    refused(Reason.MISSING_LIBRARY, lambda: pkcs11.open_key(ADDRESS, never))
    refused(Reason.MISSING_LIBRARY, lambda: pkcs11.make_key(ADDRESS, never))
    assert not asked
