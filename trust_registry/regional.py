"""A regional registrar at work: its own members sign its own role, with files passed by hand.

members.json           who signs for it, and how many; handed to the consortium when founded
entries/               what the next version of its role will list
vetting/               its own applications, votes and decisions

prepare   writes a package, as a consortium's ceremony does; `ceremony sign` signs it
hand_in   puts its members' signatures under it: one file for the consortium
take      the consortium's machine checks that file, and stages what the registrar signed
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Targets

from amana.cli import read_file, write_file
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS, Limits
from amana.multibase import from_base64url, to_base64url
from amana.reasons import Reason
from amana.strict_json import as_object, loads
from trust_registry import changes, vetting
from trust_registry._bins import SIGNED_BY_MEMBERS, expiry, stored, to_bytes
from trust_registry._layout import ROLE, registrar_name, registrar_paths, registrar_role
from trust_registry._package import Package
from trust_registry._previous import Previous, check_named, check_signed, loaded
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.assembly import naming, submissions
from trust_registry.entries import read_entry
from trust_registry.publish import Submission
from trust_registry.registrars import (
    NAME,
    RegistrarLimits,
    RegistrarMembers,
    check_number,
    check_within,
    entry_path,
    limits_path,
    read_limits,
    read_members,
)
from trust_registry.snapshot import Entry

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = [
    "check_region",
    "prepare",
    "read_submission",
    "stage_registrar",
    "submission_data",
    "take",
]

_SUBMISSION: Final = "RegistrarSubmission"
_VALUES: Final = 8 * 1024 * 1024


def stage_registrar(
    consortium: Consortium, limits: RegistrarLimits, members: RegistrarMembers
) -> None:
    """Stage a registrar's limits and members; it counts once members sign, and its own have.

    Raises: RegistryError BAD_CEREMONY for papers of two registrars (whoever staged them).
    """
    if limits.name != members.name:
        rule = "limits and members of two registrars"
        raise RegistryError(
            Reason.BAD_CEREMONY, rule, file=limits_path(limits.name), role="members"
        )
    # Read back: what a program made is held to what is read from files.
    read_limits(limits.data())
    read_members(members.data())
    write_file(consortium.folder / f"registrars/{limits.name}/members.json", members.data())
    write_file(consortium.folder / limits_path(limits.name), limits.data())


def prepare(folder: Path, base: Previous, *, anchor: bytes, now: datetime) -> Package:
    """The next version of a registrar's role, from its own working folder, to be signed.

    Raises: RegistryError naming file, role and rule: NOT_ACCREDITED and its like for an entry that
    its own members have not voted for, BEYOND_LIMITS, ENTRY_INVALID (who staged it).
    """
    members = read_members(read_file(folder / "members.json"))
    role = registrar_role(members.name)
    targets = {}
    for path in sorted((folder / "entries").glob("*.json")):
        data = read_file(path)
        name = f"registrars/{members.name}/entries/{path.name}"
        with naming(name, role):
            entry = read_entry(data)
            published = _published(base, role, name)
            before = read_entry(published) if published is not None else None
            if vetting.needs_decision(before, entry):
                vetting.require_decided(
                    folder / "vetting", entry, members=members.members, threshold=members.threshold
                )
        targets[name] = data
    files: dict[str, bytes] = {}
    signed = Targets(
        version=base.role_version(role) + 1,
        expires=expiry(now, SIGNED_BY_MEMBERS),
        targets=stored(targets, files),
        unrecognized_fields={ROLE: role},
    )
    package = Package(
        registry=sha256(anchor).hexdigest(),
        version=signed.version,
        members=members.members,
        metadata={role: Metadata(signed)},
        targets=targets,
    )
    check_region(package, base, role=role, anchor=anchor, now=now)
    return package


def check_region(
    package: Package, base: Previous, *, role: str, anchor: bytes, now: datetime
) -> None:
    """Whether a registrar's package follows from what is published, within the registrar's limits.

    Limits that are not published yet are not held against it: then the consortium does so.

    Raises: RegistryError naming file, role and rule: ANOTHER_REGISTRY, ROLLBACK, BEYOND_LIMITS,
    REGISTRY_CORRUPT, ENTRY_INVALID, DEMO_KEY (whoever prepared it, or swapped it on the way).
    """
    name = str(registrar_name(role))
    signed = package.metadata[role].signed
    file = package.file(role)
    if package.registry != sha256(anchor).hexdigest():
        raise RegistryError(
            Reason.ANOTHER_REGISTRY, "made for another registry", file=file, role=role
        )
    if package.version != signed.version or signed.version != base.role_version(role) + 1:
        rule = f"not version {base.role_version(role) + 1}"
        raise RegistryError(Reason.ROLLBACK, rule, file=file, role=role)
    if not now < signed.expires <= expiry(now, SIGNED_BY_MEMBERS + changes.EARLY):
        raise RegistryError(
            Reason.REGISTRY_CORRUPT, "it expires too soon or too late", file=file, role=role
        )
    check_named(role, signed, file=file)
    if signed.delegations is not None or signed.targets != stored(package.targets, {}):
        raise RegistryError(
            Reason.REGISTRY_CORRUPT, "it lists other files than it brings", file=file, role=role
        )
    bounds = base.read(limits_path(name)) if base.targets is not None else None
    limits = read_limits(bounds) if bounds is not None else None
    for path, data in package.targets.items():
        with naming(path, role):
            published = _published(base, role, path)
            _check_entry(path, data, published, name=name, limits=limits, now=now)
    listed = base.role(role) if role in base.registrars else None
    known = listed.targets.keys() if listed is not None else set()
    if limits is not None and package.targets.keys() - known:
        check_number(limits, len(package.targets))
    for path in known - package.targets.keys():
        raise RegistryError(
            Reason.ENTRY_INVALID, "an organisation was dropped", file=path, role=role
        )


def region_of(package: Package) -> str | None:
    """The role of the registrar whose package this is; None for the consortium's own."""
    (role, *more) = package.metadata
    return role if not more and registrar_name(role) is not None else None


def _published(base: Previous, role: str, path: str) -> bytes | None:
    return base.read(path) if role in base.registrars else None


def _check_entry(
    path: str,
    data: bytes,
    published: bytes | None,
    *,
    name: str,
    limits: RegistrarLimits | None,
    now: datetime,
) -> Entry:
    entry = read_entry(data)
    if path != entry_path(name, entry.did):
        raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
    before = read_entry(published) if published is not None else None
    changes.check_grown(before, entry)
    changes.check_dated(entry, now=now + changes.EARLY)
    # Limits may have become narrower: who was admitted before can still be suspended.
    if limits is not None and vetting.needs_decision(before, entry):
        check_within(limits, entry)
    return entry


def submission_data(package: Package, *, role: str, members: RegistrarMembers) -> bytes:
    """The one file that a registrar hands to the consortium, once enough of its members signed.

    Raises: RegistryError BELOW_THRESHOLD (nobody's fault: sign on).
    """
    metadata = package.metadata[role]
    check_signed(_own(members), role, metadata, file=package.file(role))
    return canonical(
        {
            "type": _SUBMISSION,
            "name": members.name,
            "metadata": metadata.to_dict(),
            "targets": {path: to_base64url(data) for path, data in package.targets.items()},
        }
    )


def read_submission(data: bytes, *, limits: Limits = LIMITS) -> Submission:
    """Parse what a registrar handed in.

    Raises: InputError BAD_CEREMONY, TOO_LARGE, BAD_MULTIBASE or a syntax reason (whoever handed it
    in). Not checked: signatures, and everything that `take` checks.
    """
    larger = replace(limits, json_bytes=limits.ceremony_bytes, json_values=_VALUES)
    document = as_object(loads(data, limits=larger), Reason.BAD_CEREMONY)
    if set(document) != {"type", "name", "metadata", "targets"} or document["type"] != _SUBMISSION:
        raise InputError(Reason.BAD_CEREMONY, f"not a {_SUBMISSION}")
    targets = as_object(document["targets"], Reason.BAD_CEREMONY)
    if type(document["name"]) is not str or not all(type(one) is str for one in targets.values()):
        raise InputError(Reason.BAD_CEREMONY, "a text is missing")
    return Submission(
        name=document["name"],
        metadata=canonical(as_object(document["metadata"], Reason.BAD_CEREMONY)),
        targets={path: from_base64url(one) for path, one in targets.items()},
    )


def take(consortium: Consortium, data: bytes, *, now: datetime) -> Submission:
    """Stage what a registrar handed in, if its own members signed it and its limits allow it.

    Raises: RegistryError naming file, role and rule, as `check_region`; BELOW_THRESHOLD;
    BAD_CEREMONY for a registrar that nobody staged; ROLLBACK or ENTRY_INVALID for what takes back
    something that waits to be published (the registrar, or who carried the file). What was taken
    before then stays.
    """
    found = read_submission(data)
    role = registrar_role(found.name)
    own = consortium.folder / "registrars" / found.name
    if NAME.fullmatch(found.name) is None or not (own / "members.json").exists():
        raise RegistryError(
            Reason.BAD_CEREMONY, "no such registrar", file=f"{role}.json", role=role
        )
    members = read_members(read_file(own / "members.json"))
    metadata = loaded(Targets, found.metadata, f"{role}.json")
    check_signed(_own(members), role, metadata, file=f"{role}.json")
    package = Package(
        registry=sha256(consortium.anchor).hexdigest(),
        version=metadata.signed.version,
        members={},
        metadata={role: metadata},
        targets=found.targets,
    )
    base = consortium.previous()
    check_region(package, base, role=role, anchor=consortium.anchor, now=now)
    limits = read_limits(read_file(consortium.folder / limits_path(found.name)))
    published = {path: _published(base, role, path) for path in found.targets}
    if None in published.values():
        check_number(limits, len(found.targets))
    for path, one in found.targets.items():
        with naming(path, role):
            before = published[path]
            entry = _check_entry(path, one, before, name=found.name, limits=limits, now=now)
            if entry.demo and not consortium.demo:
                raise RegistryError(Reason.DEMO_KEY, "a demo's entry, and this is no demo")
    for waiting in submissions(consortium.folder):
        if waiting.name == found.name:
            _check_carried_on(waiting, found, role=role)
    for path, one in found.targets.items():
        write_file(consortium.folder / path, one)
    # Written last: entries that no signature lists count nowhere.
    write_file(own / "signed.json", to_bytes(metadata))
    return found


def _check_carried_on(old: Submission, new: Submission, *, role: str) -> None:
    """A copy of what was handed in earlier, under the same version, takes nothing back."""
    for path in loaded(Targets, old.metadata, f"{role}.json").signed.targets:
        with naming(path, role):
            after = new.targets.get(path)
            if after is None:
                raise RegistryError(Reason.ROLLBACK, "it leaves out what was handed in before")
            before = old.targets.get(path)
            changes.check_grown(read_entry(before) if before else None, read_entry(after))


def _own(members: RegistrarMembers) -> Targets:
    """A delegation to a registrar's own members, to count their signatures by."""
    keys = [Ed25519Key(key) for key in members.members.values()]
    role = DelegatedRole(
        registrar_role(members.name),
        [key.keyid for key in keys],
        members.threshold,
        terminating=True,
        paths=[registrar_paths(members.name)],
    )
    return Targets(delegations=Delegations({key.keyid: key for key in keys}, {role.name: role}))
