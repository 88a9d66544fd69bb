"""Questions to a verified registry, each answered from signed bytes when it is first asked.

An answer goes from a name to a path, from there to the bin that must list it, and from its hash to
the bytes; so a table that leads astray leads nowhere. What an entry or a list has to be like is
checked here and nowhere else, by those who take a version in as by those who use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import RLock
from typing import Final, NamedTuple

from amana.errors import AmanaError, InputError, RegistryError, VerificationError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.status import StatusList
from trust_registry import collect
from trust_registry._content import Content
from trust_registry._layout import ENTRIES, STATUS, registrar_role
from trust_registry._trusted import Listed, Trusted
from trust_registry.backdating import issued_path, vouched_list
from trust_registry.entries import read_entry, slug
from trust_registry.registrars import RegistrarLimits, check_within, read_limits
from trust_registry.snapshot import Entry, IssuedList
from trust_registry.statement import Statement
from trust_registry.store import Damaged

__all__ = ["Admitted", "Registry", "memory_of", "naming"]

_BROKEN: Final = (InputError, RegistryError, VerificationError)


class Admitted(NamedTuple):
    """An entry that counts, and the regional registrar that admitted it; None for the members."""

    entry: Entry
    registrar: str | None


class Registry:
    """One version of a registry. Its answers may be asked for by several threads at once.

    Raises, throughout: RegistryError naming file and role (whoever keeps or carries the files, or
    the members).
    """

    def __init__(
        self, *, trusted: Trusted, content: Content, statement: Statement, limits: Limits = LIMITS
    ) -> None:
        self.trusted = trusted
        self.content = content
        self.statement = statement
        self._limits = limits
        self._registrars: dict[str, RegistrarLimits] = {}
        self._listed: dict[str, dict[str, Listed]] = {}
        self._first: dict[str, frozenset[str]] = {}
        self._lock = RLock()

    def entry(self, did: str) -> Entry | None:
        """The entry of a DID: the members' own, or that of the one registrar that admitted it."""
        with self._lock:
            found = self.admitted(slug(did))
        return found.entry if found is not None and found.entry.did == did else None

    def status_list(self, url: str) -> StatusList | None:
        """The list that this URL serves."""
        with self._lock:
            issuer = collect.default_issuer(url)
            path = collect.list_path(url, issuer) if issuer is not None else None
            return self._served(path, url) or self._served(
                self.content.said(lambda store: store.list_at(url)), url
            )

    def issued(self, key_id: str) -> IssuedList | None:
        """What one key had issued, if the members vouch for the list."""
        did = key_id.partition("#")[0]
        with self._lock:
            found = self.admitted(slug(did))
            if found is None or key_id not in found.entry.issued:
                return None
            one = self.issued_at(issued_path(key_id, did))
        return one if isinstance(one, IssuedList) else None

    def dids(self) -> Iterator[str]:
        """The DIDs of all entries, read through: this takes its time."""
        trusted, seen = self.trusted, set()
        for name in trusted.bin_names(ENTRIES):
            yield from (self.own(one).did for one in trusted.bin(ENTRIES, name).values())
        for name in trusted.registrars():
            for path in self.listed_by(name):
                found = self.admitted(_slug_in(path))
                if found is not None and found.registrar is not None:
                    seen.add(found.entry.did)
        yield from sorted(seen)

    def lists(self) -> Iterator[StatusList]:
        """All status lists that count, read through."""
        for path in self._status_paths("status/"):
            found = self.list_at(path)
            if isinstance(found, StatusList):
                yield found

    def issued_lists(self) -> Iterator[IssuedList]:
        """All lists of issued credentials that count, read through."""
        for path in self._status_paths("issued/"):
            found = self.issued_at(path)
            if isinstance(found, IssuedList):
                yield found

    def admitted(self, name: str) -> Admitted | None:
        """The entry whose file has this name (`slug`), if it counts.

        The members' own wins over any registrar's. What two registrars admitted counts for
        neither: nobody could say whose limits it is under.
        """
        listed = self.trusted.listed(ENTRIES, f"entries/{name}.json")
        if listed is not None:
            return Admitted(self.own(listed), None)
        found = []
        for registrar in self.trusted.registrars():
            one = self.listed_by(registrar).get(f"registrars/{registrar}/entries/{name}.json")
            entry = self.regional(registrar, one) if one is not None else None
            if isinstance(entry, Entry):
                found.append(Admitted(entry, registrar))
        return found[0] if len(found) == 1 else None

    def own(self, listed: Listed) -> Entry:
        """An entry that k of n members signed. Raises: RegistryError for a rule it breaks."""
        data = self.content.target(listed, ENTRIES)
        with naming(listed.path, ENTRIES):
            return self._read(data, listed.path)

    def regional(self, registrar: str, listed: Listed) -> Entry | Reason:
        """An entry that a regional registrar signed, or the rule that it breaks."""
        role = registrar_role(registrar)
        if listed.length > self._limits.json_bytes:
            return Reason.TOO_LARGE
        data, within = self.content.target(listed, role), self.limits_of(registrar)
        try:
            entry = self._read(data, listed.path)
            check_within(within, entry)
        except _BROKEN as error:
            return error.reason
        if len(self.listed_by(registrar)) > within.most_entries:
            return entry if listed.path in self._first_of(registrar) else Reason.BEYOND_LIMITS
        return entry

    def limits_of(self, registrar: str) -> RegistrarLimits:
        """What the members let a registrar accredit."""
        if registrar not in self._registrars:
            path = f"registrars/{registrar}.json"
            data = self.top(path)
            with naming(path, "targets"):
                if data is None:
                    raise RegistryError(Reason.REGISTRY_CORRUPT, "a registrar without limits")
                found = read_limits(data)
                if found.name != registrar:
                    raise RegistryError(Reason.REGISTRY_CORRUPT, "another registrar's limits")
                self._registrars[registrar] = found
        return self._registrars[registrar]

    def listed_by(self, registrar: str) -> dict[str, Listed]:
        """What a registrar lists and may list; nothing once its signatures have expired."""
        if registrar not in self._listed:
            try:
                found = self.trusted.of_registrar(registrar)
            except RegistryError as error:
                if error.reason is not Reason.REGISTRY_EXPIRED:
                    raise
                found = {}
            place = f"registrars/{registrar}/entries"
            self._listed[registrar] = {
                path: one for path, one in found.items() if path.rpartition("/")[0] == place
            }
        return self._listed[registrar]

    def top(self, path: str) -> bytes | None:
        """The bytes of a file that `targets` itself lists, or None."""
        listed = self.trusted.top().get(path)
        return self.content.target(listed, "targets") if listed is not None else None

    def list_at(self, path: str) -> StatusList | Reason:
        """The status list at a path, or why it counts for nobody.

        Raises: RegistryError for a rule that the list of an organisation breaks which the members
        admitted themselves. A registrar's own trouble stops nobody else.
        """
        listed = self.trusted.listed(STATUS, path)
        found = self.admitted(_folder_in(path)) if listed is not None else None
        if listed is None or found is None:
            return Reason.ISSUER_UNKNOWN
        data = self.content.target(listed, STATUS)
        try:
            with naming(path, STATUS):
                one = collect.placed_list(
                    data,
                    path=path,
                    entry=found.entry,
                    at=self.statement.published,
                    limits=self._limits,
                )
                if one is None:
                    return Reason.KEY_COMPROMISED
                if not self.in_place(one):
                    return Reason.STATUS_LIST_OF_ANOTHER_ISSUER
                self._check_revoked(one)
        except RegistryError as error:
            if found.registrar is None or isinstance(error, Damaged):
                raise
            return error.reason
        return one

    def _check_revoked(self, one: StatusList) -> None:
        """A revocation is for ever: whatever this device has seen revoked still is."""
        name = memory_of(one)
        known = self.content.said(lambda store: store.revoked(name)) if name is not None else None
        if known is not None and collect.clears(known, one.bits):
            raise RegistryError(Reason.REVOCATION_CLEARED, "a revocation is for ever")

    def in_place(self, one: StatusList) -> bool:
        """Whether no other organisation keeps its own lists where this one stands.

        Verifiers find a list by its URL: who took another's place would have that one's proofs
        rejected for a list of another issuer.
        """
        place = one.url.rpartition("/")[0]
        if collect.own_places([one.issuer]).get(place) == one.issuer:
            return True
        default = collect.default_issuer(one.url)
        said = self.content.said(lambda store: store.owners(place))
        return not any(
            self.entry(did) is not None and place in collect.own_places([did])
            for did in (*([] if default is None else [default]), *said)
        )

    def issued_at(self, path: str) -> IssuedList | Reason:
        """The list of issued credentials at a path, or why the members do not vouch for it."""
        listed = self.trusted.listed(STATUS, path)
        found = self.admitted(_folder_in(path)) if listed is not None else None
        if listed is None or found is None:
            return Reason.ISSUER_UNKNOWN
        data = self.content.target(listed, STATUS)
        try:
            return vouched_list(
                data,
                path=path,
                entry=found.entry,
                at=self.statement.published,
                entry_of=self.entry,
                limits=self._limits,
            )
        except _BROKEN as error:
            return error.reason

    def _served(self, path: str | None, url: str) -> StatusList | None:
        found = self.list_at(path) if path is not None else None
        return found if isinstance(found, StatusList) and found.url == url else None

    def _read(self, data: bytes, path: str) -> Entry:
        entry = read_entry(data, limits=self._limits)
        if slug(entry.did) != _slug_in(path):
            raise RegistryError(Reason.ENTRY_FOR_ANOTHER_DID, "the file is another DID's")
        if entry.demo and not self.statement.demo:
            raise RegistryError(Reason.DEMO_KEY, "a demo's entry, and this is no demo")
        return entry

    def _first_of(self, registrar: str) -> frozenset[str]:
        """As many paths as a registrar may list: what it admitted first stays, newcomers do not."""
        if registrar not in self._first:
            within, dated = self.limits_of(registrar), []
            for path, listed in self.listed_by(registrar).items():
                if listed.length > self._limits.json_bytes:
                    continue
                data = self.content.target(listed, registrar_role(registrar))
                try:
                    entry = self._read(data, path)
                    check_within(within, entry)
                except _BROKEN:
                    continue
                dated.append((entry.history[0].since, path))
            kept = sorted(dated)[: within.most_entries]
            self._first[registrar] = frozenset(path for _, path in kept)
        return self._first[registrar]

    def _status_paths(self, folder: str) -> Iterator[str]:
        for name in self.trusted.bin_names(STATUS):
            yield from (path for path in self.trusted.bin(STATUS, name) if path.startswith(folder))


def memory_of(one: StatusList) -> str | None:
    """The name by which revocations of a list are remembered, also if it is away for a while.

    It tells the issuer too: nobody else's list may make an honest one look as if it cleared a bit.
    """
    return f"{one.issuer} {one.url}" if "revocation" in one.purposes else None


class naming:  # noqa: N801 - reads as a statement
    """Errors of rules that a file breaks name that file and the role that lists it."""

    def __init__(self, file: str, role: str) -> None:
        self._where = {"file": file, "role": role}

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, AmanaError) and not isinstance(error, Damaged):
            where = {**self._where, **error.where}
            raise RegistryError(error.reason, error.detail, **where) from None


def _slug_in(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")


def _folder_in(path: str) -> str:
    return path.split("/")[1]
