"""What this device verified last, as a source: to build a delta's result on, or to hand it on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from amana.errors import RegistryError
from amana.reasons import Reason
from trust_registry._inventory import ANCHOR
from trust_registry._states import current, digest_of, home_of
from trust_registry.store import Store

__all__ = ["HeldSource", "is_held"]

_METADATA: Final = re.compile(r"metadata/(?:([1-9][0-9]{0,15})\.)?([a-z0-9-]+)\.json")
_TARGET: Final = re.compile(r"targets/((?:[^/]+/)*)([0-9a-f]{64})\.([^/]+)")
_TOP: Final = ("timestamp", "snapshot", "targets")


class HeldSource:
    """The last good state under a pinned first `root`, read from the cache."""

    def __init__(self, *, root: bytes, cache: Path) -> None:
        """Open it. Raises: RegistryError REGISTRY_MISSING if there is none, REGISTRY_CORRUPT."""
        home = home_of(cache, root)
        state = current(home)
        if state is None:
            raise RegistryError(
                Reason.REGISTRY_MISSING, "no registry was loaded yet", file=str(cache)
            )
        self._root = root
        self._folder = state / "metadata"
        try:
            self._store = Store.open(home, digest_of(state))
        except OSError as error:
            raise _unreadable(str(cache), error) from None

    def fetch(self, name: str) -> Iterator[bytes] | None:
        """As `Source`. Of snapshot and targets it has one version, whichever is asked for.

        Raises: RegistryError REGISTRY_CORRUPT or UNREADABLE_FILE (whoever changed the cache).
        """
        try:
            data = self._found(name)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(name, error) from None
        return iter((data,)) if data is not None else None

    def _found(self, name: str) -> bytes | None:
        metadata, target = _METADATA.fullmatch(name), _TARGET.fullmatch(name)
        if target is not None:
            folder, digest, last = target.groups()
            data = self._store.target(f"{folder}{last}")
            same = data is not None and hashlib.sha256(data).hexdigest() == digest
            return data if same else None
        if name == ANCHOR:
            return self._root
        if metadata is None:
            return None
        version, role = metadata.groups()
        if role in _TOP:
            return (self._folder / f"{role}.json").read_bytes()
        if role == "root":
            return (self._folder / f"root_history/{version}.root.json").read_bytes()
        return self._store.role(role, int(version)) if version is not None else None


def is_held(*, root: bytes, cache: Path) -> bool:
    """Whether there is a last good state under this root."""
    return current(home_of(cache, root)) is not None


def _unreadable(name: str, error: OSError) -> RegistryError:
    return RegistryError(Reason.UNREADABLE_FILE, error.strerror or "can't be read", file=name)
