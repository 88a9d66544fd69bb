"""Type metadata of SD-JWT VC (draft-ietf-oauth-sd-jwt-vc, sections 6 to 9): rules for its claims.

Documents come as bytes from wherever the caller keeps them; nothing is fetched. What is for display
is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from amana.digests import check_resource
from amana.errors import InputError, VerificationError
from amana.limits import LIMITS, Limits
from amana.proofs._disclosures import Path, find
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads

__all__ = ["Rule", "check_rules", "read_rules"]

_ALLOWED: Final = "allowed"
_DISCLOSABLE: Final = ("always", _ALLOWED, "never")


class Rule(NamedTuple):
    """What a type asks of the claims at one path."""

    disclosable: str  # "always", "allowed" or "never"
    mandatory: bool


def read_rules(
    vct: str, integrity: Json, documents: Mapping[str, bytes], *, limits: Limits = LIMITS
) -> dict[Path, Rule]:
    """The rules of type `vct` and of the types that it extends, by path.

    `documents` are those that the caller has, by type; `integrity` is `vct#integrity` of the
    credential, or None.

    Raises: InputError SCHEMA_UNKNOWN where a document is not at hand, BAD_TYPE_METADATA where one
    is malformed, loosens what it extends, or extends itself, what `strict_json.loads` raises
    (whoever wrote the type); VerificationError RESOURCE_MISMATCH where it is not what was meant.
    """
    chain: list[JsonObject] = []
    names: set[str] = set()
    name: Json = vct
    while name is not None:
        if name in names or len(chain) == limits.type_metadata_documents:
            raise InputError(Reason.BAD_TYPE_METADATA, "types that extend one another without end")
        names.add(name)
        document = _read_document(name, integrity, documents, limits)
        chain.append(document)
        name, integrity = document.get("extends"), document.get("extends#integrity")
        if name is not None and type(name) is not str:
            raise InputError(Reason.BAD_TYPE_METADATA, "extends is a text")
    rules: dict[Path, Rule] = {}
    for document in reversed(chain):
        _add_rules(rules, document, limits)
    return rules


def check_rules(
    rules: Mapping[Path, Rule], claims: JsonObject, disclosed: tuple[Path, ...]
) -> None:
    """Whether the claims that can be seen keep to the rules of their type (section 9.4).

    Raises: VerificationError SCHEMA_VIOLATION (the issuer).
    Not checked: what is hidden; and rules for one element of an array by its number, as the number
    is another when elements before it are hidden.
    """
    brought = frozenset(disclosed)
    for path, rule in rules.items():
        if any(type(step) is int for step in path):
            continue
        places = find(claims, path)
        if rule.disclosable == "always" and not brought.issuperset(places):
            raise VerificationError(Reason.SCHEMA_VIOLATION, "a claim that should be disclosable")
        if rule.disclosable == "never":
            if not brought.isdisjoint(places):
                raise VerificationError(Reason.SCHEMA_VIOLATION, "a claim that should be open")
            if rule.mandatory and len(places) < len(find(claims, path[:-1])):
                raise VerificationError(Reason.SCHEMA_VIOLATION, "a claim that should be there")


def _read_document(
    name: str, integrity: Json, documents: Mapping[str, bytes], limits: Limits
) -> JsonObject:
    if name not in documents:
        raise InputError(Reason.SCHEMA_UNKNOWN, "type metadata that is not at hand")
    data = documents[name]
    if integrity is not None:
        check_resource({"digestSRI": integrity}, data)
    document = as_object(loads(data, limits=limits, floats=True), Reason.BAD_TYPE_METADATA)
    if document.get("vct") != name:
        raise VerificationError(Reason.RESOURCE_MISMATCH, "type metadata of another type")
    return document


def _add_rules(rules: dict[Path, Rule], document: JsonObject, limits: Limits) -> None:
    """Put the rules of an extending type over those that it extends (section 9.5)."""
    listed = document.get("claims", [])
    if type(listed) is not list or len(rules) + len(listed) > limits.type_metadata_claims:
        raise InputError(Reason.BAD_TYPE_METADATA, "claims are an array, and not too many")
    own: set[Path] = set()
    for entry in listed:
        claim = as_object(entry, Reason.BAD_TYPE_METADATA)
        path = _read_path(claim.get("path"), limits)
        if path in own:
            raise InputError(Reason.BAD_TYPE_METADATA, "two rules for one path")
        own.add(path)
        extended = rules.get(path, Rule(_ALLOWED, mandatory=False))
        disclosable = claim.get("sd", extended.disclosable)
        rule = Rule(disclosable, claim.get("mandatory", extended.mandatory))
        if disclosable not in _DISCLOSABLE or type(rule.mandatory) is not bool:
            raise InputError(Reason.BAD_TYPE_METADATA, "not what sd or mandatory may be")
        if extended.disclosable not in (_ALLOWED, rule.disclosable) or (
            extended.mandatory and not rule.mandatory
        ):
            raise InputError(Reason.BAD_TYPE_METADATA, "a type that loosens what it extends")
        rules[path] = rule


def _read_path(value: Json, limits: Limits) -> Path:
    """Section 9.1: names, indices, and null for every element."""
    if type(value) is not list or not 0 < len(value) <= limits.json_depth:
        raise InputError(Reason.BAD_TYPE_METADATA, "a path is an array with something in it")
    for step in value:
        if not (step is None or type(step) is str or (type(step) is int and step >= 0)):
            raise InputError(Reason.BAD_TYPE_METADATA, "no step of a path")
    return tuple(value)
