"""What a service point asks for: its tier, what it serves, and how old its knowledge may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from amana.purpose import KIND

__all__ = ["Policy", "Tier"]


class Tier(StrEnum):
    """How much a service may ask at all (C2)."""

    NONE = "none"  # the scanner is never opened (C1)
    REGISTERED = "registered"  # one scan; never stopped by a stale registry
    CHECKED = "checked"  # an answer to a challenge, or a card with its PIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The rules of one service. Ages are counted from dates that members or issuers signed.

    `purpose` is what the service is for when nothing was asked in a challenge; None takes any.
    Raises: ValueError for tier `none`: such a service verifies nothing (the caller's fault).
    """

    tier: Tier = Tier.CHECKED
    purpose: str | None = None
    kinds: frozenset[str] = frozenset({KIND})
    credentials_max: int = 1
    registry_max_age: timedelta = timedelta(days=90)
    status_max_age: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        if self.tier is Tier.NONE:
            raise ValueError("a service of tier none asks for no proof at all")
