"""A registry of any size as three mappings: what is asked for is read, checked and remembered.

Looked up again, an answer costs one look into a dictionary. To go through a whole mapping reads all
of the registry, which takes seconds for 100,000 organisations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar, overload

from amana.status import StatusList
from trust_registry._registry import Registry
from trust_registry._trusted import Bounded
from trust_registry.snapshot import Entry, IssuedList

__all__ = ["Entries", "IssuedLists", "StatusLists"]

_ENTRIES_KEPT: Final = 2_048  # some 3 kB each
_BYTES_KEPT: Final = 8 * 1024 * 1024  # of decoded lists

_Found = TypeVar("_Found")
_Default = TypeVar("_Default")


class _Asked(Mapping[str, _Found]):
    """A mapping whose values are found when they are asked for. What is unknown is not kept."""

    def __init__(self, registry: Registry, most: int) -> None:
        self._registry = registry
        self._kept: Bounded[_Found] = Bounded(most)
        self._known = self._kept.get

    def _find(self, key: str) -> _Found | None:
        raise LookupError(key)  # pragma: no cover - each kind has its own

    def _weight(self, _found: _Found) -> int:
        return 1

    @overload
    def get(self, key: str, /) -> _Found | None: ...

    @overload
    def get(self, key: str, /, default: _Found | _Default) -> _Found | _Default: ...

    def get(self, key: str, /, default: object = None) -> object:
        """As of any mapping. Raises: RegistryError (whoever keeps or carries the registry)."""
        known = self._known(key)
        if known is not None:
            return known[0]
        found = self._find(key)
        if found is None:
            return default
        self._kept.keep(key, found, self._weight(found))
        return found

    def __getitem__(self, key: str) -> _Found:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Entries(_Asked[Entry]):
    """Entries by DID."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, _ENTRIES_KEPT)

    def _find(self, key: str) -> Entry | None:
        return self._registry.entry(key)

    def __iter__(self) -> Iterator[str]:
        return self._registry.dids()


class StatusLists(_Asked[StatusList]):
    """Status lists by URL."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, _BYTES_KEPT)

    def _find(self, key: str) -> StatusList | None:
        return self._registry.status_list(key)

    def _weight(self, found: StatusList) -> int:
        return len(found.bits)

    def __iter__(self) -> Iterator[str]:
        return (found.url for found in self._registry.lists())


class IssuedLists(_Asked[IssuedList]):
    """Lists of what keys had issued, by the id of the key."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, _BYTES_KEPT)

    def _find(self, key: str) -> IssuedList | None:
        return self._registry.issued(key)

    def _weight(self, found: IssuedList) -> int:
        return len(found.digests) + 1

    def __iter__(self) -> Iterator[str]:
        return (found.key_id for found in self._registry.issued_lists())
