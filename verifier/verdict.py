"""What a verification found, and how old what it relied on is. A verdict is never a boolean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, NoReturn

from amana.reasons import Check, Outcome, Reason
from amana.strict_json import Json, JsonObject

__all__ = ["Finding", "ProofShown", "ReliedOn", "Verdict", "conclude"]


class ProofShown(StrEnum):
    """How strong the link between the proof and the person in front of us is."""

    NONE = "none"
    CREDENTIAL = "credential"  # genuine, like paper: who carries it is not proved
    HOLDER = "holder"  # the holder's key answered this very challenge


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that a check found; `check` says which one."""

    reason: Reason

    @property
    def check(self) -> Check:
        """The check that this finding belongs to."""
        return self.reason.check


class ReliedOn(NamedTuple):
    """What the verdict stands on. An age of None is unknown, because the clock can't be right.

    `issuer` is the first one whose own pinned key was found to have signed; nobody's mere claim.
    """

    registry_version: int | None
    registry_age: timedelta | None
    status_age: timedelta | None
    proof: ProofShown
    issuer: str | None = None


class Verdict(NamedTuple):
    """Outcome, findings (the registry's own first, then each check's), and what was relied on.

    `shown` holds the claims that were asked for and proved; it is empty unless accepted.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    relied_on: ReliedOn
    shown: Mapping[str, Json] = MappingProxyType({})

    @property
    def accepted(self) -> bool:
        """Whether the outcome is ACCEPTED. UNDECIDED is not, and neither is it a refusal."""
        return self.outcome is Outcome.ACCEPTED

    @property
    def reason(self) -> Reason | None:
        """The first finding that gave the outcome; None for an acceptance without any remark."""
        for finding in self.findings:
            if finding.reason.outcome is self.outcome:
                return finding.reason
        return None

    def __repr__(self) -> str:
        """Nothing of what was shown: a repr ends up in logs."""
        return f"Verdict(outcome={self.outcome!r}, findings={self.findings!r})"

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict has three outcomes: ask verdict.accepted or verdict.outcome")

    def document(self) -> JsonObject:
        """The verdict as JSON, without the claims that were shown."""
        relied = self.relied_on
        return {
            "outcome": self.outcome.value,
            "reason": self.reason.value if self.reason is not None else None,
            "findings": [
                {"reason": found.reason.value, "check": found.check.value}
                for found in self.findings
            ],
            "reliedOn": {
                "registryVersion": relied.registry_version,
                "registryAgeDays": _days(relied.registry_age),
                "statusAgeDays": _days(relied.status_age),
                "proof": relied.proof.value,
                "issuer": relied.issuer,
            },
        }


def conclude(
    reasons: Sequence[Reason], relied_on: ReliedOn, shown: Mapping[str, Json] | None = None
) -> Verdict:
    """The verdict that `reasons` lead to: the worst outcome wins, and doubt outweighs nothing."""
    outcome, findings = _concluded(tuple(reasons))
    if shown is None or outcome is not Outcome.ACCEPTED:
        return Verdict(outcome, findings, relied_on)
    return Verdict(outcome, findings, relied_on, shown)


@lru_cache(maxsize=1024)
def _concluded(reasons: tuple[Reason, ...]) -> tuple[Outcome, tuple[Finding, ...]]:
    found = {reason.outcome for reason in reasons}
    outcome = Outcome.ACCEPTED
    if Outcome.REJECTED in found:
        outcome = Outcome.REJECTED
    elif Outcome.UNDECIDED in found:
        outcome = Outcome.UNDECIDED
    return outcome, tuple(Finding(reason=reason) for reason in dict.fromkeys(reasons))


def _days(age: timedelta | None) -> int | None:
    return None if age is None else age.days
