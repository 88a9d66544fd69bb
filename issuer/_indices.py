"""Random status indices, each given once. A list is left when half of it is taken.

An index that told anything (order, office, family) would betray its holder to whoever reads the
list, so it is drawn at random among 131,072. Half-full lists keep the draw quick, the crowd large.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from amana.errors import InputError
from amana.keys import Randomness
from amana.limits import LIMITS
from amana.reasons import Reason
from issuer._tables import copies, status_lists

__all__ = ["Indices"]

LIST_BITS: Final = LIMITS.status_list_bits_min
_MASK: Final = LIST_BITS - 1  # a power of two, so a masked draw is uniform
_DRAW_BYTES: Final = 3
_DRAWS_MAX: Final = 64  # rounds; half of all draws succeed, so a failure is broken randomness


class Indices:
    """Draws free indices of the newest list, and remembers which are taken."""

    def __init__(self, randomness: Randomness, *, full_at: int = LIST_BITS // 2) -> None:
        self._randomness = randomness
        self._full_at = full_at
        self._at: tuple[int, int] = (0, 0)  # (list, how many are taken) as last seen
        self._taken: set[int] = set()

    def take(self, work: Connection, count: int) -> list[tuple[int, int]]:
        """`count` new pairs (list, index), inside a writing transaction; the caller stores them.

        Raises: InputError NO_FREE_INDEX (a randomness that repeats itself: our own side's fault).
        """
        found: list[tuple[int, int]] = []
        number, used = work.execute(
            select(status_lists.c.number, status_lists.c.used)
            .order_by(status_lists.c.number.desc())
            .limit(1)
        ).one()
        while len(found) < count:
            if used >= self._full_at:
                number, used = number + 1, 0
                work.execute(insert(status_lists).values(number=number, used=0))
            # After a rollback, or another process, what we remember may be wrong: look again.
            if self._at != (number, used):
                query = select(copies.c.position).where(copies.c.list == number)
                self._taken = set(work.execute(query).scalars())
            here = self._draw(min(count - len(found), self._full_at - used))
            found += [(number, index) for index in here]
            used += len(here)
            self._at = (number, used)
            work.execute(
                update(status_lists).where(status_lists.c.number == number).values(used=used)
            )
        return found

    def _draw(self, count: int) -> list[int]:
        drawn: list[int] = []
        for _ in range(_DRAWS_MAX):
            source = self._randomness(_DRAW_BYTES * (count - len(drawn)))
            for at in range(0, len(source), _DRAW_BYTES):
                index = int.from_bytes(source[at : at + _DRAW_BYTES], "big") & _MASK
                if index not in self._taken:
                    self._taken.add(index)
                    drawn.append(index)
            if len(drawn) == count:
                return drawn
        raise InputError(Reason.NO_FREE_INDEX, "the randomness repeats itself")
