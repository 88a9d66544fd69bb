"""A regional registrar's own desk: a folder where what its members will sign is prepared.

limits.json  members.json                        as the consortium's members set them, or will
entries/<slug>.json                              what the next version of its role will list
vetting/                                         its own applications, votes, decisions, measures
signed.json                                      what enough of its members signed last
region.json                                      written last: a folder without it is no region

A registrar is held to the rules of the consortium, before anybody signs and not only by those who
read the registry: nobody is admitted beyond its limits, or without the votes of its own members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.cli import read_file, write_file
from amana.errors import AmanaError, InputError, RegistryError
from amana.jcs import canonical
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import JsonObject, as_object, loads
from trust_registry import changes, measures, vetting
from trust_registry.consortium import Member
from trust_registry.entries import check_entry, read_entry, slug
from trust_registry.registrars import (
    RegistrarLimits,
    RegistrarMembers,
    check_number,
    check_within,
    entry_path,
    read_limits,
    read_members,
)
from trust_registry.snapshot import Entry, State

if TYPE_CHECKING:
    from trust_registry._previous import Read
    from trust_registry.publish import Submission

__all__ = ["Region", "is_region"]

_CONFIGURATION: Final = "region.json"
_LIMITS: Final = "limits.json"
_MEMBERS: Final = "members.json"
SIGNED: Final = "signed.json"


def is_region(folder: Path) -> bool:
    """Whether a working folder is a registrar's, and not a consortium's."""
    return (folder / _CONFIGURATION).exists()


@dataclass(frozen=True, kw_only=True)
class Region:
    """The working folder of one regional registrar. No key lies in it."""

    folder: Path
    limits: RegistrarLimits
    signers: RegistrarMembers
    demo: bool = False

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        limits: RegistrarLimits,
        members: RegistrarMembers,
        demo: bool = False,
    ) -> Region:
        """Found it, within these limits and with these members.

        Raises: InputError WOULD_OVERWRITE, RegistryError BAD_CEREMONY for the papers of two
        registrars (the caller). Then nothing is written.
        """
        if is_region(folder):
            raise InputError(Reason.WOULD_OVERWRITE, "a registrar is there", file=str(folder))
        made = cls(folder=folder, limits=limits, signers=members, demo=demo)
        made.adopt(limits=limits, members=members)
        write_file(folder / _CONFIGURATION, canonical({"demo": demo}))
        return made

    @classmethod
    def open(cls, folder: Path) -> Region:
        """Open a working folder.

        Raises: InputError NO_SUCH_FILE, RegistryError REGISTRY_CORRUPT and as `read_limits` and
        `read_members`, naming the file (the folder's fault, or the caller's).
        """
        configuration = read_file(folder / _CONFIGURATION, limit=LIMITS.json_bytes)
        with _naming(_CONFIGURATION, "registrar"):
            value = as_object(loads(configuration), Reason.REGISTRY_CORRUPT)
            if set(value) != {"demo"} or type(value["demo"]) is not bool:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "not a registrar's folder")
        with _naming(_LIMITS, "registrar"):
            limits = read_limits(read_file(folder / _LIMITS))
        with _naming(_MEMBERS, "registrar"):
            members = read_members(read_file(folder / _MEMBERS))
            _check_one(limits, members)
        return cls(
            folder=folder,
            limits=limits,
            signers=members,
            demo=value["demo"],
        )

    def adopt(self, *, limits: RegistrarLimits, members: RegistrarMembers) -> Region:
        """Take over other limits or members, as the consortium set them; what is staged stays.

        Raises: RegistryError BAD_CEREMONY for another registrar's (the caller).
        """
        _check_one(limits, members)
        if limits.name != self.name:
            raise RegistryError(Reason.BAD_CEREMONY, "another registrar's", file=_LIMITS)
        # Read back: what a program made is held to what is read from files.
        write_file(self.folder / _LIMITS, read_limits(limits.data()).data())
        write_file(self.folder / _MEMBERS, read_members(members.data()).data())
        return replace(self, limits=limits, signers=members)

    @property
    def name(self) -> str:
        """The registrar's name, which its role and its paths have."""
        return self.limits.name

    @property
    def role(self) -> str:
        """The role that its members sign."""
        return f"registrar-{self.name}"

    @property
    def members(self) -> tuple[Member, ...]:
        """Those who vote and sign here."""
        return tuple(Member(name=n, public=key) for n, key in self.signers.members.items())

    @property
    def threshold(self) -> int:
        """How many of them it takes."""
        return self.signers.threshold

    @property
    def entries(self) -> dict[str, Entry]:
        """The entries that the next version of its role will list, by DID."""
        found = [read_entry(data) for data in self.staged().values()]
        return {entry.did: entry for entry in found}

    def staged(self) -> dict[str, bytes]:
        """What the next version will list: the bytes of each entry by its path as a target."""
        return {
            f"registrars/{self.name}/entries/{path.name}": read_file(path)
            for path in sorted((self.folder / "entries").glob("*.json"))
        }

    def signed(self) -> Submission | None:
        """What its members signed last, or None before the first time.

        Raises: RegistryError or InputError as `regional.read_submission` (the folder's fault).
        """
        from trust_registry.regional import read_submission

        path = self.folder / SIGNED
        if not path.exists():
            return None
        with _naming(SIGNED, self.role):
            return read_submission(read_file(path, limit=LIMITS.ceremony_bytes))

    def put_entry(self, document: JsonObject, *, now: datetime) -> Entry:
        """Stage a new entry, or a new version of one whose signed history it carries on.

        Raises: InputError (the entry's author); RegistryError naming file, role and rule: DEMO_KEY,
        ENTRY_INVALID, BEYOND_LIMITS, or NOT_ACCREDITED and its like unless this registrar's own
        members decided so (the clerk). Then nothing is staged.
        """
        entry = check_entry(document)
        path = entry_path(self.name, entry.did)
        signed = self._signed_entries()
        self._check(path, entry, signed.get(path), now=now)
        with _naming(path, self.role):
            self._check_number(self.staged().keys() | {path}, signed)
        write_file(self._entry_file(entry.did), canonical(document))
        return entry

    def change_state(self, did: str, state: State, *, reason: str, now: datetime) -> Entry:
        """Stage a suspension, withdrawal, end or reinstatement, once its measure bears it out.

        Raises: InputError REASON_REQUIRED, ISSUER_UNKNOWN or ENTRY_INVALID (the caller);
        RegistryError as `measures.require_measured`.
        """
        document = self._staged_entry(did)
        return self.put_entry(changes.with_state(document, state, reason=reason, now=now), now=now)

    def change_key(
        self, did: str, key_id: str, state: State, *, now: datetime, since: datetime | None = None
    ) -> Entry:
        """Stage the retirement or the compromise of one key, from `now` on, or `since` earlier.

        Raises: InputError ISSUER_UNKNOWN, KEY_UNKNOWN or ENTRY_INVALID (the caller).
        """
        document = self._staged_entry(did)
        return self.put_entry(
            changes.with_key_state(document, key_id, state, now=now, since=since), now=now
        )

    def draw_up(self, *, anchor: bytes, published: Read, now: datetime) -> bytes:
        """The next version of its role, to be signed by members on machines of their own.

        `published` reads what the consortium published last, as it was carried here, and is checked
        from `anchor` down.

        Raises: RegistryError naming file, role and rule, as `put_entry` and `regional.prepare`.
        """
        from trust_registry._previous import read_previous
        from trust_registry.regional import prepare

        self.check(now=now)
        base = read_previous(published, anchor=anchor)
        return prepare(self.folder, base, anchor=anchor, now=now).data()

    def complete(
        self,
        draft: bytes,
        signatures: Iterable[bytes],
        *,
        anchor: bytes,
        published: Read,
        now: datetime,
    ) -> bytes:
        """The draft with enough signatures of its members: the one file for the consortium.

        Raises: RegistryError BELOW_THRESHOLD, or BAD_CEREMONY for another's draft, signatures of
        another draft or of a stranger; as `regional.check_region`. Then what was signed last stays.
        """
        from trust_registry._package import read_package
        from trust_registry._previous import read_previous
        from trust_registry.ceremony import collect
        from trust_registry.examining import Proposed
        from trust_registry.regional import check_region, region_of, submission_data

        package = read_package(draft)
        base = read_previous(published, anchor=anchor)
        if region_of(package) != self.role:
            raise RegistryError(
                Reason.BAD_CEREMONY, "another's draft", file="draft", role=self.role
            )
        check_region(package, base, role=self.role, anchor=anchor, now=now)
        signed = self._signed_entries()
        for path, data in package.targets.items():
            with _naming(path, self.role):
                self._check_within(read_entry(data), signed.get(path))
        self._check_number(package.targets.keys(), signed)
        collect(Proposed(base=base, package=package), signatures)
        submission = submission_data(package, role=self.role, members=self.signers)
        write_file(self.folder / SIGNED, submission)
        return submission

    def check(self, *, now: datetime) -> None:
        """Hold all that is staged to the rules, since files can be laid there by hand.

        Raises: RegistryError naming file, role and rule, as `put_entry`; ENTRY_INVALID for an
        organisation that was signed for and is gone (who laid them there).
        """
        staged, signed = self.staged(), self._signed_entries()
        for path in signed.keys() - staged.keys():
            rule = "an organisation was dropped"
            raise RegistryError(Reason.ENTRY_INVALID, rule, file=path, role=self.role)
        for path, data in staged.items():
            with _naming(path, self.role):
                entry = read_entry(data)
            self._check(path, entry, signed.get(path), now=now)
        self._check_number(staged.keys(), signed)

    def _check(self, path: str, entry: Entry, before: Entry | None, *, now: datetime) -> None:
        """Whether its members may sign `entry` in the place of `before`."""
        with _naming(path, self.role):
            if path != entry_path(self.name, entry.did):
                raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
            if entry.demo and not self.demo:
                raise RegistryError(Reason.DEMO_KEY, "this registry is no demo")
            changes.check_grown(before, entry)
            changes.check_dated(entry, now=now)
            self._check_within(entry, before)
        papers, voters = self.folder / "vetting", self.signers.members
        if vetting.needs_decision(before, entry):
            vetting.require_decided(papers, entry, members=voters, threshold=self.threshold)
        if before is not None:
            measures.require_measured(
                papers, before, entry, members=voters, threshold=self.threshold, now=now
            )

    def _check_within(self, entry: Entry, before: Entry | None) -> None:
        # Limits may become narrower: who was admitted before can still be suspended.
        if vetting.needs_decision(before, entry):
            check_within(self.limits, entry)

    def _check_number(self, paths: KeysView[str] | set[str], signed: Mapping[str, Entry]) -> None:
        if paths - signed.keys():
            check_number(self.limits, len(paths))

    def _signed_entries(self) -> Mapping[str, Entry]:
        found = self.signed()
        return {path: read_entry(data) for path, data in found.targets.items()} if found else {}

    def _entry_file(self, did: str) -> Path:
        return self.folder / "entries" / f"{slug(did)}.json"

    def _staged_entry(self, did: str) -> JsonObject:
        path = self._entry_file(did)
        if not path.exists():
            raise InputError(Reason.ISSUER_UNKNOWN, "no entry for that DID")
        return as_object(loads(read_file(path)), Reason.ENTRY_INVALID)


def _check_one(limits: RegistrarLimits, members: RegistrarMembers) -> None:
    if limits.name != members.name:
        raise RegistryError(
            Reason.BAD_CEREMONY, "limits and members of two registrars", file=_MEMBERS
        )


@contextmanager
def _naming(file: str, role: str) -> Iterator[None]:
    """Whatever is refused is named: the file, and whose it is."""
    try:
        yield
    except AmanaError as error:
        where = {"file": file, "role": role, **error.where}
        raise RegistryError(error.reason, error.detail, **where) from None
