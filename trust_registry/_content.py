"""The bytes of a registry: from what is kept here, or again from a source; checked either way.

What is kept can be damaged by a failing disk, or exchanged by somebody. Bytes that do not fit what
was signed are fetched again where there is a source, and are an error where there is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn, TypeVar

from tuf.api.metadata import Targets

from amana.errors import RegistryError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from trust_registry._trusted import Listed
from trust_registry.sources import Source, read_all
from trust_registry.store import Damaged, Layer, Store

__all__ = ["Content"]

_Said = TypeVar("_Said")
_DAMAGED: Final = "what was kept of it is damaged, and no source is at hand"


class Content:
    """Roles' metadata and targets, by name. `doubt` is told once of damage to what is kept.

    With a `layer`, what comes from the source is put into it, and `store` is that layer's own.
    Raises, throughout: RegistryError REGISTRY_CORRUPT or TOO_LARGE naming the file and the role,
    or what the source raises (whoever keeps or carries the files).
    """

    def __init__(
        self,
        *,
        store: Store,
        source: Source | None,
        layer: Layer | None = None,
        doubt: Callable[[], None] = lambda: None,
        limits: Limits = LIMITS,
    ) -> None:
        self._store = store
        self._source = source
        self._layer = layer
        self._doubt = doubt
        self._limits = limits

    def role(self, name: str, version: int, check: Callable[[bytes], Targets]) -> Targets:
        """What `check` makes of the metadata of a role. Raises: what `check` raises, too."""
        kept = self._kept(lambda store: store.role(name, version))
        if kept is not None:
            with suppress(RegistryError):
                return check(kept)
        self._doubted()
        file = f"metadata/{version}.{name}.json"
        data = self._fetched(file, name, limit=self._limits.registry_file_bytes)
        found = check(data)
        if self._layer is not None:
            self._layer.put_role(name, version, data)
        return found

    def target(self, listed: Listed, role: str) -> bytes:
        """The bytes of a file, as its role lists them."""
        kept = self._kept(lambda store: store.target(listed.path))
        if kept is not None and _fits(kept, listed):
            return kept
        self._doubted()
        if listed.length > self._limits.registry_file_bytes:
            raise RegistryError(Reason.TOO_LARGE, "a huge file", file=listed.path, role=role)
        data = self._fetched(listed.name, role, limit=listed.length)
        if not _fits(data, listed):
            _corrupt("other bytes than its role lists", listed.name, role)
        if self._layer is not None:
            self._layer.put_target(listed.path, data)
        return data

    def said(self, read: Callable[[Store], _Said]) -> _Said:
        """What a table says that nobody signed, and that only tells where to look.

        Raises: Damaged (a RegistryError).
        """
        try:
            return read(self._store)
        except Damaged:
            self._doubted()
            raise

    def _kept(self, read: Callable[[Store], bytes | None]) -> bytes | None:
        try:
            return read(self._store)
        except Damaged:
            if self._layer is not None:
                raise  # whoever writes a layer has to begin anew
            return None

    def _doubted(self) -> None:
        """Where a layer is written, other bytes than those kept are what is expected."""
        if self._layer is None:
            self._doubt()

    def _fetched(self, file: str, role: str, *, limit: int) -> bytes:
        if self._source is None:
            _corrupt(_DAMAGED, file, role)
        try:
            data = read_all(self._source, file, limit=limit)
        except (OSError, ValueError):  # a source that was closed meanwhile
            _corrupt("the source can't be read any more", file, role)
        except RegistryError as error:
            where = {"file": file, "role": role, **error.where}
            raise RegistryError(error.reason, error.detail, **where) from None
        if data is None:
            _corrupt("a file is missing", file, role)
        return data


def _fits(data: bytes, listed: Listed) -> bool:
    return len(data) == listed.length and hashlib.sha256(data).hexdigest() == listed.sha256


def _corrupt(detail: str, file: str, role: str) -> NoReturn:
    raise RegistryError(Reason.REGISTRY_CORRUPT, detail, file=file, role=role)
