"""Claims of a purpose credential, and who said each of them."""

from __future__ import annotations

from typing import Any

import pytest

from amana.errors import InputError
from amana.purpose import KIND, PROFILES, check_marks, claims_of
from amana.reasons import Reason
from tests.amana_samples import Object, refused, unsigned


def test_claims_are_what_is_said_of_people() -> None:
    assert claims_of(unsigned()["credentialSubject"]) == {"householdSize": 5, "children": 2}
    nameless = {"id": "did:key:z", "purpose": "food", "entitlement": "x", "reference": "A" * 10}
    assert claims_of(nameless) == {}
    assert KIND in PROFILES


@pytest.mark.parametrize(
    "subject",
    [
        {"id": "a"},
        {"id": "a", "children": 1, "selfStated": ["children"]},
        {"id": "a", "children": 1, "checked": ["children"]},
        {"children": 1, "adults": 2, "selfStated": ["adults"], "checked": ["children"]},
        {"children": 1, "adults": 2, "selfStated": ["children", "adults"]},
    ],
)
def test_every_claim_is_marked_once(subject: Object) -> None:
    """C31: self-stated or checked."""
    check_marks(subject)


@pytest.mark.parametrize(
    "subject",
    [
        {"children": 1},
        {"children": 1, "selfStated": []},
        {"selfStated": ["children"]},
        {"children": 1, "selfStated": ["adults"]},
        {"children": 1, "selfStated": ["children"], "checked": ["children"]},
        {"children": 1, "selfStated": ["children", "children"]},
        {"children": 1, "adults": 2, "selfStated": ["children"]},
        {"children": 1, "adults": 2, "selfStated": ["children", "children"]},
        {"id": "a", "selfStated": ["id"]},
    ],
)
def test_marks_that_do_not_fit(subject: dict[str, Any]) -> None:
    """C31: a claim that is unmarked, marked twice, or marked and not there."""
    assert refused(lambda: check_marks(subject), error=InputError) is Reason.CLAIM_UNMARKED
