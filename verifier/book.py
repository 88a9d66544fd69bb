"""The challenges that this station asked: each is answered once, and lives about three minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from amana.challenge import Challenge

__all__ = ["Asked", "ChallengeBook", "Freshness"]

LIFE_SECONDS: Final = 180.0
# Remembered after their life, so that a late answer is called late and a second one replayed.
_KEPT: Final = 4096


class Freshness(StrEnum):
    """What the book says of a challenge when its answer comes."""

    FRESH = "fresh"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A challenge of this station, and whether it may still be answered."""

    challenge: Challenge
    freshness: Freshness


@dataclass(slots=True)
class ChallengeBook:
    """`clock` is monotonic, in seconds: a wrong date can't revive an old challenge."""

    clock: Callable[[], float]
    life: float = LIFE_SECONDS
    _asked: dict[str, float] = field(default_factory=dict, repr=False)
    _used: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def restored(
        cls, clock: Callable[[], float], *, asked: Mapping[str, float], used: Iterable[str]
    ) -> ChallengeBook:
        """A book as `contents` described it; only for the same run of the same clock."""
        return cls(clock=clock, _asked=dict(asked), _used=set(used))

    def contents(self) -> tuple[dict[str, float], list[str]]:
        """When each challenge was asked, by digest, and which of them were used."""
        return dict(self._asked), sorted(self._used)

    def ask(self, challenge: Challenge) -> None:
        """Remember a challenge from now on. The oldest are forgotten once there are very many."""
        self._asked[challenge.digest] = self.clock()
        while len(self._asked) > _KEPT:
            oldest = next(iter(self._asked))
            del self._asked[oldest]
            self._used.discard(oldest)

    def take(self, challenge: Challenge) -> Asked:
        """Say how fresh the challenge is, and use it up in the same step: an answer counts once."""
        key = challenge.digest
        asked_at = self._asked.get(key)
        if asked_at is None:
            freshness = Freshness.UNKNOWN
        elif key in self._used:
            freshness = Freshness.USED
        else:
            self._used.add(key)
            alive = 0 <= self.clock() - asked_at <= self.life
            freshness = Freshness.FRESH if alive else Freshness.EXPIRED
        return Asked(challenge=challenge, freshness=freshness)
