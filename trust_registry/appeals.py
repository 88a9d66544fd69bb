"""Appeals: against a decision or a measure, answered in time by those who did not make it (C122).

Who voted on what is appealed against does not vote on the appeal; other members do, and reviewers
from outside whose keys the members declared. If nobody answers in time, the appeal has succeeded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from amana.dates import format_instant
from amana.errors import RegistryError
from amana.keys import PublicKey
from amana.limits import LIMITS, Limits
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject
from trust_registry._vetting_folder import files, read_paper
from trust_registry._vetting_reading import a_did, digest, instant, members, prose
from trust_registry.dossier import sha256
from trust_registry.votes import Choice, Tally, count_votes

__all__ = ["Appeal", "Standing", "check_appeal", "make_appeal", "read_appeals", "standing"]

KIND: Final = "RegistryAppeal"
ANSWER_WITHIN: Final = timedelta(days=30)


class Standing(StrEnum):
    """How far an appeal is. `UPHELD` and `UNANSWERED` have succeeded."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    UNANSWERED = "unanswered"

    @property
    def succeeded(self) -> bool:
        """The matter is to be decided anew."""
        return self in (Standing.UPHELD, Standing.UNANSWERED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeal:
    """One appeal of `did` against the decision or measure whose digest is `against`."""

    did: str
    against: str
    dossier: str
    grounds: str
    received: datetime
    answer_by: datetime
    sha256: str


def make_appeal(
    did: str, *, against: str, dossier: str, grounds: str, until: datetime, now: datetime
) -> JsonObject:
    """Take in an appeal at `now`, possible until `until`; the answer is due within 30 days.

    Raises: RegistryError APPEAL_REFUSED after that instant; InputError as `check_appeal`.
    """
    if now > until:
        rule = f"it was possible until {format_instant(until)}"
        raise RegistryError(Reason.APPEAL_REFUSED, rule, role="applicant")
    document: JsonObject = {
        "type": KIND,
        "did": did,
        "against": against,
        "dossier": dossier,
        "grounds": grounds,
        "received": format_instant(now),
        "answerBy": format_instant(now + ANSWER_WITHIN),
    }
    check_appeal(document)
    return document


def check_appeal(value: Json, *, limits: Limits = LIMITS) -> Appeal:
    """Raises: InputError BAD_VETTING, BAD_DID or BAD_DATE (whoever wrote it)."""
    document = members(
        value, KIND, required=("did", "against", "dossier", "grounds", "received", "answerBy")
    )
    return Appeal(
        did=a_did(document["did"], "did"),
        against=digest(document["against"], "against"),
        dossier=digest(document["dossier"], "dossier"),
        grounds=prose(document["grounds"], "grounds", limits=limits),
        received=instant(document["received"], "received"),
        answer_by=instant(document["answerBy"], "answerBy"),
        sha256=sha256(document),
    )


def read_appeals(own: Path, *, against: str) -> list[tuple[Path, Appeal]]:
    """The appeals `against` one decision or measure, whose folder is `own`; each with its own.

    Raises: RegistryError as `read_paper`.
    """
    found = [
        (path.parent, read_paper(path, check_appeal, role="applicant"))
        for path in sorted((own / "appeals").glob("*/appeal.json"))
    ]
    return [one for one in found if one[1].against == against]


def appeal_tally(
    path: Path,
    appeal: Appeal,
    *,
    voters: Mapping[str, PublicKey],
    barred: Mapping[str, str],
    deciders: Iterable[str],
) -> Tally:
    """Count the votes on one appeal in its folder `path`.

    `voters` are members and independent reviewers by name; `deciders` those who voted on what is
    appealed against.

    Raises: RegistryError CONFLICT_OF_INTEREST for a vote of one of the deciders, or as
    `count_votes`.
    """
    rule = "who decided does not answer the appeal"
    return count_votes(
        files(path / "votes"),
        proposal=Choice.UPHOLD,
        subject=appeal.did,
        matter=appeal.sha256,
        dossier=appeal.dossier,
        voters=voters,
        barred={**dict.fromkeys(deciders, rule), **barred},
    )


def standing(appeal: Appeal, found: Tally, *, now: datetime) -> Standing:
    """How far `appeal` is at `now`, by the votes that were `found`; a draw is for the appellant."""
    if found.in_favour or found.against:
        upheld = len(found.in_favour) >= len(found.against)
        return Standing.UPHELD if upheld else Standing.DISMISSED
    return Standing.OPEN if now <= appeal.answer_by else Standing.UNANSWERED
