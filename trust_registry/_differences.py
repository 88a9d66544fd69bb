"""What changes from one version to another, in plain words, for somebody who has to sign it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeVar

from tuf.api.metadata import Root, Targets

from amana.errors import AmanaError
from trust_registry._layout import (
    CHECKPOINT,
    ENTRIES,
    GOVERNANCE,
    STATUS,
    bin_bits,
    bins_of,
    registrar_name,
)
from trust_registry._previous import Version
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.entries import read_entry
from trust_registry.registrars import RegistrarLimits, read_limits
from trust_registry.snapshot import Entry, State
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import read_statement
from trust_registry.stolen import PATH as STOLEN
from trust_registry.stolen import read_stolen

__all__ = ["Difference", "changed_entries", "differences", "entry_words", "regional_differences"]


_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that is new, other or gone. `about` is a file, or the role whose keys change."""

    about: str
    words: str


def differences(
    old: Version | None,
    new: Version,
    *,
    roots: tuple[Root, Root],
    names: Mapping[str, str] | None = None,
) -> list[Difference]:
    """Everything that differs, keys first. `names` says what a key (multikey) is called.

    An old file whose bytes are not at hand any more counts as unknown: then all of the new one is
    told.

    Raises: InputError or RegistryError for a new file that can't be read (whoever made it).
    """
    names = names or {}
    found = [
        *_members(*roots, names),
        *_delegations(old.top if old is not None else None, new.top),
        *_whole(old, new),
    ]
    for path in changed_entries(old, new):
        data = new.read(path)
        after = read_entry(data) if data is not None else None
        before = _was(old, path, read_entry)
        found += (Difference(about=path, words=words) for words in entry_words(before, after))
    return found


def regional_differences(
    old: Callable[[str], bytes | None], new: Mapping[str, bytes]
) -> list[Difference]:
    """What differs among the entries of one registrar: `old` reads what was seen of each path.

    Raises: InputError for an entry that can't be read (whoever made it).
    """
    found = []
    for path, data in sorted(new.items()):
        try:
            known = old(path)
        except AmanaError:  # not at hand any more
            known = None
        before = read_entry(known) if known is not None else None
        found += [
            Difference(about=path, words=words) for words in entry_words(before, read_entry(data))
        ]
    return found


def changed_entries(old: Version | None, new: Version) -> list[str]:
    """The paths of entries that one of the two versions lists and the other does not, or otherwise.

    Only bins with another version are compared.
    """
    parent = new.role(ENTRIES)
    paths: set[str] = set()
    for name in bins_of(ENTRIES, bin_bits(parent)) if parent is not None else ():
        after = new.role(name, parent=ENTRIES)
        before = old.role(name, parent=ENTRIES) if old is not None else None
        listed = after.targets if after is not None else {}
        known = before.targets if before is not None else {}
        if listed != known:
            both = listed.keys() | known.keys()
            paths |= {path for path in both if listed.get(path) != known.get(path)}
    return sorted(paths)


def entry_words(before: Entry | None, after: Entry | None) -> Iterator[str]:
    """What changes about one organisation, a sentence each."""
    if after is None:
        yield f"organisation dropped: {before.did if before is not None else 'unknown'}"
        return
    who = f"{_name(after)} ({after.did})"
    if before is None:
        yield f"new organisation: {who}, {after.history[-1].state.value}"
        yield f"{who}: {_may(after)}; admitted by {after.registrar}, dossier {after.dossier}"
        for key in after.keys.values():
            yield f"{who}: new key {key.id}: {key.public.multikey}"
        return
    for change in after.history[len(before.history) :]:
        word = _STATES[change.state]
        yield f"{who}: {word} since {change.since:%Y-%m-%d %H:%M} because: {change.reason}"
    for key in after.keys.values():
        known = before.keys.get(key.id)
        if known is None:
            yield f"{who}: new key {key.id}: {key.public.multikey}"
            continue
        for turn in key.history[len(known.history) :]:
            yield f"{who}: key {key.id} {turn.state.value} since {turn.since:%Y-%m-%d %H:%M}"
        if key.relationships != known.relationships:
            yield f"{who}: key {key.id} is now for {', '.join(sorted(key.relationships))}"
    if (before.actions, before.jurisdictions, before.tiers) != (
        after.actions,
        after.jurisdictions,
        after.tiers,
    ):
        yield f"{who}: {_may(after)}; before: {_may(before)}"
    for what, one, other in (
        ("names", dict(before.names), dict(after.names)),
        ("appeals go to", before.appeals, after.appeals),
        ("admitted by", before.registrar, after.registrar),
        ("dossier", before.dossier, after.dossier),
        ("complaints go to the key", _key(before), _key(after)),
        ("demo", before.demo, after.demo),
        ("lists of what its keys issued", _lists(before), _lists(after)),
    ):
        if one != other:
            yield f"{who}: {what} {other}; before: {one}"


def _lists(entry: Entry) -> str:
    named = [f"{key} by SHA-256 {digest}" for key, digest in sorted(entry.issued.items())]
    return ", ".join(named) or "none"


_STATES: Final[Mapping[State, str]] = {
    State.GRANTED: "granted",
    State.SUSPENDED: "suspended",
    State.WITHDRAWN: "withdrawn",
    State.TERMINATED: "ended by itself",
}


def _name(entry: Entry) -> str:
    return entry.names.get("en") or next(iter(entry.names.values()))


def _key(entry: Entry) -> str:
    return entry.focal_point.multikey if entry.focal_point is not None else "nobody's"


def _may(entry: Entry) -> str:
    places = ", ".join(sorted(entry.jurisdictions)) or "everywhere"
    acts = []
    for action, resource in sorted(entry.actions):
        tiers = entry.tiers.get(resource) if action == "ask" else None
        limited = f" ({', '.join(sorted(tiers))})" if tiers is not None else ""
        acts.append(f"{action} {resource}{limited}")
    return f"may {', '.join(acts) or 'do nothing yet'} in {places}"


def _members(old: Root, new: Root, names: Mapping[str, str]) -> Iterator[Difference]:
    """Keys of members, and of what signs without a person."""
    for role, what in (("targets", "member"), ("snapshot", "key"), ("timestamp", "key")):
        before = set(old.roles[role].keyids)
        after = set(new.roles[role].keyids)
        about = what if what == "member" else f"{role} key"
        for keyid in sorted(after - before):
            key = _multikey(new.keys[keyid])
            called = f", called {names[key]}" if key in names else ""
            yield Difference(about="root.json", words=f"new {about}: {key}{called}")
        for keyid in sorted(before - after):
            key = _multikey(old.keys[keyid])
            yield Difference(about="root.json", words=f"{about} no more: {key}")
    threshold = new.roles["targets"].threshold
    known = old.roles["targets"].threshold
    if (threshold, len(new.roles["targets"].keyids)) != (known, len(old.roles["targets"].keyids)):
        words = f"{threshold} of {len(new.roles['targets'].keyids)} members decide"
        before_that = f"{known} of {len(old.roles['targets'].keyids)}"
        yield Difference(about="root.json", words=f"{words}; before: {before_that}")


def _delegations(old: Targets | None, new: Targets | None) -> Iterator[Difference]:
    """Keys of the lists and of regional registrars."""
    before, after = _signers(old), _signers(new)
    for role in sorted(before.keys() | after.keys()):
        one, other = before.get(role), after.get(role)
        if one == other or role == ENTRIES:  # entries are signed by the members
            continue
        whose = "the key for lists" if role == STATUS else f"registrar {registrar_name(role)}"
        if other is None:
            words = f"{whose} is none any more"
        else:
            threshold, keys = other
            words = f"{whose}: {threshold} of {', '.join(keys)}"
        yield Difference(about=f"{role}.json", words=words)


def _signers(top: Targets | None) -> dict[str, tuple[int, tuple[str, ...]]]:
    delegations = top.delegations if top is not None else None
    if delegations is None or delegations.roles is None:
        return {}
    return {
        name: (role.threshold, tuple(sorted(_multikey(delegations.keys[k]) for k in role.keyids)))
        for name, role in delegations.roles.items()
    }


def _multikey(key: object) -> str:
    return key.public.multikey if isinstance(key, Ed25519Key) else "a key of another kind"


def _whole(old: Version | None, new: Version) -> Iterator[Difference]:
    """What `targets` lists itself."""
    listed = new.top.targets if new.top is not None else {}
    top = old.top if old is not None else None
    known = top.targets if top is not None else {}
    for path in sorted(listed.keys() | known.keys()):
        if listed.get(path) == known.get(path):
            continue
        if path not in listed:
            yield Difference(about=path, words="gone")
            continue
        told = _TOLD.get(path, _limits if path.startswith("registrars/") else _document)
        for words in told(old, new, path):
            yield Difference(about=path, words=words)


def _statement(old: Version | None, new: Version, path: str) -> Iterator[str]:
    after, before = read_statement(_there(new, path)), _was(old, path, read_statement)
    yield f"version {after.version}, dated {after.published:%Y-%m-%d %H:%M}"
    known = before.principles if before is not None else ()
    for one in after.principles[len(known) :]:
        yield f"new principles, version {one.version}: {one.text}"
    for what, was, now in (
        ("name", before.name if before else None, after.name),
        ("demo", before.demo if before else False, after.demo),
        ("key of the log", before.log if before else None, after.log),
    ):
        if was != now:
            yield f"{what}: {now}"


def _limits(old: Version | None, new: Version, path: str) -> Iterator[str]:
    before, after = _was(old, path, read_limits), read_limits(_there(new, path))
    if before is None:
        yield f"limits of the new registrar {after.name} ({after.title}): {_bounds(after)}"
    else:
        yield f"limits of registrar {after.name}: {_bounds(after)}; before: {_bounds(before)}"


def _bounds(limits: RegistrarLimits) -> str:
    acts = ", ".join(f"{action} {resource}" for action, resource in sorted(limits.actions))
    places = ", ".join(sorted(limits.jurisdictions)) or "everywhere"
    return f"{acts or 'nothing'} in {places}, {limits.most_entries} entries at most"


def _stolen(old: Version | None, new: Version, path: str) -> Iterator[str]:
    before = _was(old, path, read_stolen) or frozenset()
    more = read_stolen(_there(new, path)) - before
    yield f"stations stolen: {', '.join(sorted(more))}"


def _governance(old: Version | None, new: Version, path: str) -> Iterator[str]:
    yield from _document(old, new, path, what="the consortium's own answers")


def _checkpoint(old: Version | None, new: Version, path: str) -> Iterator[str]:
    for version, word in ((old, "before"), (new, "now")):
        note = _was(version, path, bytes)
        if note is not None:
            size = note.split(b"\n")[1].decode("ascii", "replace")
            yield f"decisions in the log, {word}: {size}"


def _document(
    old: Version | None, new: Version, path: str, *, what: str = "document"
) -> Iterator[str]:
    data = _there(new, path)
    word = "new" if old is None or old.target(path) is None else "changed"
    yield f"{what} {word}: {len(data)} bytes, SHA-256 {sha256(data).hexdigest()}"


def _there(version: Version, path: str) -> bytes:
    """A file that its role lists; where it is missing, nothing reads what is left."""
    return version.read(path) or b""


def _was(version: Version | None, path: str, parse: Callable[[bytes], _Parsed]) -> _Parsed | None:
    """What a file said before; None if it was not there, or is not at hand."""
    try:
        data = version.read(path) if version is not None else None
        return parse(data) if data is not None else None
    except AmanaError:
        return None


Told = Callable[[Version | None, Version, str], Iterable[str]]
_TOLD: Final[Mapping[str, Told]] = {
    STATEMENT: _statement,
    GOVERNANCE: _governance,
    CHECKPOINT: _checkpoint,
    STOLEN: _stolen,
}
