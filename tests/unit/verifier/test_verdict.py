"""Verdicts: three outcomes, never a boolean, and nothing shown unless accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amana.reasons import Check, Outcome, Reason
from verifier.verdict import Finding, ProofShown, ReliedOn, Verdict, conclude

RELIED = ReliedOn(
    registry_version=7,
    registry_age=timedelta(days=3, hours=5),
    status_age=None,
    proof=ProofShown.HOLDER,
    issuer="did:web:aid.example",
)


@pytest.mark.parametrize(
    ("reasons", "outcome", "reason"),
    [
        ([], Outcome.ACCEPTED, None),
        ([Reason.PRESENCE_NOT_PROVEN], Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN),
        ([Reason.DEMO_REGISTRY, Reason.EXPIRED], Outcome.REJECTED, Reason.EXPIRED),
        ([Reason.ISSUER_UNKNOWN, Reason.REVOKED], Outcome.REJECTED, Reason.REVOKED),
        ([Reason.REVOKED, Reason.ISSUER_UNKNOWN], Outcome.REJECTED, Reason.REVOKED),
        ([Reason.DEMO_REGISTRY, Reason.SUSPENDED], Outcome.UNDECIDED, Reason.SUSPENDED),
        (
            [Reason.SUSPENDED, Reason.CLAIM_MISSING, Reason.PRESENCE_NOT_PROVEN],
            Outcome.UNDECIDED,
            Reason.SUSPENDED,
        ),
    ],
)
def test_the_worst_outcome_wins(
    reasons: list[Reason], outcome: Outcome, reason: Reason | None
) -> None:
    verdict = conclude(reasons, RELIED, {"purpose": "food"})
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.accepted is (outcome is Outcome.ACCEPTED)
    assert bool(verdict.shown) is verdict.accepted
    assert [finding.reason for finding in verdict.findings] == reasons


def test_a_finding_is_said_once() -> None:
    verdict = conclude([Reason.REVOKED, Reason.EXPIRED, Reason.REVOKED], RELIED)
    assert verdict.findings == (Finding(reason=Reason.REVOKED), Finding(reason=Reason.EXPIRED))
    assert verdict.findings[0].check is Check.STATUS
    assert verdict.shown == {}


@pytest.mark.parametrize("reasons", [[], [Reason.REVOKED], [Reason.ISSUER_UNKNOWN]])
def test_a_verdict_is_no_boolean(reasons: list[Reason]) -> None:
    verdict = conclude(reasons, RELIED)
    with pytest.raises(TypeError):
        bool(verdict)
    with pytest.raises(TypeError):
        _ = not verdict


def test_the_document_holds_no_claims() -> None:
    """What is kept of a verdict says nothing about the person (C61)."""
    verdict = conclude([Reason.PRESENCE_NOT_PROVEN], RELIED, {"name": "Amina"})
    assert verdict.document() == {
        "outcome": "ACCEPTED",
        "reason": "presence-not-proven",
        "findings": [{"reason": "presence-not-proven", "check": "holder"}],
        "reliedOn": {
            "registryVersion": 7,
            "registryAgeDays": 3,
            "statusAgeDays": None,
            "proof": "holder",
            "issuer": "did:web:aid.example",
        },
    }
    assert "Amina" not in repr(verdict)
    assert conclude([], RELIED).document()["reason"] is None


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_gives_its_own_outcome(reason: Reason) -> None:
    """The outcome of each reason is fixed in one place, and a verdict does not change it."""
    verdict = conclude([reason], RELIED)
    assert verdict.outcome is reason.outcome
    assert verdict.reason is reason


def test_a_verdict_is_frozen() -> None:
    verdict = conclude([], RELIED)
    assert isinstance(verdict, Verdict)
    with pytest.raises(AttributeError):
        verdict.outcome = Outcome.REJECTED  # type: ignore[misc]
