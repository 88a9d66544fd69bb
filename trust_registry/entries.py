"""Entries of the registry: their JSON form, read strictly, and the rules a history has to keep.

An entry says who an organisation is, which keys are its own, what it may do and since when. It is
one file a DID, named by a hash of the DID, so that a file name tells nothing and can't surprise.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from amana.dates import format_instant, parse_instant
from amana.did import key as did_key
from amana.did import web as did_web
from amana.did import webvh
from amana.errors import InputError
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject, as_object, loads
from trust_registry.snapshot import Entry, KeyChange, PinnedKey, State, StatusChange

__all__ = ["RELATIONSHIPS", "check_entry", "entry_document", "plain_text", "read_entry", "slug"]

RELATIONSHIPS: Final = ("assertionMethod", "authentication")
TIERS: Final = ("registered", "checked")  # of services that ask for a proof (schemas, service tier)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

# What may follow a state. A compromise is for ever; an appeal may undo a withdrawal.
_NEXT_OF_KEY: Final[Mapping[State | None, frozenset[State]]] = {
    None: frozenset({State.GRANTED}),
    State.GRANTED: frozenset({State.RETIRED, State.COMPROMISED}),
    State.RETIRED: frozenset({State.COMPROMISED}),
    State.COMPROMISED: frozenset(),
}
_NEXT_OF_ENTRY: Final[Mapping[State | None, frozenset[State]]] = {
    None: frozenset({State.GRANTED}),
    State.GRANTED: frozenset({State.SUSPENDED, State.WITHDRAWN, State.TERMINATED}),
    State.SUSPENDED: frozenset({State.GRANTED, State.WITHDRAWN, State.TERMINATED}),
    State.WITHDRAWN: frozenset({State.GRANTED}),
    State.TERMINATED: frozenset({State.GRANTED}),
}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
ACTION: Final = re.compile(r"[a-z][a-z-]{0,31}")
RESOURCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}")
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
JURISDICTION: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# Marks that turn the direction of what follows: staff would read another name than the one signed.
_TURNS_TEXT: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def slug(did: str) -> str:
    """The file name of a DID's entry: 32 hex digits of its SHA-256."""
    return hashlib.sha256(did.encode()).hexdigest()[:32]


def entry_document(
    did: str,
    *,
    names: Mapping[str, str],
    keys: Mapping[str, PublicKey],
    actions: Iterable[tuple[str, str]],
    since: datetime,
    registrar: str,
    appeals: str,
    dossier: str,
    reason: str = "accredited",
    relationships: Iterable[str] = ("assertionMethod",),
    demo: bool = False,
    jurisdictions: Iterable[str] = (),
    tiers: Mapping[str, Iterable[str]] = _NOTHING,
    focal_point: PublicKey | None = None,
) -> JsonObject:
    """The JSON form of a new entry, granted from `since` on with all its keys.

    `keys` are by verification method id, `names` by language, `dossier` is the SHA-256 of the
    vetting file in hex, `tiers` are by the resource that is asked for.

    Raises: InputError as `check_entry` (the caller's fault).
    """
    start = format_instant(since)
    document: JsonObject = {
        "did": did,
        "names": dict(names),
        "keys": [
            {
                "id": key_id,
                "publicKeyMultibase": public.multikey,
                "relationships": sorted(relationships),
                "history": [{"since": start, "state": State.GRANTED.value}],
            }
            for key_id, public in keys.items()
        ],
        "actions": [
            {"action": action, "resource": resource} for action, resource in sorted(actions)
        ],
        "history": [{"since": start, "state": State.GRANTED.value, "reason": reason}],
        "registrar": registrar,
        "appeals": appeals,
        "dossier": dossier,
    }
    if demo:
        document["demo"] = True
    if places := sorted(set(jurisdictions)):
        document["jurisdictions"] = places
    if asked := {resource: sorted(set(names)) for resource, names in tiers.items()}:
        document["tiers"] = asked
    if focal_point is not None:
        document["focalPoint"] = focal_point.multikey
    check_entry(document)
    return document


def read_entry(data: bytes, *, limits: Limits = LIMITS) -> Entry:
    """Parse and check the bytes of one entry.

    Raises: InputError as `check_entry`, or with a syntax reason (the entry's author).
    """
    return check_entry(loads(data, limits=limits), limits=limits)


def check_entry(value: Json, *, limits: Limits = LIMITS) -> Entry:
    """Check the JSON form of an entry and return it as an immutable value.

    Raises: InputError ENTRY_INVALID, BAD_DID, BAD_KEY, BAD_MULTIBASE, BAD_DATE or REASON_REQUIRED
    (the entry's author). Not checked: who signed it, and whether the file stands where it should.
    """
    document = _members(
        value,
        required=(
            "did",
            "names",
            "keys",
            "actions",
            "history",
            "registrar",
            "appeals",
            "dossier",
        ),
        optional=("demo", "jurisdictions", "tiers", "focalPoint", "issued"),
    )
    did = _did(document["did"])
    demo = document.get("demo", False)
    if type(demo) is not bool:
        raise _invalid("demo is true or left out")
    dossier = document["dossier"]
    if type(dossier) is not str or _DIGEST.fullmatch(dossier) is None:
        raise _invalid("dossier is a SHA-256 in hex")
    keys = _keys(document["keys"], did, limits)
    actions = _actions(document["actions"], limits)
    return Entry(
        did=did,
        names=_names(document["names"], limits),
        keys=keys,
        actions=actions,
        history=_entry_history(document["history"], limits),
        registrar=plain_text(document["registrar"], "registrar", limits),
        appeals=plain_text(document["appeals"], "appeals", limits),
        dossier=dossier,
        demo=demo,
        jurisdictions=_jurisdictions(document, limits),
        tiers=_tiers(document, actions),
        focal_point=_focal_point(document, keys),
        issued=_issued(document, keys),
    )


def _invalid(detail: str) -> InputError:
    return InputError(Reason.ENTRY_INVALID, detail)


def _members(
    value: Json, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> JsonObject:
    """An object with just these members: a member that nobody checks must not look signed for."""
    document = as_object(value, Reason.ENTRY_INVALID)
    for name in required:
        if name not in document:
            raise _invalid(f"{name} is missing")
    if len(document) > len(required) + sum(name in document for name in optional):
        raise _invalid("a member that entries do not have")
    return document


def _jurisdictions(document: JsonObject, limits: Limits) -> frozenset[str]:
    """Codes as ISO 3166 writes them. Not checked: that such a place is listed there."""
    if "jurisdictions" not in document:
        return frozenset()
    codes = _list(document["jurisdictions"], "jurisdictions", limits.entry_jurisdictions)
    if not all(type(code) is str and JURISDICTION.fullmatch(code) for code in codes):
        raise _invalid("jurisdictions are codes of ISO 3166-1 (KE) or 3166-2 (KE-30)")
    return frozenset(_once(codes, "jurisdictions"))


def _tiers(
    document: JsonObject, actions: frozenset[tuple[str, str]]
) -> Mapping[str, frozenset[str]]:
    """Service tiers by what may be asked for; a resource that may not be asked for has none."""
    if "tiers" not in document:
        return _NOTHING
    found: dict[str, frozenset[str]] = {}
    for resource, value in as_object(document["tiers"], Reason.ENTRY_INVALID).items():
        if ("ask", resource) not in actions:
            raise _invalid("tiers of what it may not ask for")
        names = _list(value, "tiers", len(TIERS))
        if not all(name in TIERS for name in names):
            raise _invalid(f"tiers are {' and '.join(TIERS)}")
        found[resource] = frozenset(_once(names, "tiers"))
    if not found:
        raise _invalid("tiers has at least one resource, or is left out")
    return MappingProxyType(found)


def _focal_point(document: JsonObject, keys: Mapping[str, PinnedKey]) -> PublicKey | None:
    """Complaints about an organisation go to somebody else: the key is none of its own (C66)."""
    if "focalPoint" not in document:
        return None
    value = document["focalPoint"]
    if type(value) is not str:
        raise _invalid("focalPoint is a Multikey")
    found = PublicKey.from_multikey(value)
    if any(found == key.public for key in keys.values()):
        raise _invalid("the focal point is independent: not a key of the organisation")
    return found


def _issued(document: JsonObject, keys: Mapping[str, PinnedKey]) -> Mapping[str, str]:
    """Which list of issued credentials counts, by key: members sign for its digest."""
    if "issued" not in document:
        return _NOTHING
    found = as_object(document["issued"], Reason.ENTRY_INVALID)
    if not found or not all(
        key_id in keys and type(digest) is str and _DIGEST.fullmatch(digest)
        for key_id, digest in found.items()
    ):
        raise _invalid("issued is by key id, a SHA-256 in hex each")
    return MappingProxyType(dict(found))


def _once(values: list[Json], what: str) -> list[Json]:
    if len(set(values)) != len(values):
        raise _invalid(f"{what} names something twice")
    return values


def _list(value: Json, what: str, most: int, *, least: int = 1) -> list[Json]:
    if type(value) is not list or not least <= len(value) <= most:
        raise _invalid(f"{what} is a list of {least} to {most}")
    return value


def plain_text(
    value: Json, what: str, limits: Limits, reason: Reason = Reason.ENTRY_INVALID
) -> str:
    """A text for people to read: not empty, not endless, nothing that hides or turns other text.

    Raises: InputError with `reason` (its author).
    """
    if type(value) is not str or not value.strip() or len(value) > limits.entry_text_chars:
        raise InputError(reason, f"{what} is a text of 1 to {limits.entry_text_chars} characters")
    if any(unicodedata.category(c) == "Cc" or c in _TURNS_TEXT for c in value):
        raise InputError(reason, f"{what} holds a control character")
    return value


def _did(value: Json) -> str:
    if type(value) is not str:
        raise _invalid("did is a text")
    if value.startswith(did_key.PREFIX):
        did_key.resolve(value)
    elif value.startswith(webvh.PREFIX):
        webvh.log_url(value)
    else:
        did_web.document_url(value)
    return value


def _names(value: Json, limits: Limits) -> Mapping[str, str]:
    names = as_object(value, Reason.ENTRY_INVALID)
    if not 0 < len(names) <= limits.entry_names:
        raise _invalid(f"names has 1 to {limits.entry_names} languages")
    if not all(_LANGUAGE.fullmatch(language) for language in names):
        raise _invalid("names are by language (BCP 47)")
    return MappingProxyType(
        {language: plain_text(name, "a name", limits) for language, name in names.items()}
    )


def _keys(value: Json, did: str, limits: Limits) -> Mapping[str, PinnedKey]:
    keys: dict[str, PinnedKey] = {}
    for item in _list(value, "keys", limits.entry_keys):
        key = _key(item, did, limits)
        if key.id in keys or any(key.public == other.public for other in keys.values()):
            raise _invalid("the same key twice")
        keys[key.id] = key
    if did.startswith(did_key.PREFIX) and [k.public.did for k in keys.values()] != [did]:
        raise _invalid("a did:key has one key, its own")
    return MappingProxyType(keys)


def _key(value: Json, did: str, limits: Limits) -> PinnedKey:
    document = _members(value, required=("id", "publicKeyMultibase", "relationships", "history"))
    key_id, multikey = document["id"], document["publicKeyMultibase"]
    if (
        type(key_id) is not str
        or not key_id.startswith(f"{did}#")
        or _FRAGMENT.fullmatch(key_id[len(did) + 1 :]) is None
    ):
        raise _invalid("a key's id is the DID, # and a name")
    if type(multikey) is not str:
        raise _invalid("publicKeyMultibase is a text")
    relationships = _list(document["relationships"], "relationships", len(RELATIONSHIPS))
    if not all(name in RELATIONSHIPS for name in relationships):
        raise _invalid(f"relationships are {' and '.join(RELATIONSHIPS)}")
    history: list[KeyChange] = []
    for item in _list(document["history"], "history", limits.entry_history):
        change = _members(item, required=("since", "state"))
        before = history[-1] if history else None
        since = _since(change["since"], before.since if before else None)
        state = _state(change["state"], _NEXT_OF_KEY, before.state if before else None)
        history.append(KeyChange(since=since, state=state))
    return PinnedKey(
        id=key_id,
        public=PublicKey.from_multikey(multikey),
        relationships=frozenset(relationships),
        history=tuple(history),
    )


def _entry_history(value: Json, limits: Limits) -> tuple[StatusChange, ...]:
    history: list[StatusChange] = []
    for item in _list(value, "history", limits.entry_history):
        change = _members(item, required=("since", "state", "reason"))
        before = history[-1] if history else None
        since = _since(change["since"], before.since if before else None)
        state = _state(change["state"], _NEXT_OF_ENTRY, before.state if before else None)
        if type(change["reason"]) is not str or not change["reason"].strip():
            raise InputError(Reason.REASON_REQUIRED, "each change of status says why")
        reason = plain_text(change["reason"], "reason", limits)
        history.append(StatusChange(since=since, state=state, reason=reason))
    return tuple(history)


def _since(value: Json, before: datetime | None) -> datetime:
    if type(value) is not str:
        raise _invalid("since is an instant")
    since = parse_instant(value)
    if format_instant(since) != value:
        raise _invalid("since is written in UTC, to the second")
    if before is not None and since <= before:
        raise _invalid("a history runs forward, one change an instant")
    return since


def _state(
    value: Json, follows: Mapping[State | None, frozenset[State]], before: State | None
) -> State:
    allowed = follows[before]
    if value not in [state.value for state in allowed]:
        names = " or ".join(sorted(allowed)) or "nothing"
        raise _invalid(f"after {before or 'the beginning'} comes {names}")
    return State(value)


def _actions(value: Json, limits: Limits) -> frozenset[tuple[str, str]]:
    actions: set[tuple[str, str]] = set()
    for item in _list(value, "actions", limits.entry_actions, least=0):
        document = _members(item, required=("action", "resource"))
        action, resource = document["action"], document["resource"]
        if (
            type(action) is not str
            or type(resource) is not str
            or ACTION.fullmatch(action) is None
            or RESOURCE.fullmatch(resource) is None
            or (action, resource) in actions
        ):
            raise _invalid("an action is a verb and what it is done with, named once")
        actions.add((action, resource))
    return frozenset(actions)
