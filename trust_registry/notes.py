"""C2SP signed notes: a text, an empty line, and lines of signatures (c2sp.org/signed-note).

Ed25519 alone (signature type 0x01). Signatures of keys that nobody asked about, such as a
witness's, are passed over, as the specification demands; they prove nothing here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from amana.errors import InputError, VerificationError
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

__all__ = ["VerifierKey", "from_base64", "open_note", "read_verifier_key", "sign_note"]

_ED25519: Final = b"\x01"
_ID_BYTES: Final = 4
_DASH: Final = "\N{EM DASH} "
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f]")
_ID: Final = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature counts: a key's name and the key.

    Raises: InputError BAD_KEY for a name that is empty, or has a space, a plus or what nobody sees
    (who named it).
    """

    name: str
    public: PublicKey

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable() or set(self.name) & {" ", "+"}:
            raise InputError(Reason.BAD_KEY, "a key's name has letters, and no space or plus")

    @property
    def id(self) -> bytes:
        """The key ID: four bytes that tell keys apart and vouch for nothing."""
        hashed = hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public.raw)
        return hashed.digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key as it is handed about: name, ID and key, with a plus between."""
        encoded = base64.b64encode(_ED25519 + self.public.raw).decode("ascii")
        return f"{self.name}+{self.id.hex()}+{encoded}"


def read_verifier_key(text: str, *, limits: Limits = LIMITS) -> VerifierKey:
    """Read `name+id+key`, the form that Go's sumdb introduced.

    Raises: InputError BAD_KEY, or KEY_KIND_UNKNOWN for another type than Ed25519 (whoever wrote
    it). Not checked: that anybody should be believed because of it.
    """
    # The key's base64 may hold a plus of its own; the name never does.
    parts = text.split("+", 2)
    if len(text) > limits.log_name_chars + 64 or len(parts) != 3 or not _ID.fullmatch(parts[1]):
        raise InputError(Reason.BAD_KEY, "a verifier key is a name, an ID and a key")
    encoded = from_base64(parts[2], Reason.BAD_KEY)
    if encoded[:1] != _ED25519:
        raise InputError(Reason.KEY_KIND_UNKNOWN, "notes are signed with Ed25519 here")
    key = VerifierKey(parts[0], PublicKey(encoded[1:]))
    if key.id.hex() != parts[1]:
        raise InputError(Reason.BAD_KEY, "the ID is another key's")
    return key


def sign_note(text: str, *, key: VerifierKey, sign: Callable[[bytes], bytes]) -> bytes:
    """The note of `text`, which ends with a newline, with the one signature of `key`."""
    signature = base64.b64encode(key.id + sign(text.encode())).decode("ascii")
    return f"{text}\n{_DASH}{key.name} {signature}\n".encode()


def open_note(data: bytes, *, key: VerifierKey, limits: Limits = LIMITS) -> str:
    """The text of a note, final newline and all, once `key` has been found to have signed it.

    Raises: InputError BAD_LOG, NOT_UTF8 or TOO_LARGE (whoever wrote the note); VerificationError
    PROOF_MISSING without a signature of `key`, BAD_SIGNATURE where one of its signatures is wrong
    (somebody in between). Not checked: signatures of other keys.
    """
    if len(data) > limits.log_note_bytes:
        raise InputError(Reason.TOO_LARGE, f"a note of more than {limits.log_note_bytes} bytes")
    try:
        written = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(Reason.NOT_UTF8, "a note is UTF-8") from None
    if _CONTROL.search(written):
        raise InputError(Reason.BAD_LOG, "a note has no control characters")
    text, parted, signed = written.rpartition("\n\n")
    lines = signed.removesuffix("\n").split("\n")
    if not parted or not text or not signed.endswith("\n") or len(lines) > limits.log_signatures:
        raise InputError(Reason.BAD_LOG, "a note is a text, an empty line, and signatures")
    text += "\n"
    found = [_signature(line) for line in lines]
    ours = [one.signature for one in found if one.by(key)]
    if not ours:
        raise VerificationError(Reason.PROOF_MISSING, f"not signed by {key.name}")
    for signature in ours:
        key.public.verify(text.encode(), signature)
    return text


@dataclass(frozen=True, slots=True)
class _Signature:
    name: str
    key_id: bytes
    signature: bytes

    def by(self, key: VerifierKey) -> bool:
        return (self.name, self.key_id) == (key.name, key.id)


def _signature(line: str) -> _Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    named = name and "+" not in name and not any(c.isspace() for c in name)
    if not line.startswith(_DASH) or not named:
        raise InputError(Reason.BAD_LOG, "a signature is a dash, a name and base64")
    data = from_base64(encoded, Reason.BAD_LOG)
    if len(data) <= _ID_BYTES:
        raise InputError(Reason.BAD_LOG, "a signature holds a key ID and more")
    return _Signature(name, data[:_ID_BYTES], data[_ID_BYTES:])


def from_base64(text: str, reason: Reason) -> bytes:
    """Standard base64 (RFC 4648, section 4), written as an encoder writes it and not otherwise.

    Raises: InputError with `reason` (the sender's fault).
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InputError(reason, "not base64") from None
    if base64.b64encode(data).decode("ascii") != text:
        raise InputError(reason, "base64 that is written differently")
    return data
