"""did:web: identifiers and DID documents, from bytes that somebody pinned.

A DID document found on the network proves nothing by itself; the registry pins its keys, k of n
members sign that, and only then does a verifier rely on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from amana.errors import InputError
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = ["DidDocument", "document_url", "parse_document"]

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DID_WEB: Final = re.compile(
    rf"did:web:(?P<host>{_LABEL}(?:\.{_LABEL})*(?:%3A[0-9]{{1,5}})?)"
    r"(?P<path>(?::(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+)*)"
)
_RELATIONSHIPS: Final = ("assertionMethod", "authentication")


@dataclass(frozen=True, kw_only=True)
class DidDocument:
    """The keys of one DID, by relationship and verification method id."""

    id: str
    assertion_method: Mapping[str, PublicKey]
    authentication: Mapping[str, PublicKey]


def document_url(did: str) -> str:
    """Where the DID document of a did:web would lie (did:web, section 3.2). Fetches nothing.

    Raises: InputError BAD_DID (the sender's fault).
    """
    match = _DID_WEB.fullmatch(did) if len(did) <= LIMITS.did_chars else None
    if match is None:
        raise InputError(Reason.BAD_DID, "not a did:web")
    segments = [unquote(segment) for segment in match["path"].split(":")[1:]]
    if any(segment in ("", ".", "..") or "/" in segment for segment in segments):
        raise InputError(Reason.BAD_DID, "a did:web whose path leaves its host")
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{match['host'].replace('%3A', ':')}/{path}/did.json"


def parse_document(data: bytes, *, did: str) -> DidDocument:
    """Check the bytes of a DID document (DID Core, section 5) and take its Ed25519 Multikeys.

    Keys of other kinds are passed over: absence is not permission. Every method must be controlled
    by the DID itself.

    Raises: InputError BAD_DID, BAD_MULTIBASE or BAD_KEY (the document's author), or what
    `strict_json.loads` raises. Not checked: who published it.
    """
    document = as_object(loads(data), Reason.BAD_DID)
    if document.get("id") != did:
        raise InputError(Reason.BAD_DID, "the document belongs to another DID")
    methods: dict[str, JsonObject] = {}
    for method in _list(document.get("verificationMethod")):
        if (key_id := _method_id(method, did)) is not None:
            _add(methods, key_id, method)
    embedded: dict[str, JsonObject] = dict(methods)
    keys: dict[str, dict[str, PublicKey]] = {}
    for relationship in _RELATIONSHIPS:
        keys[relationship] = {}
        for entry in _list(document.get(relationship)):
            if type(entry) is str:
                key_id = _absolute(entry, did)
                method = methods.get(key_id)
            else:
                key_id = _method_id(entry, did)
                method = entry
                if key_id is not None:
                    _add(embedded, key_id, entry)
            if key_id is not None and method is not None and method.get("type") == "Multikey":
                keys[relationship][key_id] = _key(method)
    return DidDocument(
        id=did,
        assertion_method=keys["assertionMethod"],
        authentication=keys["authentication"],
    )


def _list(value: Json) -> list[Json]:
    if value is None:
        return []
    if type(value) is not list:
        raise InputError(Reason.BAD_DID, "a relationship of a DID document is a list")
    return value


def _add(methods: dict[str, JsonObject], key_id: str, method: JsonObject) -> None:
    # Of two keys under one id, one program would take the first and another the last.
    if key_id in methods:
        raise InputError(Reason.BAD_DID, "two verification methods with one id")
    methods[key_id] = method


def _absolute(reference: str, did: str) -> str:
    return did + reference if reference.startswith("#") else reference


def _method_id(method: Json, did: str) -> str | None:
    """The absolute id of a method that `did` controls itself; None for another's."""
    method = as_object(method, Reason.BAD_DID)
    key_id = method.get("id")
    if type(key_id) is not str:
        raise InputError(Reason.BAD_DID, "a verification method without an id")
    key_id = _absolute(key_id, did)
    return key_id if method.get("controller") == did and key_id.startswith(f"{did}#") else None


def _key(method: Mapping[str, Json]) -> PublicKey:
    text = method.get("publicKeyMultibase")
    if type(text) is not str:
        raise InputError(Reason.BAD_DID, "a Multikey without publicKeyMultibase")
    if not text.startswith("z6Mk"):
        raise InputError(Reason.BAD_KEY, "not an Ed25519 Multikey")
    return PublicKey.from_multikey(text)
