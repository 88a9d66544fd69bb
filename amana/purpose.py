"""Purpose credentials: what one purpose needs to know, who said it, and nothing else."""

from __future__ import annotations

from typing import Final

from amana.errors import InputError
from amana.reasons import Reason
from amana.strict_json import Json, JsonObject

__all__ = ["KIND", "NOT_CLAIMS", "PROFILES", "check_marks", "claims_of"]

KIND: Final = "PurposeCredential"
PROFILES: Final = frozenset({KIND, "PersonProfile", "HouseholdProfile"})
# Members of a subject that say nothing about the person.
NOT_CLAIMS: Final = frozenset(
    {"id", "purpose", "entitlement", "reference", "selfStated", "checked"}
)


def claims_of(subject: JsonObject) -> dict[str, Json]:
    """The claims about a person or household in a `credentialSubject`, by name."""
    return {name: value for name, value in subject.items() if name not in NOT_CLAIMS}


def check_marks(subject: JsonObject) -> None:
    """Every claim is marked once, as self-stated or as checked (C31).

    Raises: InputError CLAIM_UNMARKED (the credential's issuer).
    """
    marked: list[str] = [*subject.get("selfStated", ()), *subject.get("checked", ())]
    names = subject.keys() - NOT_CLAIMS
    if len(marked) != len(names) or names != set(marked):
        raise InputError(Reason.CLAIM_UNMARKED, "each claim is either self-stated or checked")
