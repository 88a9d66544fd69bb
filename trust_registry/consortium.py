"""A consortium at work: one folder where its next version is prepared, signed and published.

consortium.json      name, threshold, members' public keys, principles
trust-anchor.json    the first root; a verifier must get it by a way it trusts, and pin it
members/N.key        members' key files, sealed; here only until each member takes their own
automated/*.key      the four keys that sign without a person
entries/  status/    what the next version will hold
published/           what any web server or USB stick may carry: metadata/ and targets/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amana.cli import read_file, write_file, write_private
from amana.dates import format_instant
from amana.errors import InputError, RegistryError
from amana.jcs import canonical
from amana.keys import PublicKey, Randomness, SecretKey
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.sealed import Cost, KeyFile, open_key_file, seal_key_file
from amana.status import StatusList
from amana.strict_json import JsonObject, as_object, loads
from trust_registry import changes, collect
from trust_registry._survey import keep, survey
from trust_registry.collector import Places, pinned, staged_entry
from trust_registry.entries import check_entry, read_entry, slug
from trust_registry.signers import MemberKey
from trust_registry.snapshot import Entry, State
from trust_registry.statement import PATH as STATEMENT
from trust_registry.statement import Principles, Statement, read_principles, read_statement

if TYPE_CHECKING:
    from trust_registry._previous import Previous
    from trust_registry.chronicle import Chronicle
    from trust_registry.publish import Automated

__all__ = ["Consortium", "Member"]

_CONFIGURATION: Final = "consortium.json"
_ANCHOR: Final = "trust-anchor.json"
_AUTOMATED: Final = ("snapshot", "timestamp", "status", "log")
_LISTS: Final = ("status/*/*.json", "issued/*/*.json")  # signed by an automated key
BIN_BITS: Final = 10  # 1024 bins: about a hundred files each for 100,000 organisations
FIRST_PRINCIPLES: Final = (
    "This registry speaks of functional identity for humanitarian services, never of legal "
    "identity. Nobody is turned away because of it. Members decide together whose credentials "
    "count, say why, and hear appeals."
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One who signs: a name within the consortium, and a public key."""

    name: str
    public: PublicKey


@dataclass(frozen=True, kw_only=True)
class Consortium:
    """The working folder of a consortium. Signing keys are passed in, or opened only to sign.

    `founders` holds the members' opened keys right after `create`, for demos and tests; after
    `open` it is empty.
    """

    folder: Path
    name: str
    threshold: int
    members: tuple[Member, ...]
    principles: tuple[Principles, ...]
    demo: bool
    bin_bits: int = BIN_BITS
    founders: tuple[KeyFile, ...] = field(repr=False, default=())
    automated: Mapping[str, SecretKey] = field(repr=False, default_factory=dict)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        passphrase: bytes,
        randomness: Randomness,
        now: datetime,
        members: int = 3,
        threshold: int = 2,
        demo: bool = False,
        principles: str = FIRST_PRINCIPLES,
        cost: Cost | None = None,
        bin_bits: int = BIN_BITS,
        passphrase_of: Callable[[str], bytes] | None = None,
    ) -> Consortium:
        """Make keys for `members` members and the automated roles, and sign the first root.

        `passphrase` seals the automated keys, and each member's own unless `passphrase_of` gives
        another for a member's name. `bin_bits` fixes for good over how many bins (2 to that power)
        the registry spreads its files.

        Raises: RegistryError BELOW_THRESHOLD, InputError WOULD_OVERWRITE or UNREADABLE_FILE (the
        caller's fault). Nothing is written when the threshold is refused.
        """
        from trust_registry.publish import first_root

        if (folder / _CONFIGURATION).exists():
            raise InputError(
                Reason.WOULD_OVERWRITE, "a consortium is there already", file=str(folder)
            )
        founders = {
            f"member-{number}": SecretKey.generate(randomness) for number in range(1, members + 1)
        }
        automated = {role: SecretKey.generate(randomness) for role in _AUTOMATED}
        anchor = first_root(
            [secret.public for secret in founders.values()],
            threshold=threshold,
            automated={role: secret.public for role, secret in automated.items()},
            signers=list(founders.values()),
            now=now,
        )
        made = cls(
            folder=folder,
            name=name,
            threshold=threshold,
            members=tuple(Member(name=n, public=s.public) for n, s in founders.items()),
            principles=(Principles(version=1, since=now, text=principles),),
            demo=demo,
            bin_bits=bin_bits,
            founders=tuple(KeyFile(secret=secret, demo=demo) for secret in founders.values()),
            automated=automated,
        )
        for path, secret, phrase in (
            *(
                (f"members/{n}.key", s, passphrase_of(n) if passphrase_of else passphrase)
                for n, s in founders.items()
            ),
            *((f"automated/{role}.key", s, passphrase) for role, s in automated.items()),
        ):
            sealed = seal_key_file(secret, phrase, randomness=randomness, demo=demo, cost=cost)
            write_private(folder / path, sealed)
        write_file(folder / _ANCHOR, anchor)
        # Written last: a folder without it is no consortium yet.
        write_file(folder / _CONFIGURATION, made._configuration())
        return made

    @classmethod
    def open(cls, folder: Path, *, passphrase: bytes | None = None) -> Consortium:
        """Open a working folder; with the passphrase of the automated keys, to publish.

        Raises: InputError NO_SUCH_FILE, WRONG_PASSPHRASE or BAD_KEY_FILE, RegistryError
        REGISTRY_CORRUPT (the folder's fault, or the caller's).
        """
        data = read_file(folder / _CONFIGURATION, limit=LIMITS.json_bytes)
        try:
            value = as_object(loads(data))
            made = cls(
                folder=folder,
                name=str(value["name"]),
                threshold=int(value["threshold"]),
                members=tuple(
                    Member(name=str(m["name"]), public=PublicKey.from_multikey(m["key"]))
                    for m in value["members"]
                ),
                principles=read_principles(value["principles"]),
                demo=value["demo"] is not False,
                bin_bits=int(value["binBits"]),
            )
        except (InputError, KeyError, TypeError, ValueError):
            raise RegistryError(
                Reason.REGISTRY_CORRUPT, "not a consortium", file=str(folder / _CONFIGURATION)
            ) from None
        if passphrase is None:
            return made
        automated = {
            role: open_key_file(
                read_file(folder / f"automated/{role}.key", limit=LIMITS.key_file_bytes), passphrase
            ).secret
            for role in _AUTOMATED
        }
        return replace(made, automated=automated)

    @property
    def published(self) -> Path:
        """The folder that anybody may carry; nothing in it is secret."""
        return self.folder / "published"

    @property
    def anchor(self) -> bytes:
        """The trust anchor: root version 1. Hand it over by a way that verifiers trust."""
        return read_file(self.folder / _ANCHOR, limit=LIMITS.registry_root_bytes)

    @property
    def entries(self) -> dict[str, Entry]:
        """The entries that the next version will hold, by DID."""
        found = [read_entry(read_file(path)) for path in self._staged("entries/*.json")]
        return {entry.did: entry for entry in found}

    @property
    def admitted(self) -> dict[str, Entry]:
        """These, and those that regional registrars handed in."""
        handed_in = self._staged("registrars/*/entries/*.json")
        found = [read_entry(read_file(path)) for path in handed_in]
        return {entry.did: entry for entry in found} | self.entries

    def put_entry(self, document: JsonObject) -> Entry:
        """Stage a new entry, or a new version of one whose published history it carries on.

        Raises: InputError (the entry's author); RegistryError DEMO_KEY for a demo entry where the
        registry is no demo, ENTRY_INVALID if it rewrites what was published.
        """
        entry = check_entry(document)
        self._refuse_demo(demo=entry.demo)
        before = self._published(f"entries/{slug(entry.did)}.json")
        changes.check_grown(read_entry(before) if before is not None else None, entry)
        write_file(self._entry_path(entry.did), canonical(document))
        return entry

    def change_state(self, did: str, state: State, *, reason: str, now: datetime) -> Entry:
        """Stage a suspension, withdrawal, end or reinstatement, from `now` on, for a reason.

        Raises: InputError REASON_REQUIRED, ISSUER_UNKNOWN or ENTRY_INVALID (the caller's fault).
        """
        document = self._staged_entry(did)
        return self._put_changed(
            changes.with_state(document, state, reason=reason, now=now), now=now
        )

    def change_key(
        self,
        did: str,
        key_id: str,
        state: State,
        *,
        now: datetime,
        since: datetime | None = None,
    ) -> Entry:
        """Stage the retirement or the compromise of one key, from `now` on, or `since` earlier.

        Raises: InputError ISSUER_UNKNOWN, KEY_UNKNOWN or ENTRY_INVALID (the caller's fault).
        """
        document = self._staged_entry(did)
        return self._put_changed(
            changes.with_key_state(document, key_id, state, now=now, since=since), now=now
        )

    def _put_changed(self, document: JsonObject, *, now: datetime) -> Entry:
        """Stage it together with the lists of what its keys issued before they were in doubt."""
        document, lists = pinned(self.folder, document, now=now)
        entry = self.put_entry(document)
        for name, data in lists.items():
            write_file(self.folder / name, data)
        return entry

    def collect_status(
        self, data: bytes, *, now: datetime, places: Places | None = None
    ) -> StatusList:
        """Take in a status list that a staged organisation signed, if it clears no revocation.

        Who takes in many gives the `places` that were read once for all of them.

        Raises: InputError (the list's author); VerificationError or RegistryError with the reason
        of `trust_registry.collect` (the organisation, or whoever handed the list over).
        """
        did = collect.list_issuer(data)
        entry = staged_entry(self.folder, did)
        new = collect.read_list(data, entry=entry)
        collect.signing_key(data, entry=entry, now=now)
        path = self.folder / collect.list_path(new.url, did)
        if places is None:
            places = Places.of(self.folder, self.admitted, name=path.name)
        places.check(new, path)
        old = collect.read_list(path.read_bytes(), entry=entry) if path.exists() else None
        collect.check_newer(old, new, now=now)
        write_file(path, data)
        places.urls[new.url] = path
        return new

    def publish(self, *, signers: Sequence[MemberKey], now: datetime) -> Statement:
        """Publish what is staged, signed by the members whose opened keys are given.

        Raises: RegistryError BELOW_THRESHOLD, BAD_CEREMONY or DEMO_KEY (the callers), or
        REGISTRY_CORRUPT (the published folder was changed). Then nothing is published.
        """
        from trust_registry._bins import sign
        from trust_registry.assembly import assemble
        from trust_registry.publish import complete

        for key in signers:
            self._refuse_demo(demo=key.demo)
        previous, automated = self.previous(), self.automatic()
        chronicle = self.chronicle()
        made = assemble(self, previous, chronicle, status=automated.status.public, now=now)
        for role, metadata in made.drafted.unsigned.items():
            sign(role, metadata, signers, [made.drafted.delegator(role)])
        files = complete(
            previous,
            drafted=made.drafted,
            lists=made.lists,
            automated=automated,
            submissions=made.submissions,
            now=now,
        )
        self.write({**chronicle.publishable(self.published), **files})
        chronicle.published(self.published)
        keep(self.folder, made.found)
        return made.statement

    def publish_status(self, *, now: datetime) -> None:
        """Publish the collected status lists under the automated keys; no member is needed.

        Entries and `published` stay as the members signed them.

        Raises: RegistryError BAD_CEREMONY before the first version, or REGISTRY_CORRUPT.
        """
        from trust_registry.assembly import LISTS, staged_lists, submissions
        from trust_registry.publish import complete

        found = survey(self.folder)
        files = complete(
            self.previous(),
            drafted=None,
            lists=staged_lists(self.folder, found),
            automated=self.automatic(),
            submissions=submissions(self.folder),
            now=now,
        )
        self.write(files)
        keep(self.folder, found, only=LISTS)

    def statement(self) -> Statement | None:
        """What the members said of the version that lies published, or None before the first."""
        data = self._published(STATEMENT)
        return read_statement(data) if data is not None else None

    def unpublished(self) -> dict[str, str]:
        """What the next version would change: path to `new` or `changed`; for whoever signs."""
        previous = self.previous()
        found: dict[str, str] = {}
        for path in (
            path for pattern in ("entries/*.json", *_LISTS) for path in self._staged(pattern)
        ):
            name = path.relative_to(self.folder).as_posix()
            before = previous.read(name)
            if before != path.read_bytes():
                found[name] = "new" if before is None else "changed"
        return found

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write the files of a version in their order, timestamp.json last and at one stroke.

        Raises: InputError UNREADABLE_FILE (the folder's fault); then the old version still stands.
        """
        # The first root lies there for completeness; no client takes its trust from a stranger.
        for name, data in {"metadata/1.root.json": self.anchor, **files}.items():
            write_file(self.published / name, data)

    def replace_members(self, members: Mapping[str, PublicKey], *, threshold: int) -> None:
        """Write down who decides from now on, after a root that they signed was published."""
        named = tuple(Member(name=name, public=public) for name, public in members.items())
        changed = replace(self, members=named, threshold=threshold)
        write_file(self.folder / _CONFIGURATION, changed._configuration())

    def automatic(self) -> Automated:
        """The keys that sign without a person. Raises: RegistryError BAD_CEREMONY if not opened."""
        from trust_registry.publish import Automated

        if not self.automated:
            raise RegistryError(Reason.BAD_CEREMONY, "opened without its automated keys")
        return Automated(**self.automated)

    def chronicle(self) -> Chronicle:
        """The log of decisions, with the key that signs its checkpoints."""
        from trust_registry.chronicle import Chronicle

        return Chronicle.of(self.folder / "log", anchor=self.anchor, secret=self.automatic().log)

    def previous(self) -> Previous:
        """What lies published now. Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD."""
        from trust_registry._previous import read_previous

        return read_previous(self._read_published, anchor=self.anchor)

    def _read_published(self, name: str) -> bytes | None:
        path = self.published / name
        return read_file(path, limit=LIMITS.registry_file_bytes) if path.exists() else None

    def _published(self, target: str) -> bytes | None:
        return self.previous().read(target)

    def _staged(self, *patterns: str) -> list[Path]:
        return sorted(path for pattern in patterns for path in self.folder.glob(pattern))

    def _entry_path(self, did: str) -> Path:
        return self.folder / "entries" / f"{slug(did)}.json"

    def _staged_entry(self, did: str) -> JsonObject:
        path = self._entry_path(did)
        if not path.exists():
            raise InputError(Reason.ISSUER_UNKNOWN, "no entry for that DID")
        return as_object(loads(read_file(path)), Reason.ENTRY_INVALID)

    def _refuse_demo(self, *, demo: bool) -> None:
        if demo and not self.demo:
            raise RegistryError(Reason.DEMO_KEY, "this registry is no demo")

    def _configuration(self) -> bytes:
        return canonical(
            {
                "name": self.name,
                "demo": self.demo,
                "threshold": self.threshold,
                "binBits": self.bin_bits,
                "members": [{"name": m.name, "key": m.public.multikey} for m in self.members],
                "principles": [
                    {"version": p.version, "since": format_instant(p.since), "text": p.text}
                    for p in self.principles
                ],
            }
        )
