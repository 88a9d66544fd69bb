"""What is asked about a document, and what was found: problems, and warnings beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from amana.errors import AmanaError, InputError
from amana.reasons import Outcome, Reason
from amana.strict_json import Json, JsonObject
from apps._vc_problems import Problem, problem_of

__all__ = ["ALL", "Asked", "Judgement", "Notes"]

ALL: Final = frozenset({"proof", "credentialStatus", "validityPeriod"})
# What suites and servers call them.
_NAMES: Final = {
    **{name: name for name in ALL},
    "status": "credentialStatus",
    "validity": "validityPeriod",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a caller wants to know about a document."""

    checks: frozenset[str] = ALL
    challenge: str | None = None
    domain: str | None = None
    proof_needed: bool = True

    @classmethod
    def named(cls, checks: Json) -> frozenset[str]:
        """`options.checks` as our own names; names that nobody here knows are passed over.

        Raises: InputError BAD_CREDENTIAL for anything but a list of texts (the caller's fault).
        """
        if checks is None:
            return ALL
        if type(checks) is not list or not all(type(name) is str for name in checks):
            raise InputError(Reason.BAD_CREDENTIAL, "checks is a list of names")
        return frozenset(_NAMES[name] for name in checks if name in _NAMES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """`problems` say why a document is not verified; `warnings` were found and not asked about."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    document: JsonObject | None = field(default=None, repr=False)  # what was secured

    @property
    def outcome(self) -> Outcome:
        """ACCEPTED without problems; REJECTED if one of them proves falsity; else UNDECIDED."""
        if not self.problems:
            return Outcome.ACCEPTED
        outcomes = {problem.reason.outcome for problem in self.problems}
        return Outcome.REJECTED if Outcome.REJECTED in outcomes else Outcome.UNDECIDED


class Notes:
    """What was found at one place, while it is being found."""

    def __init__(self, asked: Asked, place: str = "") -> None:
        self._asked = asked
        self._place = place
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        self.document: JsonObject | None = None

    def hold(self, error: AmanaError) -> None:
        self._problems.append(problem_of(error, self._place))

    def problem(self, reason: Reason, detail: str) -> None:
        self._problems.append(Problem(reason=reason, detail=detail, place=self._place))

    def warn(self, reason: Reason, detail: str) -> None:
        self._warnings.append(Problem(reason=reason, detail=detail, place=self._place))

    def note(self, check: str, reason: Reason, detail: str) -> None:
        """A problem if the caller asked for `check`, else a warning."""
        (self.problem if check in self._asked.checks else self.warn)(reason, detail)

    def add(self, other: Judgement) -> None:
        self._problems += other.problems
        self._warnings += other.warnings

    def judgement(self) -> Judgement:
        return Judgement(
            problems=tuple(self._problems),
            warnings=tuple(self._warnings),
            document=self.document,
        )
