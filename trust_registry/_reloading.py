"""The registry that a long-running program answers from: read again when it changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from amana.errors import AmanaError
from trust_registry.snapshot import Snapshot

__all__ = ["Reloading"]

_AGAIN_SECONDS: Final = 5.0  # after a refusal: somebody may have been in the middle of writing


class Reloading:
    """Gives the last good registry; `mark` tells, by being another one, that there is a newer.

    `refused` is told each new reason why one was not taken: the one before stays.
    """

    def __init__(
        self,
        load: Callable[[], Snapshot],
        *,
        mark: Callable[[], object],
        seconds: Callable[[], float],
        refused: Callable[[AmanaError], None],
    ) -> None:
        """Load for the first time. Raises: as `load`, for there is no last good one yet."""
        self._load, self._mark, self._seconds, self._refused = load, mark, seconds, refused
        self._seen = mark()
        self._retry: float | None = None
        self._told: str | None = None
        self._snapshot = load()

    def __call__(self) -> Snapshot:
        """The registry to answer from now. One thread at a time."""
        mark = self._mark()
        waited = self._retry is not None and self._seconds() >= self._retry
        if mark != self._seen or waited:
            self._seen, self._retry = mark, None
            try:
                self._snapshot = self._load()
                self._told = None
            except AmanaError as error:
                self._retry = self._seconds() + _AGAIN_SECONDS
                if self._told != str(error):
                    self._told = str(error)
                    self._refused(error)
        return self._snapshot
