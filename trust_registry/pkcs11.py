"""Ed25519 keys that stay in a token: PKCS #11 v3.0 (CKM_EDDSA), through python-pkcs11.

The one module that talks to that library. A key is named by an RFC 7512 address; its PIN is never
part of it. Each signature has a session of its own, which is closed again, and is checked before
it is handed out: a token whose two halves differ, or that computes wrongly, signs nothing.

The address says which shared library to load. It comes from the member who signs, never from a
file that somebody else wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from amana.errors import AmanaError, InputError
from amana.keys import PublicKey
from amana.reasons import Reason

if TYPE_CHECKING:
    from pkcs11 import Session

__all__ = ["KeyAddress", "Pkcs11Signer", "make_key", "open_key", "read_address"]

# RFC 7512, section 2.3: what may stand in the values before and after the question mark.
_PATH_VALUE: Final = re.compile(r"(?:[A-Za-z0-9._~:\[\]@!$'()*+,=&-]|%[0-9A-Fa-f]{2})+")
_QUERY_VALUE: Final = re.compile(r"(?:[A-Za-z0-9._~:\[\]@!$'()*+,=/?|-]|%[0-9A-Fa-f]{2})+")
_LONGEST: Final = 2048
_SECRETS: Final = frozenset({"pin-value", "pin-source"})
_POINT_BYTES: Final = 32
# The point bare (v3.0 of the specification), in an OCTET STRING (v3.1), or in a BIT STRING.
_WRAPPINGS: Final = (b"", b"\x04\x20", b"\x03\x21\x00")
# The curve by its object identifier (RFC 8410), or by its name as v3.0 of the specification has it.
_CURVES: Final = (bytes.fromhex("06032b6570"), b"\x13\x0cedwards25519")


@dataclass(frozen=True, kw_only=True)
class KeyAddress:
    """Where a key lies: a module's library, a token by label or serial, a key by label or id."""

    module: str
    token: str | None = None
    serial: bytes | None = None
    label: str | None = None
    id: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Pkcs11Signer:
    """A key in a token, opened. Its `repr` shows no PIN.

    `extractable` says whether the token would give the secret out: False for a key made here.
    """

    address: KeyAddress
    public: PublicKey
    extractable: bool
    demo: bool = False
    _pin: str = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature of `message`, made in the token and checked here.

        Raises: InputError as `open_key`; TOKEN_FAILED if what the token signed does not verify.
        """
        import pkcs11

        with _session(self.address, self._pin) as session:
            key = _only(session, self.address, pkcs11.ObjectClass.PRIVATE_KEY)
            signature = bytes(key.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
        try:
            self.public.verify(message, signature)
        except AmanaError:
            raise InputError(
                Reason.TOKEN_FAILED, "it signed with another key, or wrongly"
            ) from None
        return signature


def read_address(text: str) -> KeyAddress:
    """Read an RFC 7512 address. `module-path`, a token and a key have to be named.

    Raises: InputError BAD_KEY_ADDRESS (who wrote it): also for a PIN in it, for attributes that
    say something we could not heed, and for a module that is not named by its full path. The
    error never repeats the address, which might hold what it must not.
    """
    scheme, _, rest = text.partition(":")
    if len(text) > _LONGEST or scheme.lower() != "pkcs11":
        raise _bad_address("not an address of a key in a token")
    path, _, query = rest.partition("?")
    told = _attributes(path, ";", _PATH_VALUE) | _attributes(query, "&", _QUERY_VALUE)
    if told.keys() & _SECRETS:
        raise _bad_address("a PIN has no place in an address; it is asked for")
    kind = told.pop("type", b"private")
    module = _text(told.pop("module-path", b""))
    address = KeyAddress(
        module=module,
        token=_text(told.pop("token")) if "token" in told else None,
        serial=told.pop("serial", None),
        label=_text(told.pop("object")) if "object" in told else None,
        id=told.pop("id", None),
    )
    if told or kind != b"private":
        raise _bad_address("it asks for more than token, serial, object, id and module-path")
    if not module.startswith("/"):
        raise _bad_address("module-path has to be the full path of the token's library")
    if (address.token or address.serial) is None or (address.label or address.id) is None:
        raise _bad_address("it has to name a token (token, serial) and a key (object, id)")
    return address


def open_key(address: KeyAddress, pin: Callable[[], bytes]) -> Pkcs11Signer:
    """Find the key at `address`; `pin` is asked once.

    Raises: InputError MISSING_LIBRARY (python-pkcs11), NO_SUCH_TOKEN (the module or the token),
    NO_SUCH_KEY (none, or several, or not Ed25519), WRONG_PASSPHRASE (the PIN), TOKEN_LOCKED
    (after too many wrong ones), BAD_KEY (a weak one), TOKEN_FAILED (it was taken out, or refuses).
    """
    pkcs11 = _library()
    text = _pin(pin)
    with _session(address, text) as session:
        private = _only(session, address, pkcs11.ObjectClass.PRIVATE_KEY)
        public = _only(session, address, pkcs11.ObjectClass.PUBLIC_KEY)
        return _signer(address, text, public=public, private=private)


def make_key(address: KeyAddress, pin: Callable[[], bytes]) -> Pkcs11Signer:
    """Make a key in the token, by the label and id of `address`; the token never gives it out.

    Raises: InputError as `open_key`, WOULD_OVERWRITE if there is a key of that name already, and
    TOKEN_FAILED if the token makes no Ed25519 keys, or only such as it would give out.
    """
    _library()
    text = _pin(pin)
    with _session(address, text, writing=True) as session:
        if list(session.get_objects(_named(address))):
            raise InputError(Reason.WOULD_OVERWRITE, "the token has something of that name already")
        public, private = _generated(session, address)
        made = _signer(address, text, public=public, private=private)
        if made.extractable:
            public.destroy()
            private.destroy()
            raise InputError(Reason.TOKEN_FAILED, "it only makes keys that it would give out")
        return made


def _bad_address(why: str) -> InputError:
    return InputError(Reason.BAD_KEY_ADDRESS, why)


def _attributes(text: str, separator: str, allowed: re.Pattern[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in text.split(separator) if text else ():
        name, _, value = part.partition("=")
        if allowed.fullmatch(value) is None or name in found:
            raise _bad_address("not written as RFC 7512 has it")
        found[name] = unquote_to_bytes(value)
    return found


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        raise _bad_address("a name that is not UTF-8") from None
    if "\0" in text:
        raise _bad_address("a name with a zero in it")
    return text


def _pin(pin: Callable[[], bytes]) -> str:
    try:
        return pin().decode()
    except UnicodeDecodeError:
        raise InputError(Reason.WRONG_PASSPHRASE, "a PIN is UTF-8") from None


def _library() -> Any:
    try:
        import pkcs11
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "keys in tokens need python-pkcs11") from None
    return pkcs11


@contextmanager
def _session(address: KeyAddress, pin: str, *, writing: bool = False) -> Iterator[Session]:
    """A session of its own, logged in, and closed at the end whatever happens in it."""
    pkcs11 = _library()
    try:
        module = pkcs11.lib(address.module)
        tokens = [
            token
            for token in module.get_tokens(token_label=address.token, token_serial=address.serial)
            if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags
        ]
    except pkcs11.PKCS11Error as error:
        raise _refused(error, Reason.NO_SUCH_TOKEN, "its module can't be used") from None
    if len(tokens) != 1:
        raise InputError(Reason.NO_SUCH_TOKEN, f"{len(tokens)} tokens of that name are here")
    try:
        session = tokens[0].open(rw=writing, user_pin=pin)
    except pkcs11.PKCS11Error as error:
        module.finalize()  # the library leaves a session open behind a login that failed
        raise _refused(error, Reason.TOKEN_FAILED, "it opens no session") from None
    try:
        with session:
            yield session
    except pkcs11.PKCS11Error as error:
        raise _refused(error, Reason.TOKEN_FAILED, "it was taken out, or refuses") from None


def _refused(error: Exception, otherwise: Reason, why: str) -> InputError:
    """What the token answered, in our words: the library's own may repeat what was given to it."""
    kind = type(error).__name__
    return InputError(_REASONS.get(kind, otherwise), f"{why} ({kind})")


_REASONS: Final = {
    "PinIncorrect": Reason.WRONG_PASSPHRASE,
    "PinInvalid": Reason.WRONG_PASSPHRASE,
    "PinLenRange": Reason.WRONG_PASSPHRASE,
    "PinLocked": Reason.TOKEN_LOCKED,
    "PinExpired": Reason.TOKEN_LOCKED,
    "UserPinNotInitialized": Reason.TOKEN_LOCKED,
}


def _named(address: KeyAddress) -> dict[Any, Any]:
    from pkcs11 import Attribute

    named = {Attribute.LABEL: address.label, Attribute.ID: address.id}
    return {name: value for name, value in named.items() if value is not None}


def _only(session: Session, address: KeyAddress, kind: Any) -> Any:
    from pkcs11 import Attribute, KeyType

    wanted = {Attribute.CLASS: kind, Attribute.KEY_TYPE: KeyType.EC_EDWARDS, **_named(address)}
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise InputError(
            Reason.NO_SUCH_KEY, f"{len(found)} Edwards keys of that name and class {kind.name}"
        )
    return found[0]


def _signer(address: KeyAddress, pin: str, *, public: Any, private: Any) -> Pkcs11Signer:
    from pkcs11 import Attribute

    if bytes(public[Attribute.EC_PARAMS]) not in _CURVES:
        raise InputError(Reason.NO_SUCH_KEY, "an Edwards key, but not of Ed25519")
    return Pkcs11Signer(
        address=address,
        public=PublicKey(_point(bytes(public[Attribute.EC_POINT]))),
        extractable=bool(private[Attribute.EXTRACTABLE]) or not private[Attribute.SENSITIVE],
        _pin=pin,
    )


def _point(data: bytes) -> bytes:
    for wrapping in _WRAPPINGS:
        if len(data) == len(wrapping) + _POINT_BYTES and data.startswith(wrapping):
            return data[len(wrapping) :]
    raise InputError(Reason.BAD_KEY, "the token's public key is no Ed25519 point")


def _generated(session: Session, address: KeyAddress) -> tuple[Any, Any]:
    """A key pair that is kept in the token; tokens differ in how they want the curve named."""
    import pkcs11

    refusals = []
    for curve in _CURVES:
        try:
            domain = session.create_domain_parameters(
                pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: curve}, local=True
            )
            public, private = domain.generate_keypair(
                id=address.id,
                label=address.label,
                mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                private_template={
                    pkcs11.Attribute.SENSITIVE: True,
                    pkcs11.Attribute.EXTRACTABLE: False,
                },
            )
        except pkcs11.PKCS11Error as error:
            refusals.append(error)
        else:
            return public, private
    raise _refused(refusals[-1], Reason.TOKEN_FAILED, "it makes no Ed25519 keys")
