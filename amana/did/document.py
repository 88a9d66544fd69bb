"""DID documents, from bytes: which keys may speak for a DID, and for what (DID Core v1.0).

A DID document found somewhere proves nothing by itself; what a verifier relies on is what its
registry pinned. Members are read by their JSON names; no JSON-LD context is applied, so an alias
that a context would give to a member means nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from amana.dates import parse_instant
from amana.errors import InputError, VerificationError
from amana.jwk import VerifyingKey, read_multikey, read_public_jwk
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = ["DidDocument", "parse_document"]

_RELATIONSHIPS: Final = ("assertionMethod", "authentication")
# DID Core v1.0, section 3.2: a fragment is that of RFC 3986.
_FRAGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+")
_FOREIGN: Final = ""  # no id: what another DID controls
_MATERIAL: Final = frozenset(
    {"publicKeyMultibase", "publicKeyJwk", "publicKeyBase58", "publicKeyPem", "publicKeyHex"}
)
_SECRETS: Final = frozenset(
    {"secretKeyMultibase", "privateKeyMultibase", "secretKeyJwk", "privateKeyJwk"}
    | {"privateKeyBase58", "privateKeyPem", "privateKeyHex"}
)


@dataclass(frozen=True, kw_only=True)
class DidDocument:
    """The keys of one DID, by relationship and verification method id.

    `ends` says from when on a method is not to be used any more (the earlier of its `expires` and
    `revoked`, Controlled Identifiers v1.0, section 2.2); `key` heeds it, a caller of the mappings
    must do so itself. `controller` and `also_known_as` are claims of the document, not proofs.
    """

    id: str
    assertion_method: Mapping[str, VerifyingKey]
    authentication: Mapping[str, VerifyingKey]
    ends: Mapping[str, datetime] = field(default_factory=dict)
    controller: tuple[str, ...] = ()
    also_known_as: tuple[str, ...] = ()

    def key(self, method: str, *, purpose: str, now: datetime) -> VerifyingKey:
        """The key of `method`, if it may be used for `purpose` at `now`.

        Controlled Identifiers v1.0, section 3.3: the method must belong to this document and stand
        in the relationship of that name.

        Raises: VerificationError WRONG_RELATIONSHIP or KEY_NOT_OF_ISSUER (the signer); KEY_UNKNOWN
        or KEY_ENDED, where it is only unknown whether the signature may count.
        """
        wanted = {"assertionMethod": self.assertion_method, "authentication": self.authentication}
        found = wanted.get(purpose, {}).get(method)
        if found is None:
            if any(method in keys for keys in wanted.values()):
                raise VerificationError(Reason.WRONG_RELATIONSHIP, f"not a method for {purpose}")
            if not method.startswith(f"{self.id}#"):
                raise VerificationError(Reason.KEY_NOT_OF_ISSUER, "a method of another DID")
            raise VerificationError(Reason.KEY_UNKNOWN, "the DID document has no such method")
        end = self.ends.get(method)
        if end is not None and end <= now:
            raise VerificationError(Reason.KEY_ENDED, "its DID document ended this method")
        return found


def parse_document(data: bytes | JsonObject, *, did: str, limits: Limits = LIMITS) -> DidDocument:
    """Check a DID document (DID Core v1.0, sections 4 and 5) and take the keys that we verify with.

    `data` is its bytes, or what `strict_json.loads` made of them. Multikey (Ed25519, P-256),
    JsonWebKey and Ed25519VerificationKey2020 are read. Keys of other kinds, methods that another
    DID controls and references to what is not here are passed over: absence is not permission.

    Raises: InputError BAD_DID, BAD_MULTIBASE, BAD_KEY, BAD_DATE or TOO_LARGE (the document's
    author), or what `strict_json.loads` raises. Not checked: who published it, `@context`, and the
    meaning of services.
    """
    value = loads(data, limits=limits) if isinstance(data, bytes) else data
    document = as_object(value, Reason.BAD_DID)
    if document.get("id") != did:
        raise InputError(Reason.BAD_DID, "the document belongs to another DID")
    _check_services(document)
    reader = _Reader(did, limits)
    declared = {reader.add(method) for method in _list(document, "verificationMethod")}
    keys: dict[str, dict[str, VerifyingKey]] = {name: {} for name in _RELATIONSHIPS}
    for relationship in _RELATIONSHIPS:
        for entry in _list(document, relationship):
            if type(entry) is str:
                key_id = _absolute(entry, did)
                known = key_id in declared
            else:
                # Embedded in one relationship, a method is good for that one alone (section 5.3).
                key_id = reader.add(entry)
                known = key_id != _FOREIGN
            if known and (key := reader.key(key_id)) is not None:
                keys[relationship][key_id] = key
    return DidDocument(
        id=did,
        assertion_method=MappingProxyType(keys["assertionMethod"]),
        authentication=MappingProxyType(keys["authentication"]),
        ends=MappingProxyType(reader.ends),
        controller=_texts(document, "controller", prefix="did:"),
        also_known_as=_texts(document, "alsoKnownAs"),
    )


class _Reader:
    """The verification methods of one document: each id once, each key read once."""

    def __init__(self, did: str, limits: Limits) -> None:
        self._did = did
        self._most = limits.did_methods
        self._seen: set[str] = set()
        self._own: dict[str, JsonObject] = {}
        self._keys: dict[str, VerifyingKey | None] = {}
        self.ends: dict[str, datetime] = {}

    def add(self, value: Json) -> str:
        """The absolute id of a method that the DID itself controls; _FOREIGN for another's."""
        method = as_object(value, Reason.BAD_DID)
        key_id, kind, controller = (method.get(name) for name in ("id", "type", "controller"))
        if type(key_id) is not str or type(kind) is not str or type(controller) is not str:
            raise InputError(Reason.BAD_DID, "a verification method needs id, type and controller")
        if not _SECRETS.isdisjoint(method):
            raise InputError(Reason.BAD_DID, "a verification method that shows a secret key")
        if len(_MATERIAL.intersection(method)) > 1:
            raise InputError(Reason.BAD_DID, "a verification method with two forms of key")
        key_id = _absolute(key_id, self._did)
        # Of two keys under one id, one program would take the first and another the last.
        if key_id in self._seen:
            raise InputError(Reason.BAD_DID, "two verification methods with one id")
        self._seen.add(key_id)
        if len(self._seen) > self._most:
            raise InputError(Reason.TOO_LARGE, f"more than {self._most} verification methods")
        base, _, fragment = key_id.partition("#")
        if base != self._did or controller != self._did:
            return _FOREIGN
        if _FRAGMENT.fullmatch(fragment) is None:
            raise InputError(Reason.BAD_DID, "a verification method's id has no good fragment")
        self._own[key_id] = method
        return key_id

    def key(self, key_id: str) -> VerifyingKey | None:
        """The key of a method that `add` took; None for a kind that is not judged here."""
        if key_id not in self._keys:
            method = self._own[key_id]
            key = self._keys[key_id] = _key(method)
            if key is not None and (end := _end(method)) is not None:
                self.ends[key_id] = end
        return self._keys[key_id]


def _key(method: JsonObject) -> VerifyingKey | None:
    kind = method["type"]
    try:
        if kind == "Multikey":
            return read_multikey(_multibase(method))
        if kind == "JsonWebKey":
            return read_public_jwk(method.get("publicKeyJwk"))
    except InputError as error:
        if error.reason is Reason.KEY_KIND_UNKNOWN:
            return None
        raise
    if kind == "Ed25519VerificationKey2020":
        return PublicKey.from_multikey(_multibase(method))
    return None


def _multibase(method: JsonObject) -> str:
    text = method.get("publicKeyMultibase")
    if type(text) is not str:
        raise InputError(Reason.BAD_DID, "a verification method without publicKeyMultibase")
    return text


def _end(method: JsonObject) -> datetime | None:
    """The earlier of `expires` and `revoked`."""
    dates = [method[name] for name in ("expires", "revoked") if name in method]
    if not all(type(date) is str for date in dates):
        raise InputError(Reason.BAD_DATE, "expires and revoked are dates with time and offset")
    return min(map(parse_instant, dates), default=None)


def _absolute(reference: str, did: str) -> str:
    return did + reference if reference.startswith("#") else reference


def _list(document: JsonObject, name: str) -> list[Json]:
    value = document.get(name, [])
    if type(value) is not list:
        raise InputError(Reason.BAD_DID, f"{name} of a DID document is a list")
    return value


def _texts(document: JsonObject, name: str, *, prefix: str = "") -> tuple[str, ...]:
    """A member that is one text or several. `alsoKnownAs` is always several (section 5.1.3)."""
    value = document.get(name, [])
    texts = [value] if type(value) is str and prefix else value
    if type(texts) is not list or not all(
        type(text) is str and text.startswith(prefix) for text in texts
    ):
        raise InputError(Reason.BAD_DID, f"{name} of a DID document is not as it should be")
    return tuple(texts)


def _check_services(document: JsonObject) -> None:
    """Section 5.4: a service has a type and an endpoint, and its id is its own."""
    seen: set[str] = set()
    for value in _list(document, "service"):
        service = as_object(value, Reason.BAD_DID)
        key_id = service.get("id")
        if type(key_id) is not str or "type" not in service or "serviceEndpoint" not in service:
            raise InputError(Reason.BAD_DID, "a service needs id, type and serviceEndpoint")
        key_id = _absolute(key_id, document["id"])
        if key_id in seen:
            raise InputError(Reason.BAD_DID, "two services with one id")
        seen.add(key_id)
