"""What the next version of a registry will hold: everything staged, and the rules it has to keep.

Whoever publishes, at one desk or by a ceremony, publishes what is assembled here: nothing without
the consortium's own answers, no organisation that members did not vote for, no history rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tuf.api.metadata import Metadata, Root

from amana.cli import read_file
from amana.errors import AmanaError, RegistryError
from amana.keys import PublicKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import loads
from trust_registry import changes, measures, vetting
from trust_registry._layout import CHECKPOINT, GOVERNANCE, Delegated
from trust_registry._previous import Previous
from trust_registry._survey import Survey, survey
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.chronicle import Chronicle
from trust_registry.entries import read_entry, slug
from trust_registry.publish import Draft, Submission, draft
from trust_registry.registrars import limits_path, read_limits, read_members
from trust_registry.snapshot import Entry
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Statement
from trust_registry.stolen import PATH as STOLEN
from trust_registry.stolen import read_stolen

if TYPE_CHECKING:
    from trust_registry.consortium import Consortium

__all__ = ["Assembled", "assemble", "require_votes", "staged_lists", "submissions"]

LISTS: Final = ("status", "issued")


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """A version in the making, as members are asked to sign it."""

    statement: Statement
    drafted: Draft
    lists: Mapping[str, bytes] = field(repr=False)
    submissions: tuple[Submission, ...]
    found: Survey = field(repr=False)
    new_entries: Mapping[str, bytes] = field(repr=False)


def assemble(
    consortium: Consortium,
    previous: Previous,
    chronicle: Chronicle,
    *,
    status: PublicKey,
    root: Root | None = None,
    renew: bool = False,
    now: datetime,
) -> Assembled:
    """Put the next version together from what is staged, and have the log record its decisions.

    Raises: RegistryError naming the file and the rule: INCOMPLETE_GOVERNANCE, NOT_ACCREDITED and
    its like, DEMO_KEY, ENTRY_INVALID (who staged it); REGISTRY_CORRUPT (the published folder was
    changed). Then nothing was recorded.
    """
    folder = consortium.folder
    found = survey(folder)
    statement = Statement(
        name=consortium.name,
        version=previous.version + 1,
        published=now.replace(microsecond=0),
        demo=consortium.demo,
        principles=consortium.principles,
        log=chronicle.key.text,
    )
    targets = {STATEMENT: statement.data(), GOVERNANCE: _governance(folder)}
    targets |= dict(_top_files(folder, previous))
    entries: dict[str, bytes] = {}
    for path in found.below("entries"):
        data = read_file(folder / path)
        target = previous.target(path)
        if target is not None and target.hashes.get("sha256") == sha256(data).hexdigest():
            continue
        before = previous.read(path)
        with naming(path, "entries"):
            chronicle.entry(*_checked(consortium, path, data, before, now=now), data=data)
        entries[path] = data
    for path in found.below("vetting"):
        if path.endswith("/decision.json"):
            chronicle.decision(read_file(folder / path))
    if root is not None:
        chronicle.note("members-changed", sha256(Metadata(root).signed_bytes).hexdigest())
    handed_in = submissions(folder)
    for one in handed_in:
        chronicle.note("registrar-signed", sha256(one.metadata).hexdigest())
    targets[CHECKPOINT] = chronicle.checkpoint(version=statement.version, now=now)
    drafted = draft(
        previous,
        targets=targets,
        entries=entries,
        bits=consortium.bin_bits,
        status=status,
        registrars=[_delegated(folder, one.name) for one in handed_in],
        root=root,
        renew=renew,
        now=now,
    )
    return Assembled(
        statement=statement,
        drafted=drafted,
        lists=staged_lists(folder, found),
        submissions=handed_in,
        found=found,
        new_entries=entries,
    )


def staged_lists(folder: Path, found: Survey) -> dict[str, bytes]:
    """The lists that may have changed since they were published, by path."""
    most = max(LIMITS.status_list_json_bytes, LIMITS.issued_list_bytes)
    return {path: read_file(folder / path, limit=most) for path in found.below(*LISTS)}


def submissions(folder: Path) -> tuple[Submission, ...]:
    """What regional registrars handed in and was taken, in the order of their names.

    One whose members have signed nothing yet is no registrar yet.
    """
    found = []
    for signed in sorted((folder / "registrars").glob("*/signed.json")):
        name = signed.parent.name
        targets = {
            f"registrars/{name}/entries/{path.name}": read_file(path)
            for path in (signed.parent / "entries").glob("*.json")
        }
        metadata = read_file(signed, limit=LIMITS.registry_file_bytes)
        found.append(Submission(name=name, metadata=metadata, targets=targets))
    return tuple(found)


def _governance(folder: Path) -> bytes:
    path = folder / GOVERNANCE
    if not path.exists():
        raise RegistryError(
            Reason.INCOMPLETE_GOVERNANCE,
            "the consortium has not answered its own questions",
            file=GOVERNANCE,
            role="members",
        )
    data = read_file(path)
    with naming(GOVERNANCE, "members"):
        vetting.require_governance(loads(data))
    return data


def _top_files(folder: Path, previous: Previous) -> Iterator[tuple[str, bytes]]:
    """What members sign in `targets` itself, besides statement, answers and checkpoint."""
    for path in sorted((folder / "registrars").glob("*.json")):
        name = f"registrars/{path.name}"
        data = read_file(path)
        with naming(name, "members"):
            if limits_path(read_limits(data).name) != name:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "another registrar's limits")
        yield name, data
    before = previous.read(STOLEN)
    # A list that was lost from the working folder stays published.
    stolen = _stolen(folder) or before
    if stolen is not None:
        with naming(STOLEN, "members"):
            if not (read_stolen(before) if before is not None else set()) <= read_stolen(stolen):
                raise RegistryError(Reason.BAD_STOLEN_LIST, "a station is stolen for good")
        yield STOLEN, stolen
    for path in sorted((folder / "documents").rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            yield name, read_file(path, limit=LIMITS.registry_file_bytes)


def _stolen(folder: Path) -> bytes | None:
    path = folder / STOLEN
    return read_file(path, limit=LIMITS.stolen_list_bytes) if path.exists() else None


def _checked(
    consortium: Consortium, path: str, data: bytes, published: bytes | None, *, now: datetime
) -> tuple[Entry | None, Entry]:
    """The entry as published and as staged, if the members may sign the change."""
    entry = read_entry(data)
    before = read_entry(published) if published is not None else None
    if path != f"entries/{slug(entry.did)}.json":
        raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
    if entry.demo and not consortium.demo:
        raise RegistryError(Reason.DEMO_KEY, "this registry is no demo")
    changes.check_grown(before, entry)
    changes.check_dated(entry, now=now)
    require_votes(consortium, before, entry, now=now)
    return before, entry


def require_votes(
    consortium: Consortium, before: Entry | None, entry: Entry, *, now: datetime
) -> None:
    """Whether members' votes bear out that `entry` takes the place of `before`.

    Raises: RegistryError NOT_ACCREDITED and its like, naming file, role and rule.
    """
    folder, threshold = consortium.folder / "vetting", consortium.threshold
    members = {member.name: member.public for member in consortium.members}
    if vetting.needs_decision(before, entry):
        vetting.require_decided(folder, entry, members=members, threshold=threshold)
    if before is not None:
        measures.require_measured(
            folder, before, entry, members=members, threshold=threshold, now=now
        )


def _delegated(folder: Path, name: str) -> Delegated:
    path = folder / "registrars" / name / "members.json"
    with naming(f"registrars/{name}/members.json", "members"):
        found = read_members(read_file(path))
        if found.name != name or not (folder / limits_path(name)).exists():
            raise RegistryError(Reason.REGISTRY_CORRUPT, "another registrar's, or without limits")
    return Delegated(
        name=name,
        members=tuple(Ed25519Key(key) for key in found.members.values()),
        threshold=found.threshold,
    )


@contextmanager
def naming(file: str, role: str) -> Iterator[None]:
    """Whatever is refused is named: the file, and whose it is."""
    try:
        yield
    except AmanaError as error:
        where = {"file": file, "role": role, **error.where}
        raise RegistryError(error.reason, error.detail, **where) from None
