"""A token in memory behind python-pkcs11's own names, and how to make one misbehave.

It stands in for `pkcs11.lib`; constants and exceptions stay the library's, so a wrong name shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass, TokenFlag

from amana.keys import SecretKey
from tests.deterministic import randomness

MODULE = "/usr/lib/fake/libfake.so"
PIN = "4711"
OID = bytes.fromhex("06032b6570")
NAMED = b"\x13\x0cedwards25519"


class Thing:
    """One object of a token."""

    def __init__(self, token: Token, attributes: dict[Any, Any], secret: SecretKey | None) -> None:
        self._token = token
        self.attributes = attributes
        self._secret = secret

    def __getitem__(self, name: Any) -> Any:
        return self.attributes[name]

    def sign(self, message: bytes, *, mechanism: Any) -> bytes:
        assert mechanism is pkcs11.Mechanism.EDDSA
        assert self._secret is not None
        return self._token.signed(self._secret, message)

    def destroy(self) -> None:
        self._token.things.remove(self)


class Session:
    def __init__(self, token: Token) -> None:
        self._token = token

    def __enter__(self) -> Self:
        self._token.sessions += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._token.sessions -= 1

    def get_objects(self, wanted: dict[Any, Any]) -> Iterator[Thing]:
        for thing in list(self._token.things):
            if wanted.items() <= thing.attributes.items():
                yield thing

    def create_domain_parameters(
        self, kind: Any, attributes: dict[Any, Any], *, local: bool
    ) -> Any:
        assert (kind, local) == (KeyType.EC_EDWARDS, True)
        curve = attributes[Attribute.EC_PARAMS]
        if curve not in self._token.curves:
            raise pkcs11.DomainParamsInvalid
        return Domain(self._token, curve)


@dataclass(frozen=True)
class Domain:
    token: Token
    curve: bytes

    def generate_keypair(self, *, id: Any, label: Any, **how: Any) -> tuple[Thing, Thing]:  # noqa: A002
        assert how["mechanism"] is pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        assert how["store"] is True
        wanted = {**how["private_template"], **self.token.insists}
        return self.token.add(label=label, id=id, curve=self.curve, private=wanted)


@dataclass
class Token:
    """One token. What tests set decides what goes wrong."""

    label: str = "member 1"
    serial: bytes = b"0001"
    flags: Any = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED
    curves: tuple[bytes, ...] = (OID,)
    wrap: Callable[[bytes], bytes] = lambda raw: b"\x04\x20" + raw
    signed: Callable[[SecretKey, bytes], bytes] = SecretKey.sign
    insists: dict[Any, Any] = field(default_factory=dict)
    refuses_login: type[Exception] | None = None
    things: list[Thing] = field(default_factory=list)
    sessions: int = 0
    random: Callable[[int], bytes] = field(default_factory=lambda: randomness("fake token"))

    def open(self, *, rw: bool, user_pin: str) -> Session:
        assert isinstance(rw, bool)
        if self.refuses_login is not None:
            raise self.refuses_login
        if user_pin != PIN:
            raise pkcs11.PinIncorrect
        return Session(self)

    def add(
        self,
        *,
        label: str | None,
        id: bytes | None,  # noqa: A002
        curve: bytes = OID,
        private: Any = None,
        secret: SecretKey | None = None,
    ) -> tuple[Thing, Thing]:
        """Put a key pair in; its public half and its private half."""
        secret = secret or SecretKey.generate(self.random)
        named = {
            Attribute.LABEL: label,
            Attribute.ID: id,
            Attribute.KEY_TYPE: KeyType.EC_EDWARDS,
        }
        public = {
            **named,
            Attribute.CLASS: ObjectClass.PUBLIC_KEY,
            Attribute.EC_PARAMS: curve,
            Attribute.EC_POINT: self.wrap(secret.public.raw),
        }
        hidden = {
            **named,
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.SENSITIVE: True,
            Attribute.EXTRACTABLE: False,
            **(private or {}),
        }
        made = Thing(self, public, None), Thing(self, hidden, secret)
        self.things += made
        return made


@dataclass
class Module:
    """What `pkcs11.lib` gives for a module's path."""

    tokens: list[Token] = field(default_factory=lambda: [Token()])
    finalized: int = 0
    broken: bool = False

    def __call__(self, path: str) -> Module:
        if path != MODULE:
            raise pkcs11.PKCS11Error(f"{path}: cannot open shared object file")
        return self

    def get_tokens(self, *, token_label: str | None, token_serial: bytes | None) -> Iterator[Token]:
        if self.broken:
            raise pkcs11.GeneralError
        for token in self.tokens:
            if token_label in (None, token.label) and token_serial in (None, token.serial):
                yield token

    def finalize(self) -> None:
        self.finalized += 1
        with suppress(IndexError):
            self.tokens[0].sessions = 0
