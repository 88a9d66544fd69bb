"""What a member's own machine checks before the member is asked anything: the rules of a version.

A coordinator is believed in nothing. A package is held against the version that was published last,
which was verified from the member's own trust anchor: it has to follow from that one, list nothing
whose bytes are not there, rewrite no history, drop nobody, and have the shape that a registry has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Final

from tuf.api.metadata import Targets

from amana.errors import AmanaError, RegistryError
from amana.reasons import Reason
from amana.strict_json import loads
from trust_registry import changes, vetting
from trust_registry._layout import (
    CHECKPOINT,
    ENTRIES,
    GOVERNANCE,
    registrar_name,
)
from trust_registry._previous import Previous, Version
from trust_registry._shape import Proposed, check_shape, check_versions, refused
from trust_registry.entries import read_entry, slug
from trust_registry.log import read_checkpoint
from trust_registry.notes import read_verifier_key
from trust_registry.registrars import limits_path, read_limits
from trust_registry.snapshot import Entry
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement, read_statement
from trust_registry.stolen import PATH as STOLEN
from trust_registry.stolen import read_stolen

__all__ = ["Proposed", "check_base", "examine"]

# What `targets` lists itself.
_WHOLE: Final = re.compile(
    r"(?:registry|governance|stations/stolen|registrars/[a-z0-9-]+)\.json|log/checkpoint"
    r"|(?:documents|decisions)/[^/]+(?:/[^/]+)*"
)

Decided = Callable[[Entry | None, Entry], None]  # raises unless members' votes bear it out


def examine(
    proposed: Proposed,
    *,
    anchor: bytes,
    now: datetime,
    decided: Decided | None = None,
) -> tuple[Targets, Targets]:
    """Whether a package keeps every rule that a member's machine can check by itself.

    Gives what `targets` and `entries` will say.

    `decided`, for who has the papers of the vetting, raises unless a change may be published.

    Raises: RegistryError naming file, role and rule: ANOTHER_REGISTRY, ROLLBACK, REGISTRY_CORRUPT,
    BELOW_THRESHOLD, BAD_CEREMONY, ENTRY_INVALID, ENTRY_FOR_ANOTHER_DID, DEMO_KEY,
    INCOMPLETE_GOVERNANCE and the like (the coordinator, or who swapped a file on the way).
    """
    package = proposed.package
    if package.registry != sha256(anchor).hexdigest():
        raise refused(Reason.ANOTHER_REGISTRY, "root.json", "root", "made for another registry")
    if "targets" not in package.metadata:
        raise refused(Reason.BAD_CEREMONY, "targets.json", "targets", "it asks for no version")
    check_versions(proposed, now=now)
    shape = check_shape(proposed)
    listed: set[str] = set()
    for role, metadata in package.metadata.items():
        if role != "root":
            listed |= _check_targets(proposed, role, metadata.signed)
    for path in package.targets.keys() - listed:
        raise refused(Reason.BAD_CEREMONY, path, "targets", "a file that nobody is asked to sign")
    statement = _check_top(proposed, now=now)
    for path in sorted(listed):
        if path.startswith("entries/"):
            with _naming(path, ENTRIES):
                _check_entry(proposed, path, statement, now=now, decided=decided)
    return shape


def check_base(base: Previous, own: Previous) -> None:
    """Whether what is said to be published is no older than what this member verified last.

    Raises: RegistryError ROLLBACK, or LOG_FORKED where one version has two contents (whoever
    carried the folder, or members who signed twice).
    """
    if base.root.version < own.root.version:
        raise refused(Reason.ROLLBACK, "root.json", "root", "older than verified before")
    names = own.snapshot.meta if own.snapshot is not None else {}
    for name in names:
        role = name.removesuffix(".json")
        if base.role_version(role) < own.role_version(role):
            raise refused(Reason.ROLLBACK, name, role, "older than verified before")
    if base.version == own.version and base.top != own.top:
        raise refused(Reason.LOG_FORKED, "targets.json", "targets", "two of one version")


def _check_targets(proposed: Proposed, role: str, signed: Targets) -> set[str]:
    """The paths that are new or changed in one role; their bytes are there, just as listed."""
    base, package = proposed.base, proposed.package
    before = base.top if role == "targets" else base.role(role, parent=ENTRIES)
    old = before.targets if before is not None else {}
    for path, target in signed.targets.items():
        lists = proposed.lists(path)
        stray = role == "targets" and _WHOLE.fullmatch(path) is None
        if lists is not signed or stray or "sha256" not in target.hashes:
            raise refused(Reason.REGISTRY_CORRUPT, path, role, "a role that may not list it")
        if path in package.targets or old.get(path) != target:
            with _naming(path, role):
                proposed.read(path)
    for path in old.keys() - signed.targets.keys():
        if role != "targets":
            raise refused(Reason.ENTRY_INVALID, path, role, "an organisation was dropped")
    return {path for path, target in signed.targets.items() if old.get(path) != target}


def _check_top(proposed: Proposed, *, now: datetime) -> Statement:
    """What the registry says as a whole."""
    base = proposed.base
    with _naming(STATEMENT, "targets"):
        statement = read_statement(_there(proposed, STATEMENT))
        before = _said(base)
        if statement.version != proposed.package.version:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "its version is not its metadata's")
        if statement.published > now + changes.EARLY:
            raise RegistryError(Reason.BAD_CEREMONY, "dated in the future")
        # With a new root, members may take back a date that was set too far ahead.
        if (
            before is not None
            and statement.published < before.published
            and "root" not in proposed.package.metadata
        ):
            raise RegistryError(Reason.ROLLBACK, "dated before the last version")
        if before is not None and statement.demo != before.demo:
            raise RegistryError(Reason.DEMO_KEY, "a demo does not become real, nor the reverse")
        if before is not None and statement.principles[: len(before.principles)] != (
            before.principles
        ):
            raise RegistryError(Reason.REGISTRY_CORRUPT, "principles that were published are gone")
    with _naming(GOVERNANCE, "targets"):
        vetting.require_governance(loads(_there(proposed, GOVERNANCE)))
    with _naming(CHECKPOINT, "targets"):
        key = read_verifier_key(statement.log or "")
        new = read_checkpoint(_there(proposed, CHECKPOINT), key=key)
        note = base.read(CHECKPOINT)
        if note is not None and read_checkpoint(note, key=key).size > new.size:
            raise RegistryError(Reason.LOG_SHRUNK, "fewer decisions than before")
    with _naming(STOLEN, "targets"):
        known = base.read(STOLEN)
        if known is not None and not read_stolen(known) <= read_stolen(_there(proposed, STOLEN)):
            raise RegistryError(Reason.BAD_STOLEN_LIST, "a station is stolen for good")
    top = proposed.top
    delegations = top.delegations if top is not None else None
    roles = delegations.roles or () if delegations is not None else ()
    wanted = {limits_path(name) for role in roles if (name := registrar_name(role)) is not None}
    listed = top.targets if top is not None else {}
    for path in sorted(wanted | {path for path in listed if path.startswith("registrars/")}):
        with _naming(path, "targets"):
            if limits_path(read_limits(_there(proposed, path)).name) != path:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "another registrar's limits")
    return statement


def _said(version: Previous) -> Statement | None:
    data = version.read(STATEMENT)
    return read_statement(data) if data is not None else None


def _check_entry(
    proposed: Proposed,
    path: str,
    statement: Statement,
    *,
    now: datetime,
    decided: Decided | None,
) -> None:
    entry = read_entry(_there(proposed, path))
    published = proposed.base.read(path)
    before = read_entry(published) if published is not None else None
    if path != f"entries/{slug(entry.did)}.json":
        raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
    if entry.demo and not statement.demo:
        raise RegistryError(Reason.DEMO_KEY, "a demo's entry, and this is no demo")
    changes.check_grown(before, entry)
    changes.check_dated(entry, now=now + changes.EARLY)
    if decided is not None:
        decided(before, entry)


def _there(version: Version, path: str) -> bytes:
    data = version.read(path)
    if data is None:
        raise RegistryError(Reason.REGISTRY_CORRUPT, "it is not there")
    return data


@contextmanager
def _naming(file: str, role: str) -> Iterator[None]:
    try:
        yield
    except AmanaError as error:
        where = {**error.where, "file": file, "role": role}
        raise RegistryError(error.reason, error.detail, **where) from None
