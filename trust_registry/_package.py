"""What members hand each other in a ceremony: one file to sign, and files that hold signatures.

    package      {type, registry, version, members, metadata: {role: what is signed},
                  targets: {path: base64url}}
    signatures   {type, ceremony, key, signatures: {role: base64url}}

`registry` is the SHA-256 of the trust anchor, `ceremony` that of the package's bytes. A package
holds nothing that counts by itself: TUF's own metadata, not signed yet, and the bytes of new files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from tuf.api.metadata import Metadata, Root, Targets

from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry._previous import loaded

__all__ = ["Package", "Signatures", "read_package", "read_signatures"]

_PACKAGE: Final = "RegistryCeremony"
_SIGNATURES: Final = "CeremonySignatures"
_VALUES: Final = 8 * 1024 * 1024
_ROLES: Final = 1 << 17  # two bins of 65536, and what is above them


@dataclass(frozen=True, kw_only=True)
class Package:
    """A version that members are asked to sign. `members` are the names of keys in a new root."""

    registry: str
    version: int
    members: Mapping[str, PublicKey]
    metadata: Mapping[str, Metadata[Any]]
    targets: Mapping[str, bytes] = field(repr=False)

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical(
            {
                "type": _PACKAGE,
                "registry": self.registry,
                "version": self.version,
                "members": [{"name": n, "key": k.multikey} for n, k in self.members.items()],
                "metadata": {role: one.signed.to_dict() for role, one in self.metadata.items()},
                "targets": {path: to_base64url(data) for path, data in self.targets.items()},
            }
        )

    @property
    def digest(self) -> str:
        """What members read to each other: the SHA-256 of the package, in hex."""
        return sha256(self.data()).hexdigest()

    def file(self, role: str) -> str:
        """Where the metadata of a role will lie."""
        return f"metadata/{self.metadata[role].signed.version}.{role}.json"


@dataclass(frozen=True, kw_only=True)
class Signatures:
    """What one member signed of one package."""

    ceremony: str
    key: PublicKey
    signatures: Mapping[str, bytes]

    def data(self) -> bytes:
        """Its bytes, in RFC 8785 form."""
        return canonical(
            {
                "type": _SIGNATURES,
                "ceremony": self.ceremony,
                "key": self.key.multikey,
                "signatures": {role: to_base64url(one) for role, one in self.signatures.items()},
            }
        )


def read_package(data: bytes, *, limits: Limits = LIMITS) -> Package:
    """Parse a package.

    Raises: InputError or RegistryError BAD_CEREMONY, TOO_LARGE, BAD_KEY, BAD_MULTIBASE,
    REGISTRY_CORRUPT or a syntax reason (the coordinator, or somebody in between).
    Not checked: what it asks to be signed; see `trust_registry.examining`.
    """
    document = _document(
        data, {"type", "registry", "version", "members", "metadata", "targets"}, _PACKAGE, limits
    )
    described = as_object(document["metadata"], Reason.BAD_CEREMONY)
    version = document["version"]
    if type(version) is not int or version < 1 or not 0 < len(described) <= _ROLES:
        raise _bad("a package has a version, and something to be signed")
    metadata: dict[str, Metadata[Any]] = {}
    for role, signed in described.items():
        whole = canonical({"signed": signed, "signatures": []})
        kind = Root if role == "root" else Targets
        try:
            metadata[role] = loaded(kind, whole, f"{role}.json")
        except RegistryError as error:
            raise RegistryError(
                error.reason, error.detail, file=f"{role}.json", role=role
            ) from None
        if metadata[role].signed.to_dict() != signed:
            raise RegistryError(
                Reason.REGISTRY_CORRUPT, "not as it would be signed", file=f"{role}.json", role=role
            )
    members: dict[str, PublicKey] = {}
    for item in _list(document["members"]):
        member = as_object(item, Reason.BAD_CEREMONY)
        if set(member) != {"name", "key"}:
            raise _bad("a member has a name and a key")
        members[_text(member["name"])] = PublicKey.from_multikey(_text(member["key"]))
    found = as_object(document["targets"], Reason.BAD_CEREMONY)
    package = Package(
        registry=_text(document["registry"]),
        version=version,
        members=members,
        metadata=metadata,
        targets={path: from_base64url(_text(one)) for path, one in found.items()},
    )
    if package.data() != data:
        raise _bad("a package has one form only")  # else two members could read two digests
    return package


def read_signatures(data: bytes, *, limits: Limits = LIMITS) -> Signatures:
    """Parse what a member signed.

    Raises: InputError BAD_CEREMONY, TOO_LARGE, BAD_KEY, BAD_MULTIBASE or a syntax reason (the
    member, or somebody in between). Not checked: the signatures.
    """
    document = _document(data, {"type", "ceremony", "key", "signatures"}, _SIGNATURES, limits)
    found = as_object(document["signatures"], Reason.BAD_CEREMONY)
    return Signatures(
        ceremony=_text(document["ceremony"]),
        key=PublicKey.from_multikey(_text(document["key"])),
        signatures={role: from_base64url(_text(one)) for role, one in found.items()},
    )


def _document(data: bytes, names: set[str], kind: str, limits: Limits) -> JsonObject:
    larger = replace(limits, json_bytes=limits.ceremony_bytes, json_values=_VALUES)
    document = as_object(loads(data, limits=larger), Reason.BAD_CEREMONY)
    if set(document) != names or document["type"] != kind:
        raise _bad(f"not a {kind}")
    return document


def _text(value: Json) -> str:
    if type(value) is not str:
        raise _bad("a text is missing")
    return value


def _list(value: Json) -> list[Json]:
    if type(value) is not list:
        raise _bad("a list is missing")
    return value


def _bad(detail: str) -> InputError:
    return InputError(Reason.BAD_CEREMONY, detail)
