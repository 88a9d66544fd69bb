"""Taking in a version: everything new or changed is read, checked and kept; the rest is left alone.

What k of n members signed must keep every rule, or the version is refused. What a regional
registrar signed, and the lists of those it admitted, are left out where they break one, and stop
nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from amana.errors import RegistryError
from amana.reasons import Reason
from amana.status import StatusList
from trust_registry import collect
from trust_registry._layout import ENTRIES, STATUS, registrar_role
from trust_registry._registry import Registry, memory_of, naming
from trust_registry._trusted import Listed, listing
from trust_registry.snapshot import Entry, LeftOut
from trust_registry.store import Damaged, Layer, Store

__all__ = ["left_out_in", "materialise"]

_RULES: Final = frozenset(reason.value for reason in Reason)
_OF_REGISTRARS: Final = "registrars/"


def materialise(registry: Registry, layer: Layer, onto: Store | None) -> dict[str, Any]:
    """Put the version of `registry` into `layer`; returns what the layer says of itself.

    `onto` is what was kept before, as far as the layer builds upon it.

    Raises: RegistryError naming file and role (the members, the holder of the automated keys, or
    whoever carries the files): the version is refused.
    """
    before = {} if onto is None else {name: _said(onto, name) for name in _SAID}
    return _Taking(registry=registry, layer=layer, before=before).take()


def left_out_in(store: Store) -> tuple[LeftOut, ...]:
    """What a layer says was left out: for people to read; no answer rests on it."""
    return tuple(
        LeftOut(file=file, role=role, rule=Reason(rule))
        for file, (role, rule) in sorted(_said(store, "leftOut").items())
    )


def _said(store: Store, name: str) -> dict[str, Any]:
    """What a layer says of itself under one of the names that `take` gives. Raises: Damaged."""
    found = store.said(name)
    if type(found) is not dict or not _SAID[name](found.values()):
        raise Damaged(store.files[0].name)
    return found


def _is_left_out(value: object) -> bool:
    return type(value) is list and len(value) == 2 and type(value[0]) is str and value[1] in _RULES


_SAID: Final[Mapping[str, Callable[[Collection[object]], bool]]] = {
    "versions": lambda values: set(map(type, values)) <= {int},
    "signers": lambda values: set(map(type, values)) <= {str},
    "leftOut": lambda values: all(map(_is_left_out, values)),
}


@dataclass(kw_only=True)
class _Taking:
    """One version being taken in. `touched` are slugs of which some entry has changed."""

    registry: Registry
    layer: Layer
    before: dict[str, Any]
    touched: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    left_out: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self) -> dict[str, Any]:
        trusted = self.registry.trusted
        versions, known = trusted.versions(), self.before.get("versions", {})
        self.left_out = {file: (role, rule) for file, (role, rule) in self._known_left_out()}
        signers = {role: trusted.signers(role) for role in (ENTRIES, STATUS)}
        changed = sorted(role for role, _ in versions.items() - known.items())
        if "targets" in changed:
            self._take_top()
        self._take_bins(ENTRIES, changed, signers[ENTRIES])
        said = self._take_registrars(versions)
        self._take_bins(STATUS, changed, signers[STATUS])
        signers.update(said)
        for slug in sorted(self.touched):
            self._take_lists_of(slug)
        return {
            "versions": versions,
            "signers": signers,
            "leftOut": self.left_out,
        }

    def _known_left_out(self) -> Iterable[tuple[str, tuple[str, str]]]:
        found: dict[str, tuple[str, str]] = self.before.get("leftOut", {})
        return found.items()

    def _take_top(self) -> None:
        """What `targets` lists itself: statements of the members, and documents."""
        for path in self.registry.trusted.top():
            self.registry.top(path)

    def _take_bins(self, parent: str, changed: Iterable[str], signers: str) -> None:
        trusted = self.registry.trusted
        if self.before.get("signers", {}).get(parent) == signers:
            # As many of them as before, so all that matters is which have another version now.
            names = [name for name in changed if trusted.is_bin(parent, name)]
        else:
            names = trusted.bin_names(parent)
        for name in names:
            data = self.layer.store.role_before(name)
            before = listing(data) if data is not None else {}
            found = trusted.bin(parent, name)
            for path in before.keys() - found.keys():
                self._forget(path)
            for path, listed in found.items():
                if before.get(path) != listed.sha256:
                    self._take(parent, listed)

    def _take(self, parent: str, listed: Listed) -> None:
        """One new or changed file of a bin."""
        if parent == ENTRIES:
            self._place(self.registry.own(listed))
            self.touched.add(_slug(listed.path))
            return
        self.registry.content.target(listed, STATUS)
        self._take_list(listed.path)

    def _forget(self, path: str) -> None:
        """A file that its bin lists no more. What a list revoked is remembered all the same."""
        self.layer.put_target(path, None)
        self.left_out.pop(path, None)
        if path.startswith("entries/"):
            self.touched.add(_slug(path))
        for url in self.layer.store.urls_of(path):
            self.layer.put_list(url, None)

    def _place(self, entry: Entry) -> None:
        for place, did in collect.own_places([entry.did]).items():
            self.layer.put_place(place, did, owned=True)

    def _take_registrars(self, versions: dict[str, int]) -> dict[str, str]:
        """Entries of regional registrars, all of them whenever anything about registrars changed.

        Returns what has to stay the same for that not to be needed.
        """
        trusted, known = self.registry.trusted, self.before.get("signers", {})
        said = {}
        for name in trusted.registrars():
            limits = trusted.top().get(f"registrars/{name}.json")
            role = registrar_role(name)
            signers = trusted.signers(role)
            said[role] = f"{versions.get(role)} {signers} {limits and limits.sha256}"
        earlier = {role: one for role, one in known.items() if role not in (ENTRIES, STATUS)}
        if said == earlier:
            return said
        self.left_out = {
            file: rule
            for file, rule in self.left_out.items()
            if not file.startswith((_OF_REGISTRARS, "metadata/"))
        }
        for role in sorted(earlier.keys() | said.keys()):
            data = self.layer.store.role_before(role)
            self.touched.update(_slug(path) for path in (listing(data) if data else {}))
        listed_at: dict[str, list[tuple[str, Listed]]] = {}
        for name in trusted.registrars():
            for listed in self._regional(name, versions):
                listed_at.setdefault(_slug(listed.path), []).append((name, listed))
        self.touched.update(listed_at)
        for found in listed_at.values():
            if len(found) > 1:
                for name, listed in found:
                    self._leave_out(listed.path, registrar_role(name), Reason.ADMITTED_TWICE)
        return said

    def _regional(self, name: str, versions: dict[str, int]) -> list[Listed]:
        """What one registrar lists and may list; the rest is noted as left out."""
        registry, role, good = self.registry, registrar_role(name), []
        registry.limits_of(name)
        try:
            found = registry.trusted.of_registrar(name)
        except RegistryError as error:
            if error.reason is not Reason.REGISTRY_EXPIRED:
                raise
            self._leave_out(f"metadata/{versions[role]}.{role}.json", role, error.reason)
            return []
        for path, listed in found.items():
            if path.rpartition("/")[0] != f"registrars/{name}/entries":
                self._leave_out(path, role, Reason.REGISTRY_CORRUPT)
                continue
            entry = registry.regional(name, listed)
            if isinstance(entry, Entry):
                good.append(listed)
                self._place(entry)
            else:
                self._leave_out(path, role, entry)
        return good

    def _take_lists_of(self, slug: str) -> None:
        """An entry changed: what its organisation signed may count now, or count no more."""
        for folder in (f"status/{slug}/", f"issued/{slug}/"):
            for path in self.layer.store.below(folder):
                if path in self.taken or self.registry.trusted.listed(STATUS, path) is None:
                    continue
                self._take_list(path)

    def _take_list(self, path: str) -> None:
        self.taken.add(path)
        self.left_out.pop(path, None)
        if path.startswith("issued/"):
            issued = self.registry.issued_at(path)
            if isinstance(issued, Reason):
                self._leave_out(path, STATUS, issued)
            return
        one = self.registry.list_at(path)
        if isinstance(one, Reason):
            self._stop_list(path, one)
            return
        try:
            with naming(path, STATUS):
                self._take_status(path, one)
        except RegistryError as error:
            found = self.registry.admitted(path.split("/")[1])
            if found is None or found.registrar is None:
                raise
            self._stop_list(path, error.reason)

    def _take_status(self, path: str, one: StatusList) -> None:
        store = self.layer.store
        other = store.list_at(one.url)
        if other is not None and other != path and self._counts(other, one.url):
            raise RegistryError(Reason.BAD_STATUS_LIST, "two lists of one URL")
        self._remember(one)
        for url in store.urls_of(path):
            if url != one.url:
                self.layer.put_list(url, None)
        self.layer.put_list(one.url, path)

    def _counts(self, path: str, url: str) -> bool:
        found = self.registry.list_at(path)
        return isinstance(found, StatusList) and found.url == url

    def _remember(self, one: StatusList) -> None:
        name = memory_of(one)
        if name is not None and self.layer.store.revoked(name) != one.bits:
            self.layer.put_revoked(name, one.bits)

    def _stop_list(self, path: str, why: Reason) -> None:
        for url in self.layer.store.urls_of(path):
            self.layer.put_list(url, None)
        self._leave_out(path, STATUS, why)

    def _leave_out(self, file: str, role: str, why: Reason) -> None:
        self.left_out[file] = (role, why.value)


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".json")
