"""The folder of a vetting on disk: read whole into one value, or refused with the file's name.

interests.json                    what members declared of themselves, independent reviewers' keys
SLUG/application.json dossier.json decision.json
SLUG/reviews/*.json  votes/*.json  places/CODE.json
SLUG/appeals/N/                   appeal.json, votes/ and answer.json, against the decision
SLUG/measures/N/                  measure.json, votes/, appeals/: suspension, withdrawal and so on
SLUG/earlier/ROUND/               papers of rounds that are over
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from amana.cli import read_file
from amana.errors import AmanaError, InputError, RegistryError
from amana.limits import LIMITS
from amana.reasons import Reason
from amana.strict_json import Json, loads
from trust_registry._vetting_records import (
    Application,
    Decision,
    Interests,
    Review,
    check_application,
    check_decision,
    check_interests,
    check_review,
)
from trust_registry.dossier import Dossier, check_dossier
from trust_registry.entries import slug
from trust_registry.places import PlaceAssessment, check_place

__all__ = ["Case", "files", "read_case", "read_interests", "read_paper"]

INTERESTS: Final = "interests.json"
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Case:
    """All papers of one organisation's current round. Votes are bytes: nobody has checked them."""

    application: Application
    dossier: Dossier
    reviews: tuple[tuple[str, Review], ...]
    votes: tuple[tuple[str, bytes], ...]
    decision: Decision | None
    interests: Interests
    places: Mapping[str, PlaceAssessment] = field(default_factory=dict)


def read_paper(path: Path, check: Callable[[Json], T], *, role: str) -> T:
    """One paper, checked.

    Raises: RegistryError with the reason of `check`, NO_SUCH_FILE or a syntax reason, naming the
    file and the `role` whose paper it is.
    """
    try:
        return check(loads(read_file(path, limit=LIMITS.json_bytes)))
    except InputError as error:
        raise of_file(error, path, role) from None


def of_file(error: AmanaError, path: Path, role: str) -> RegistryError:
    """The same error as one of the registry's, with the file's last two names and the role."""
    return RegistryError(error.reason, error.detail, file=_short(path), role=role)


def files(folder: Path) -> tuple[tuple[str, bytes], ...]:
    """The JSON files of one folder in the order of their names; none if it is not there.

    Raises: RegistryError TOO_LARGE for more files than a matter can have, UNREADABLE_FILE.
    """
    paths = sorted(folder.glob("*.json"))
    if len(paths) > LIMITS.vetting_files:
        rule = f"at most {LIMITS.vetting_files} files of one kind"
        raise RegistryError(Reason.TOO_LARGE, rule, file=_short(folder), role="clerk")
    found: list[tuple[str, bytes]] = []
    for path in paths:
        try:
            found.append((_short(path), read_file(path, limit=LIMITS.json_bytes)))
        except InputError as error:
            raise of_file(error, path, "clerk") from None
    return tuple(found)


def read_interests(folder: Path) -> Interests:
    """What members declared, or nothing declared. Raises: RegistryError as `read_paper`."""
    path = folder / INTERESTS
    return read_paper(path, check_interests, role="members") if path.exists() else Interests()


def read_case(folder: Path, did: str) -> Case:
    """The papers of `did` below a vetting `folder`.

    Raises: RegistryError NOT_ACCREDITED where nobody applied, or as `read_paper`.
    """
    own = folder / slug(did)
    if not (own / "application.json").exists():
        raise RegistryError(
            Reason.NOT_ACCREDITED, "nobody applied for it", file=own.name, role="members"
        )
    decision = own / "decision.json"
    return Case(
        application=read_paper(own / "application.json", check_application, role="applicant"),
        dossier=read_paper(own / "dossier.json", check_dossier, role="applicant"),
        reviews=tuple((name, _parsed(own, name, data)) for name, data in files(own / "reviews")),
        votes=files(own / "votes"),
        decision=read_paper(decision, check_decision, role="members")
        if decision.exists()
        else None,
        interests=read_interests(folder),
        places=MappingProxyType(
            {
                path.stem: read_paper(path, check_place, role="applicant")
                for path in sorted((own / "places").glob("*.json"))
            }
        ),
    )


def _parsed(own: Path, name: str, data: bytes) -> Review:
    try:
        return check_review(loads(data))
    except InputError as error:
        raise of_file(error, own / name, "reviewer") from None


def _short(path: Path) -> str:
    return "/".join(path.parts[-2:])
