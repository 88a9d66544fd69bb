"""Disclosures of SD-JWT (RFC 9901, sections 4.2 and 7.1): hidden claims, and what opens them.

A signed payload holds digests: in `_sd` of an object, or as `{"...": digest}` in an array. A
disclosure is the text behind one of them. Everything here is pure: no signature is looked at, and
no value that came in is changed.
"""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from amana.errors import InputError
from amana.jcs import canonical
from amana.keys import Randomness
from amana.limits import LIMITS, Limits
from amana.multibase import to_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["Path", "by_digest", "conceal", "digest", "find", "hash_of", "reveal"]

# As SD-JWT VC writes the place of a claim: a member's name, an element's index; None for every one.
Path = tuple[str | int | None, ...]

_DIGESTS: Final = "_sd"
_ELEMENT: Final = "..."
_HASH_NAME: Final = "_sd_alg"
_RESERVED: Final = frozenset({_DIGESTS, _ELEMENT, _HASH_NAME})
_DEFAULT_HASH: Final = "sha-256"
_SALT_BYTES: Final = 16  # 128 bits (section 9.3)
_HASHES: Final[dict[str, Callable[[bytes], Any]]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
# Named Information registry: SHA-256 cut short. Two disclosures with one digest can be found.
_WEAK_HASHES: Final = frozenset(
    {"sha-256-128", "sha-256-120", "sha-256-96", "sha-256-64", "sha-256-32", "sha-1", "md5"}
)
_TEXT_ONLY: Final = frozenset({str})
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})  # what hides nothing
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")


def hash_of(payload: JsonObject) -> str:
    """The name of the hash that `payload` was made with (section 4.1.1).

    Raises: InputError BAD_SD_JWT or ALGORITHM_FORBIDDEN (the issuer); UNKNOWN_CRYPTOSUITE for a
    hash that may be good and isn't computed here.
    """
    name = payload.get(_HASH_NAME, _DEFAULT_HASH)
    if type(name) is not str:
        raise InputError(Reason.BAD_SD_JWT, "_sd_alg is a text")
    if name not in _HASHES:
        if name in _WEAK_HASHES:
            raise InputError(Reason.ALGORITHM_FORBIDDEN, "a hash that is too weak")
        raise InputError(Reason.UNKNOWN_CRYPTOSUITE, "a hash that is not computed here")
    return name


def digest(text: str, hash_name: str) -> str:
    """The digest of ASCII `text`, as payloads and key bindings hold it (section 4.2.3)."""
    return to_base64url(_HASHES[hash_name](text.encode("ascii")).digest())


def encode(*parts: Json) -> str:
    """One disclosure: `(salt, name, value)`, or `(salt, value)` for an element of an array.

    Written in RFC 8785 form, so that it can be rebuilt from its value.

    Raises: InputError from canonicalisation (the claim's author).
    """
    return to_base64url(canonical(list(parts)))


def by_digest(texts: Sequence[str], parts: Sequence[Json], hash_name: str) -> dict[str, Json]:
    """The parts of each disclosure under its digest, in the order in which they came.

    Raises: InputError BAD_DISCLOSURE (the holder's fault) where one stands there twice.
    """
    # One line each, so that nothing here is done for every single one in Python.
    lines = "\n".join(texts).encode("ascii").split(b"\n") if texts else []
    new = _HASHES[hash_name]
    digests = [new(line).digest() for line in lines]
    hashed = b"".join(map(binascii.b2a_base64, digests)).translate(_TO_URL, b"=")
    opened = dict(zip(hashed.decode("ascii").split(), parts, strict=True))
    if len(opened) != len(texts):
        raise InputError(Reason.BAD_DISCLOSURE, "the same disclosure twice")
    return opened


def reveal(
    payload: JsonObject, opened: Mapping[str, Json], *, limits: Limits = LIMITS
) -> tuple[JsonObject, dict[str, Path]]:
    """The processed payload (section 7.1, step 3), and the place of each disclosed claim by digest.

    What was not disclosed, and decoys, leave no trace. Places count elements as they stand in the
    processed payload.

    Raises: InputError (the issuer's or the holder's fault): BAD_SD_JWT where the payload or a
    disclosed value is no SD-JWT; BAD_DISCLOSURE where a disclosure doesn't fit its place or has
    none, or a digest stands twice; TOO_DEEP; TOO_LARGE for too many objects and arrays to search.
    """
    claims = payload.copy()
    claims.pop(_HASH_NAME, None)
    seen: set[str] = set()
    places: dict[str, Path] = {}
    depth, budget = 1, limits.sd_jwt_containers
    level: list[tuple[Any, Path]] = [(claims, ())]
    while level:
        if depth > limits.json_depth:
            raise InputError(Reason.TOO_DEEP, f"nested deeper than {limits.json_depth}")
        depth += 1
        below: list[tuple[Any, Path]] = []
        for node, place in level:
            if type(node) is dict:
                if not _RESERVED.isdisjoint(node):
                    _open_members(node, place, opened, seen, places)
                members: Iterable[tuple[str | int, Json]] = node.items()
            else:
                _open_elements(node, place, opened, seen, places)
                members = enumerate(node)
            for step, value in members:
                kind = type(value)
                if kind is dict or (kind is list and not _PLAIN.issuperset(map(type, value))):
                    budget -= 1
                    if budget < 0:
                        raise InputError(Reason.TOO_LARGE, "too much to be searched for digests")
                    inner = value.copy()
                    node[step] = inner
                    below.append((inner, (*place, step)))
        level = below
    if len(places) != len(opened):
        raise InputError(Reason.BAD_DISCLOSURE, "a disclosure that nothing refers to")
    return claims, places


def _open_members(
    node: JsonObject,
    place: Path,
    opened: Mapping[str, Json],
    seen: set[str],
    places: dict[str, Path],
) -> None:
    """Put the disclosed members of an object where its `_sd` is (step 3.c.ii)."""
    if _ELEMENT in node or _HASH_NAME in node:
        raise InputError(Reason.BAD_SD_JWT, "a reserved name out of its place")
    digests = node.pop(_DIGESTS)
    if type(digests) is not list or not {*map(type, digests)} <= _TEXT_ONLY:
        raise InputError(Reason.BAD_SD_JWT, "_sd is an array of texts")
    before = len(seen)
    seen.update(digests)
    if len(seen) != before + len(digests):
        raise InputError(Reason.BAD_DISCLOSURE, "the same digest twice")
    for found in digests:
        parts = opened.get(found)
        if parts is None:
            continue  # a decoy, or what the holder keeps back
        if type(parts) is not list or len(parts) != 3:
            raise InputError(Reason.BAD_DISCLOSURE, "a member needs salt, name and value")
        salt, name, value = parts
        if type(salt) is not str or type(name) is not str:
            raise InputError(Reason.BAD_DISCLOSURE, "salt and name are texts")
        if name in _RESERVED or name in node:
            raise InputError(Reason.BAD_DISCLOSURE, "a reserved name, or one that is there already")
        node[name] = value
        places[found] = (*place, name)


def _open_elements(
    node: list[Json],
    place: Path,
    opened: Mapping[str, Json],
    seen: set[str],
    places: dict[str, Path],
) -> None:
    """Put disclosed elements in an array, and take out the others' digests (step 3.c.iii, 3.d)."""
    kept: list[Json] = []
    for element in node:
        if type(element) is dict and _ELEMENT in element:
            found = element[_ELEMENT]
            if len(element) != 1 or type(found) is not str:
                raise InputError(Reason.BAD_SD_JWT, "a digest of an element stands alone")
            if found in seen:
                raise InputError(Reason.BAD_DISCLOSURE, "the same digest twice")
            seen.add(found)
            parts = opened.get(found)
            if parts is None:
                continue
            if type(parts) is not list or len(parts) != 2 or type(parts[0]) is not str:
                raise InputError(Reason.BAD_DISCLOSURE, "an element needs salt and value")
            places[found] = (*place, len(kept))
            kept.append(parts[1])
        else:
            kept.append(element)
    node[:] = kept


def conceal(
    claims: JsonObject,
    hidden: Iterable[Path],
    *,
    randomness: Randomness,
    decoys: int = 0,
    limits: Limits = LIMITS,
) -> tuple[JsonObject, list[str]]:
    """The payload in which every claim at one of `hidden` is a digest, and the disclosures.

    A hidden claim may lie inside another. Each gets a salt of 16 bytes of `randomness`. So many
    `decoys` stand beside the digests of each object that hides a member; arrays get none, as those
    would be seen to be the last. `_sd` is sorted: its order says nothing (section 4.2.4.1).

    Raises: InputError (the caller's fault): CLAIM_MISSING where a path leads nowhere, BAD_SD_JWT
    for a claim with a reserved name, TOO_DEEP, or from canonicalisation.
    """
    marked: set[Path] = set()
    for path in hidden:
        found = find(claims, path) if path else []
        if not found:
            raise InputError(Reason.CLAIM_MISSING, "nothing stands where a claim is to be hidden")
        marked.update(found)
    texts: list[str] = []

    def hide(*parts: Json) -> str:
        texts.append(encode(to_base64url(randomness(_SALT_BYTES)), *parts))
        return digest(texts[-1], _DEFAULT_HASH)

    def walk(node: Json, place: Path) -> Json:
        if len(place) >= limits.json_depth:
            raise InputError(Reason.TOO_DEEP, f"nested deeper than {limits.json_depth}")
        if type(node) is list:
            elements = []
            for index, value in enumerate(node):
                inner = walk(value, (*place, index))
                hides = (*place, index) in marked
                elements.append({_ELEMENT: hide(inner)} if hides else inner)
            return elements
        if type(node) is not dict:
            return node
        if not _RESERVED.isdisjoint(node):
            raise InputError(Reason.BAD_SD_JWT, "a claim with a name that SD-JWT needs for itself")
        shown: JsonObject = {}
        digests: list[str] = []
        for name, value in node.items():
            inner = walk(value, (*place, name))
            if (*place, name) in marked:
                digests.append(hide(name, inner))
            else:
                shown[name] = inner
        if digests:
            digests.extend(
                digest(to_base64url(randomness(32)), _DEFAULT_HASH) for _ in range(decoys)
            )
            shown[_DIGESTS] = sorted(digests)
        return shown

    payload: JsonObject = walk(claims, ())
    if texts:
        payload[_HASH_NAME] = _DEFAULT_HASH
    return payload, texts


def find(claims: JsonObject, path: Path) -> list[Path]:
    """The places in `claims` that `path` selects; None in it stands for every element."""
    level: list[tuple[Path, Json]] = [((), claims)]
    for step in path:
        below: list[tuple[Path, Json]] = []
        for place, node in level:
            if isinstance(step, str):
                if type(node) is dict and step in node:
                    below.append(((*place, step), node[step]))
            elif type(node) is list:
                indices = range(len(node)) if step is None else (step,)
                below.extend(
                    ((*place, index), node[index]) for index in indices if 0 <= index < len(node)
                )
        level = below
    return [place for place, _ in level]
