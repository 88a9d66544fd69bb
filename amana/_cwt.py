"""CBOR Web Tokens (RFC 8392) under COSE_Sign1 (RFC 9052), read as strictly as JSON is.

A walk over the bytes comes first: it bounds depth and the number of items, and refuses all that two
readers could take for different values, or that would make a library do more than to decode.
What is left, cbor2 decodes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

if TYPE_CHECKING:
    from amana.jwk import VerifyingKey
    from amana.keys import SecretKey

__all__ = ["Cwt", "read_cwt", "sign_cwt", "verify_cwt"]

CborMap = dict[int | str, Any]

_SIGN1: Final = 0xD2  # the tag 18 in its one byte
_MAC0: Final = 0xD1
_ALG, _CRIT, _KID, _TYPE = 1, 2, 4, 16  # COSE header parameters; RFC 9596 for the last
# The numbers in COSE of what a key signs with; RFC 9864 gave each curve a number of its own.
_ALGORITHMS: Final = {"EdDSA": (-8, -19), "ES256": (-7, -9)}
_JUDGED: Final = frozenset(number for numbers in _ALGORITHMS.values() for number in numbers)
# Signatures that exist and that we don't judge: ES384, ES512, PS256 to PS512, ES256K, ESP384,
# ESP512, Ed448, RS256 to RS512, ML-DSA. Not false, only unknown to us.
_UNJUDGED: Final = frozenset((-35, -36, -37, -38, -39, -47, -48, -49, -50, -51, -52, -53))
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)  # major types, RFC 8949, 3.1
_KEYS: Final = (_UNSIGNED, _NEGATIVE, _TEXT)
_SIMPLE: Final = (20, 21, 22, 25, 26, 27)  # false, true, null and the three kinds of float


class Cwt(NamedTuple):
    """A token as found, its form checked; its signature not yet."""

    header: CborMap  # the protected parameters; others bind nobody
    claims: CborMap
    signing_input: bytes
    signature: bytes

    def __repr__(self) -> str:
        """Nothing that could be played back, and nothing of what it says about anybody."""
        return f"Cwt(alg={self.header.get(_ALG)!r})"


def read_cwt(data: bytes, *, media_type: str, limits: Limits = LIMITS) -> Cwt:
    """Take a tagged COSE_Sign1 with a claims set apart (RFC 9052, section 4.2; RFC 8392, 7.2).

    `media_type` is what its protected `typ` must say, in lower case.

    Raises: InputError (the sender's fault): TOO_LARGE, TOO_DEEP, DUPLICATE_KEY, BAD_CWT,
    ALGORITHM_FORBIDDEN, or UNKNOWN_CRYPTOSUITE for an algorithm that is not judged here;
    MISSING_LIBRARY. Not checked: the signature, what the claims say, and whose key it is.
    """
    if len(data) > limits.json_bytes:
        raise InputError(Reason.TOO_LARGE, f"more than {limits.json_bytes} bytes of CBOR")
    if data[:1] == bytes([_MAC0]):
        raise InputError(Reason.ALGORITHM_FORBIDDEN, "whoever checks a MAC could have made it")
    if data[:1] != bytes([_SIGN1]):
        raise InputError(Reason.BAD_CWT, "not a tagged COSE_Sign1")
    parts = _decode(data[1:], limits)
    if type(parts) is not list or len(parts) != 4:
        raise InputError(Reason.BAD_CWT, "a COSE_Sign1 has four parts")
    protected, unprotected, payload, signature = parts
    if not all(type(part) is bytes for part in (protected, payload, signature)):
        raise InputError(Reason.BAD_CWT, "a part of COSE_Sign1 that is no byte string")
    header, claims = _decode(protected, limits), _decode(payload, limits)
    if not all(type(part) is dict for part in (header, unprotected, claims)):
        raise InputError(Reason.BAD_CWT, "a part of COSE_Sign1 that is no map")
    _check_header(header, unprotected, media_type)
    return Cwt(header, claims, _signing_input(protected, payload), signature)


def _check_header(header: CborMap, unprotected: CborMap, media_type: str) -> None:
    algorithm = header.get(_ALG)
    if type(algorithm) is not int or algorithm not in _JUDGED:
        if type(algorithm) is int and (algorithm in _UNJUDGED or algorithm < -256):
            raise InputError(Reason.UNKNOWN_CRYPTOSUITE, "an algorithm that is not judged here")
        raise InputError(Reason.ALGORITHM_FORBIDDEN, "no signature algorithm that is protected")
    if not header.keys().isdisjoint(unprotected):
        raise InputError(Reason.BAD_CWT, "a parameter that stands protected and unprotected")
    if _CRIT in header or _CRIT in unprotected:
        raise InputError(Reason.BAD_CWT, "an extension that must be understood, and is not")
    name = header.get(_TYPE)
    if type(name) is not str or not name.isascii() or name.lower() != media_type:
        raise InputError(Reason.BAD_CWT, "a token of another type than is wanted here")


def verify_cwt(cwt: Cwt, *, key: VerifyingKey) -> None:
    """Check the signature of `cwt` by `key`, which alone decides the algorithm.

    Raises: VerificationError ALGORITHM_FORBIDDEN, where the header names another algorithm than
    the key's; BAD_SIGNATURE (the signer, or somebody in between).
    """
    if cwt.header[_ALG] not in _ALGORITHMS[key.algorithm]:
        raise VerificationError(Reason.ALGORITHM_FORBIDDEN, f"the key is for {key.algorithm}")
    key.verify(cwt.signing_input, cwt.signature)


def sign_cwt(
    claims: Mapping[int, Any], *, key: SecretKey, media_type: str, key_id: bytes | None = None
) -> bytes:
    """`claims` as a tagged COSE_Sign1, signed with Ed25519.

    Raises: InputError MISSING_LIBRARY. Not checked: that CBOR can express `claims`.
    """
    cbor = _library()
    protected = cbor.dumps({_ALG: _ALGORITHMS["EdDSA"][0], _TYPE: media_type}, canonical=True)
    payload = cbor.dumps(dict(claims), canonical=True)
    unprotected = {} if key_id is None else {_KID: key_id}
    signature = key.sign(_signing_input(protected, payload))
    body: bytes = cbor.dumps([protected, unprotected, payload, signature])
    return bytes([_SIGN1]) + body


def _signing_input(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure (RFC 9052, section 4.4), without data from outside."""
    found: bytes = _library().dumps(["Signature1", protected, b"", payload])
    return found


def _library() -> Any:
    try:
        import cbor2
    except ImportError:
        raise InputError(Reason.MISSING_LIBRARY, "cbor2 is not installed") from None
    return cbor2


def _decode(data: bytes, limits: Limits) -> Any:
    """One CBOR value and nothing after it.

    Raises: InputError BAD_CWT, TOO_DEEP, TOO_LARGE, DUPLICATE_KEY or MISSING_LIBRARY.
    """
    cbor = _library()
    _walk(data, limits)
    try:
        return cbor.loads(data, allow_indefinite=False)
    except (cbor.CBORDecodeError, UnicodeError):
        raise InputError(Reason.BAD_CWT, "a text that is not UTF-8") from None


def _walk(data: bytes, limits: Limits) -> None:
    """Pass over every item once, without recursion, and refuse what is not plain.

    No tags, no lengths that are told later, no undefined values, no keys but whole numbers and
    texts; no key twice.
    """
    at, items = 0, 0
    # One level a container that is open: items that are still to come, and the keys so far.
    levels: list[tuple[int, set[bytes | int] | None]] = [(1, None)]
    while levels:
        left, keys = levels.pop()
        if left == 0:
            continue
        levels.append((left - 1, keys))
        items += 1
        if items > limits.cbor_items:
            raise InputError(Reason.TOO_LARGE, f"more than {limits.cbor_items} items of CBOR")
        major, argument, at = _head(data, at)
        begin = at
        if major in (_BYTES, _TEXT):
            at += argument
        if at > len(data):
            raise InputError(Reason.BAD_CWT, "cut short")
        if keys is not None and left % 2 == 0:
            _check_key(major, argument, data[begin:at], keys)
        if major in (_ARRAY, _MAP):
            if len(levels) > limits.cbor_depth:
                raise InputError(Reason.TOO_DEEP, f"nested deeper than {limits.cbor_depth}")
            levels.append((argument, None) if major == _ARRAY else (2 * argument, set()))
    if at != len(data):
        raise InputError(Reason.BAD_CWT, "followed by something else")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    """The major type and the argument of the item at `at`, and where its content begins."""
    if at >= len(data):
        raise InputError(Reason.BAD_CWT, "cut short")
    major, argument = data[at] >> 5, data[at] & 31
    if major == _TAG or argument > 27 or (major > _TAG and argument not in _SIMPLE):
        raise InputError(Reason.BAD_CWT, "a tag, an open length, or a value that is not plain")
    at += 1
    if argument >= 24:
        size = 1 << (argument - 24)
        if at + size > len(data):
            raise InputError(Reason.BAD_CWT, "cut short")
        argument, at = int.from_bytes(data[at : at + size], "big"), at + size
    return major, argument, at


def _check_key(major: int, argument: int, text: bytes, keys: set[bytes | int]) -> None:
    """RFC 8949, section 5.6: a map that names a key twice means nothing."""
    if major not in _KEYS:
        raise InputError(Reason.BAD_CWT, "a key that is no whole number and no text")
    key = text if major == _TEXT else argument if major == _UNSIGNED else -1 - argument
    if key in keys:
        raise InputError(Reason.DUPLICATE_KEY, "a map names the same key twice")
    keys.add(key)
