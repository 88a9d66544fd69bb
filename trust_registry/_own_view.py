"""What a member verified last, kept on their own machine: what was published, and what they signed.

    <state>/<hash of the trust anchor>/current          the name of the folder that counts
    <state>/<hash of the trust anchor>/version-N/       metadata/ as it was published, N of snapshot
    <state>/<hash of the trust anchor>/signed-….json    the package that the member signed after it

Only metadata is kept of what was published: it says by its hashes what every file was. The files
themselves are looked for among what is published now, where older ones still lie, and must fit.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from tuf.api.metadata import Root

from amana.cli import make_folder, write_file
from amana.errors import InputError, RegistryError
from amana.reasons import Reason
from trust_registry._layout import ENTRIES, STATUS, bin_bits, bins_of
from trust_registry._package import Package, read_package
from trust_registry._previous import Previous, Read, Version, loaded, read_previous
from trust_registry.examining import Proposed

__all__ = ["Own", "keep_own", "read_own"]

_CURRENT: Final = "current"
_REGISTRY: Final = "registry"


@dataclass(frozen=True, kw_only=True)
class Own:
    """A member's own knowledge. `verified` is no older version than they may ever accept."""

    verified: Previous
    signed: Package | None = None

    @property
    def view(self) -> Version | None:
        """The version to tell differences from: the one they signed last, or the one they saw."""
        if self.signed is not None:
            return Proposed(base=self.verified, package=self.signed)
        return self.verified if self.verified.version else None

    @property
    def root(self) -> Root:
        """The members as they know them: at first those in their trust anchor."""
        if self.signed is not None:
            return Proposed(base=self.verified, package=self.signed).root
        return self.verified.root

    @property
    def version(self) -> int:
        """That of `view`; 0 for none."""
        return self.signed.version if self.signed is not None else self.verified.version

    def regional(self, region: str, path: str) -> bytes | None:
        """A file of a registrar as they saw it last, or None."""
        if self.signed is not None:
            return self.signed.targets.get(path)
        return self.verified.read(path) if region in self.verified.registrars else None


def read_own(state: Path, *, anchor: bytes, published: Read, region: str | None = None) -> Own:
    """What a member knows under this trust anchor; of the packages they signed, that of `region`.

    Raises: RegistryError REGISTRY_CORRUPT or BELOW_THRESHOLD (whoever changed the folder).
    """
    home = _home(state, anchor)
    verified = Previous(root=loaded(Root, anchor, "the trust anchor").signed)
    try:
        name = (home / _CURRENT).read_text("ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        name = ""
    if name:
        kept = home / Path(name).name

        def read(path: str) -> bytes | None:
            if path.startswith("targets/"):
                return published(path)
            return (kept / path).read_bytes() if (kept / path).exists() else None

        verified = read_previous(read, anchor=anchor)
        if verified.targets is None:
            raise RegistryError(Reason.REGISTRY_CORRUPT, "what was kept is gone", file=str(kept))
    try:
        signed = read_package(_signed(home, region).read_bytes())
    except (FileNotFoundError, InputError):
        return Own(verified=verified)
    base = verified.version if region is None else verified.role_version(region)
    # One that was signed on another base says nothing about this one.
    return Own(verified=verified, signed=signed if signed.version == base + 1 else None)


def keep_own(
    state: Path, base: Previous, signed: Package, *, anchor: bytes, region: str | None = None
) -> None:
    """Remember a verified version at one stroke, and the package that was signed upon it.

    Raises: RegistryError as `Previous.metadata` (whoever supplied it); InputError UNREADABLE_FILE.
    """
    home = _home(state, anchor)
    make_folder(home)
    if base.snapshot is not None:
        name = f"version-{base.snapshot.version}"
        for path in _files(base):
            data = base.file(path)
            if data is None:
                raise RegistryError(Reason.REGISTRY_CORRUPT, "a file is missing", file=path)
            (home / name / path).parent.mkdir(parents=True, exist_ok=True)
            (home / name / path).write_bytes(data)
        write_file(home / _CURRENT, name.encode("ascii"))
        for other in home.glob("version-*"):
            if other.name != name:
                shutil.rmtree(other, ignore_errors=True)
    write_file(_signed(home, region), signed.data())


def _files(base: Previous) -> list[str]:
    """The metadata of a version; each bin of entries is verified on the way."""
    roles = ["targets", STATUS, ENTRIES, *base.registrars]
    parent = base.role(ENTRIES)
    for role in bins_of(ENTRIES, bin_bits(parent)) if parent is not None else ():
        base.role(role, parent=ENTRIES)
        roles.append(role)
    snapshot = base.snapshot.version if base.snapshot is not None else 0
    return [
        *(f"metadata/{number}.root.json" for number in range(2, base.root.version + 1)),
        "metadata/timestamp.json",
        f"metadata/{snapshot}.snapshot.json",
        *(f"metadata/{base.role_version(role)}.{role}.json" for role in roles),
    ]


def _signed(home: Path, region: str | None) -> Path:
    return home / f"signed-{region or _REGISTRY}.json"


def _home(state: Path, anchor: bytes) -> Path:
    return state / sha256(anchor).hexdigest()[:32]
