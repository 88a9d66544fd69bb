"""Which file each role lists: the roles below TUF's top level, verified when first asked for.

TUF's client verifies root, timestamp, snapshot and targets at every start. Of the 2048 bins below
them a verification needs two, so each is verified when somebody asks for a file of its: signatures
of enough keys, over the version that the snapshot names. What it lists is then remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from threading import Lock
from typing import Final, Generic, NamedTuple, TypeVar

from securesystemslib.signer import Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Root, Snapshot, SuccinctRoles, TargetFile, Targets

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry._layout import (
    ENTRIES,
    ENTRY_PATHS,
    STATUS,
    STATUS_PATHS,
    bins_of,
    registrar_name,
    registrar_paths,
    registrar_role,
    registrar_roles,
)
from trust_registry._previous import check_named, check_sealed, check_signed, loaded
from trust_registry._tuf_keys import Ed25519Key
from trust_registry.registrars import NAME

__all__ = ["Bounded", "Listed", "Trusted", "check_root", "listing"]

_PLAIN: Final = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+){0,7}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LEAST_THRESHOLD: Final = 2  # no single key holder (C112)
_MOST_BITS: Final = 16
BINS_KEPT: Final = 256  # each some 20 kB at 100 files a bin
_ROOT: Final = {"file": "root.json", "role": "root"}
_TARGETS: Final = {"file": "targets.json", "role": "targets"}

_Kept = TypeVar("_Kept")
# Gives the bytes of a role at a version to a check, those kept here before those of a source.
Checked = Callable[[str, int, Callable[[bytes], Targets]], Targets]


class Listed(NamedTuple):
    """One file as a role lists it."""

    path: str
    length: int
    sha256: str

    @property
    def name(self) -> str:
        """Where a published folder keeps it: under its digest (TUF, section 6.2)."""
        folder, slash, last = self.path.rpartition("/")
        return f"targets/{folder}{slash}{self.sha256}.{last}"


class Bounded(Generic[_Kept]):
    """Remembers what was found, up to a weight; then the oldest goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._found: dict[str, tuple[_Kept, int]] = {}
        self._lock = Lock()
        self.get = self._found.get  # what is remembered is looked up without a call of ours

    def keep(self, name: str, value: _Kept, weight: int = 1) -> None:
        """Remember `value` under `name`."""
        with self._lock:
            before = self._found.pop(name, None)
            self._weight += weight - (before[1] if before is not None else 0)
            self._found[name] = value, weight
            while self._weight > self._most and len(self._found) > 1:
                self._weight -= self._found.pop(next(iter(self._found)))[1]


class Trusted:
    """The metadata of one version. `checked` supplies the bytes of roles.

    Everything here raises RegistryError, naming file and role: REGISTRY_CORRUPT, BELOW_THRESHOLD,
    ROLLBACK (a file of another version) or REGISTRY_EXPIRED (whoever supplied or kept the files,
    or who signed them).
    """

    def __init__(
        self,
        *,
        root: Root,
        snapshot: Snapshot,
        targets: Targets,
        checked: Checked,
        now: datetime,
        bins_kept: int = BINS_KEPT,
    ) -> None:
        self.root = root
        self.snapshot = snapshot
        self.targets = targets
        self._checked = checked
        self.now = now
        self._bins: Bounded[dict[str, Listed]] = Bounded(bins_kept)
        self._registrars: dict[str, dict[str, Listed]] = {}
        check_named("targets", targets, file="targets.json")
        self._top = _listed(targets, **_TARGETS)
        self._parents: dict[str, Targets] = {}

    def check_layout(self) -> None:
        """Whether `targets` delegates as a registry does, with no key that decides alone."""
        check_sealed(self.targets, self.snapshot)
        delegations = self.targets.delegations
        roles = delegations.roles if delegations is not None else None
        if delegations is None or roles is None or list(roles)[:2] != [STATUS, ENTRIES]:
            raise _corrupt("it does not delegate as a registry does", **_TARGETS)
        _check_keys(delegations.keys.values(), **_TARGETS)
        for role in roles.values():
            paths, least = list(_paths_of(role.name)), _LEAST_THRESHOLD
            if not paths or role.paths != paths or not role.terminating:
                raise _corrupt(f"{role.name} is not delegated as in a registry", **_TARGETS)
            if role.name == STATUS:
                least = 1
            elif role.name == ENTRIES:
                # Who is no member any more signs no entries, even before `targets` forgets them.
                members = self.root.roles["targets"]
                least = members.threshold
                if not set(role.keyids) <= set(members.keyids):
                    raise _below("signed by others than the members", role.name)
            if role.threshold < least:
                raise _below("too few decide", role.name)

    def versions(self) -> dict[str, int]:
        """The version of each role, as the snapshot names it."""
        return {name.removesuffix(".json"): one.version for name, one in self.snapshot.meta.items()}

    def parent(self, name: str) -> Targets:
        """The metadata of `status` or `entries`, which has bins and lists nothing itself."""
        found = self._parents.get(name)
        if found is None:
            found = self._verified(self.targets, name)
            delegations = found.delegations
            bins = delegations.succinct_roles if delegations is not None else None
            file = {"file": f"{name}.json", "role": name}
            if delegations is None or bins is None or found.targets or bins.name_prefix != name:
                raise _corrupt("it has no bins, or more than that", **file)
            if bins.bit_length > _MOST_BITS:
                raise _corrupt("more bins than a registry has", **file)
            _check_keys(delegations.keys.values(), **file)
            above = self.targets.get_delegated_role(name)
            if bins.threshold < above.threshold or not set(bins.keyids) <= set(above.keyids):
                raise _below("its bins are signed by fewer, or by others", name)
            self._parents[name] = found
        return found

    def bin_names(self, parent: str) -> list[str]:
        """The names of all bins of a role."""
        return bins_of(parent, self._succinct(parent).bit_length)

    def is_bin(self, parent: str, name: str) -> bool:
        """Whether a role is one of the bins of another."""
        return self._succinct(parent).is_delegated_role(name)

    def signers(self, role: str) -> str:
        """What has to stay the same for an unchanged version of a role to stay good."""
        if role in (ENTRIES, STATUS):
            bins = self._succinct(role)
            return f"{bins.threshold} {bins.bit_length} {sorted(bins.keyids)}"
        above = self.targets.get_delegated_role(role)
        return f"{above.threshold} {sorted(above.keyids)}"

    def top(self) -> dict[str, Listed]:
        """What `targets` itself lists, by path."""
        return self._top

    def bin(self, parent: str, name: str) -> dict[str, Listed]:
        """What one bin lists, by path; nothing that belongs into another one."""
        kept = self._bins.get(name)
        if kept is not None:
            return kept[0]
        bins = self._succinct(parent)
        metadata = self._verified(self.parent(parent), name)
        where = {"file": f"{name}.json", "role": name}
        found = _listed(metadata, **where)
        if metadata.delegations is not None:
            raise _corrupt("a bin delegates nothing", **where)
        for path in found:
            if bins.get_role_for_target(path) != name or not _has_place(path, parent):
                raise _corrupt("listed by a role that may not list it", file=path, role=name)
        self._bins.keep(name, found)
        return found

    def listed(self, parent: str, path: str) -> Listed | None:
        """A file as its bin lists it, or None."""
        return self.bin(parent, self._succinct(parent).get_role_for_target(path)).get(path)

    def registrars(self) -> list[str]:
        """The names of the regional registrars, in the order in which `targets` has them."""
        prefix = registrar_role("")
        return [role.removeprefix(prefix) for role in registrar_roles(self.targets)]

    def of_registrar(self, name: str) -> dict[str, Listed]:
        """What a registrar lists, by path: paths that it may not list too, which count nowhere."""
        found = self._registrars.get(name)
        if found is None:
            role = registrar_role(name)
            metadata = self._verified(self.targets, role)
            found = {
                path: one
                for path, target in metadata.targets.items()
                if (one := _plain(path, target)) is not None
            }
            self._registrars[name] = found
        return found

    def _succinct(self, parent: str) -> SuccinctRoles:
        delegations = self.parent(parent).delegations
        bins = delegations.succinct_roles if delegations is not None else None
        assert bins is not None  # `parent` has looked  # noqa: S101
        return bins

    def _verified(self, delegator: Targets, name: str) -> Targets:
        """The metadata of a role, at the version that the snapshot names."""
        meta = self.snapshot.meta.get(f"{name}.json")
        if meta is None:
            raise _corrupt("the snapshot does not name it", file=f"{name}.json", role=name)
        file = f"metadata/{meta.version}.{name}.json"

        def check(data: bytes) -> Targets:
            try:
                meta.verify_length_and_hashes(data)
            except RepositoryError as error:
                raise _corrupt(str(error), file=file, role=name) from None
            metadata = loaded(Targets, data, file)
            check_signed(delegator, name, metadata, file=file)
            check_named(name, metadata.signed, file=file)
            if metadata.signed.version != meta.version:
                raise RegistryError(Reason.ROLLBACK, "another version", file=file, role=name)
            return metadata.signed

        found = self._checked(name, meta.version, check)
        if found.is_expired(self.now):
            raise RegistryError(Reason.REGISTRY_EXPIRED, "it has expired", file=file, role=name)
        return found


def check_root(root: Root) -> None:
    """Rules of ours on top of TUF's: several members decide, with Ed25519 keys, consistently.

    Raises: RegistryError BELOW_THRESHOLD or REGISTRY_CORRUPT (the members).
    """
    if any(root.roles[role].threshold < _LEAST_THRESHOLD for role in ("root", "targets")):
        raise _below("one member alone decides", "root")
    _check_keys(root.keys.values(), **_ROOT)
    if not root.consistent_snapshot:
        raise _corrupt("no consistent snapshot", **_ROOT)


def listing(data: bytes) -> dict[str, str]:
    """The SHA-256 of each file that a role's metadata lists. Not checked: any signature.

    What was kept may be damaged: then nothing of it counts as unchanged.
    """
    try:
        targets = loaded(Targets, data, "").signed.targets
    except RegistryError:
        return {}
    return {path: target.hashes.get("sha256", "") for path, target in targets.items()}


def _paths_of(role: str) -> tuple[str, ...]:
    if role == STATUS:
        return STATUS_PATHS
    if role == ENTRIES:
        return ENTRY_PATHS
    name = registrar_name(role)
    return () if name is None or NAME.fullmatch(name) is None else (registrar_paths(name),)


def _has_place(path: str, parent: str) -> bool:
    folder, _, rest = path.partition("/")
    if parent == ENTRIES:
        return folder == "entries" and "/" not in rest
    return folder in ("status", "issued") and rest.count("/") == 1


def _check_keys(keys: Iterable[Key], *, file: str, role: str) -> None:
    if not all(isinstance(key, Ed25519Key) for key in keys):
        raise _corrupt("a key that is not Ed25519", file=file, role=role)


def _listed(metadata: Targets, *, file: str, role: str) -> dict[str, Listed]:
    found = {}
    for path, target in metadata.targets.items():
        one = _plain(path, target)
        if one is None:
            raise _corrupt("a path or a hash that no registry has", file=file, role=role)
        found[path] = one
    return found


def _plain(path: str, target: TargetFile) -> Listed | None:
    """A path and a hash are somebody else's words; None for those that no registry has."""
    digest = target.hashes.get("sha256")
    if (
        type(digest) is not str
        or _SHA256.fullmatch(digest) is None
        or _PLAIN.fullmatch(path) is None
        or not {"", ".", ".."}.isdisjoint(path.split("/"))
    ):
        return None
    return Listed(path, target.length, digest)


def _corrupt(detail: str, *, file: str, role: str) -> RegistryError:
    return RegistryError(Reason.REGISTRY_CORRUPT, detail, file=file, role=role)


def _below(detail: str, role: str) -> RegistryError:
    return RegistryError(Reason.BELOW_THRESHOLD, detail, file=f"{role}.json", role=role)
