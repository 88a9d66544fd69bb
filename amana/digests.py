"""Files that a credential points at, by digest (VC Data Model 2.0, section 5.3).

Two ways to write a digest: as Subresource Integrity does (`digestSRI`), and as a multihash
(`digestMultibase`; VC Data Integrity 1.0, section 2.6). Nothing is fetched here: whoever has the
file's bytes asks whether they are the ones that the issuer meant.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Final, NamedTuple

import schemas
from amana.errors import InputError, VerificationError
from amana.multibase import decode_base58, decode_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["Digest", "bundled", "check_resource", "check_resources", "read_digests"]

# From the weakest to the strongest: by the strongest alone an SRI value is judged.
_STRENGTH: Final = ("sha256", "sha384", "sha512")
# Subresource Integrity, section 3.5: an expression is a hash's name, its value, and options.
_SRI: Final = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?[!-~]*)?")
_MULTIHASH: Final = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}
# W3C's own tests write bare digests where multihashes belong. Their size says what they are.
_BARE: Final = {32: "sha256", 48: "sha384", 64: "sha512"}
_CHARS_MAX: Final = 1_024
_TEXTS_MAX: Final = 8


class Digest(NamedTuple):
    """What an issuer said of a file: the hash that it used, and what came out."""

    algorithm: str  # as hashlib calls it
    value: bytes

    def fits(self, data: bytes) -> bool:
        """Whether `data` is the file that was meant."""
        return hashlib.new(self.algorithm, data).digest() == self.value


def read_digests(resource: JsonObject) -> tuple[tuple[Digest, ...], tuple[Digest, ...]]:
    """The digests of one related resource: of those in `digestSRI` one must fit, of those in
    `digestMultibase` all; one of the two members must be there.

    Raises: InputError BAD_CREDENTIAL (the document's author), also where none of them is SHA-2.
    """
    if "digestSRI" not in resource and "digestMultibase" not in resource:
        raise InputError(Reason.BAD_CREDENTIAL, "a related resource without a digest")
    sri = _read_sri(resource["digestSRI"]) if "digestSRI" in resource else ()
    if "digestMultibase" not in resource:
        return sri, ()
    texts = resource["digestMultibase"]
    texts = texts if type(texts) is list else [texts]
    if not 0 < len(texts) <= _TEXTS_MAX:
        raise InputError(Reason.BAD_CREDENTIAL, "digestMultibase is one digest, or a few")
    return sri, tuple([_read_multibase(text) for text in texts])


def check_resource(resource: JsonObject, data: bytes) -> None:
    """Check the bytes of a related resource against its digests.

    Raises: VerificationError RESOURCE_MISMATCH (whoever serves the file, or its issuer);
    InputError BAD_CREDENTIAL (the document's author).
    """
    sri, multihashes = read_digests(resource)
    if sri and not any(digest.fits(data) for digest in sri):
        raise VerificationError(Reason.RESOURCE_MISMATCH, "digestSRI is of another file")
    if not all(digest.fits(data) for digest in multihashes):
        raise VerificationError(Reason.RESOURCE_MISMATCH, "digestMultibase is of another file")


def bundled(url: str) -> bytes | None:
    """The bytes of a file that we ship, by its URL: of the contexts, which issuers often name."""
    found = schemas.BUNDLED.get(url)
    return None if found is None else schemas.read(found.name)


def check_resources(
    document: JsonObject, find: Callable[[str], bytes | None] = bundled
) -> tuple[JsonObject, ...]:
    """Check every related resource of a checked credential whose bytes `find` has, by its URL.

    Returns those that could not be checked, for the caller to judge: the specification has a
    verifier compare what it retrieves, and we retrieve nothing.

    Raises: VerificationError RESOURCE_MISMATCH; InputError BAD_CREDENTIAL.
    """
    resources = document.get("relatedResource", ())
    unchecked = []
    for resource in resources if type(resources) is list else [resources] if resources else ():
        data = find(resource["id"])
        if data is None:
            unchecked.append(resource)
        else:
            check_resource(resource, data)
    return tuple(unchecked)


def _read_sri(value: Json) -> tuple[Digest, ...]:
    """All digests of the strongest hash that is named; hashes that nobody knows are passed over.

    The form is that of the grammar, which says nothing about sizes: a digest of no size that its
    hash has is a digest that nothing fits.
    """
    if type(value) is not str or len(value) > _CHARS_MAX:
        raise InputError(Reason.BAD_CREDENTIAL, "digestSRI is not a text")
    found = [match for word in value.split() if (match := _SRI.fullmatch(word)) is not None]
    if not found:
        raise InputError(Reason.BAD_CREDENTIAL, "digestSRI names no digest by SHA-2")
    strongest = max((match[1] for match in found), key=_STRENGTH.index)
    return tuple([Digest(strongest, _decoded(m[2])) for m in found if m[1] == strongest])


def _decoded(text: str) -> bytes:
    digits = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return b64decode(digits + "=" * (-len(digits) % 4))
    except binascii.Error:
        return b""  # fits nothing


def _read_multibase(text: Json) -> Digest:
    if type(text) is not str:
        raise InputError(Reason.BAD_CREDENTIAL, "digestMultibase is not a text")
    try:
        data = decode_base64url(text) if text.startswith("u") else decode_base58(text)
    except InputError:
        raise InputError(Reason.BAD_CREDENTIAL, "digestMultibase is not multibase") from None
    algorithm = _MULTIHASH.get(data[:2])
    if algorithm is not None and len(data) == data[1] + 2:
        return Digest(algorithm, data[2:])
    if len(data) not in _BARE:
        raise InputError(Reason.BAD_CREDENTIAL, "digestMultibase is no multihash of SHA-2")
    return Digest(_BARE[len(data)], data)
