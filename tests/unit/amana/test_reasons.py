"""The closed list of reasons. A change here is a change of what verdicts mean."""

from __future__ import annotations

import re

import pytest

from amana.reasons import Check, Outcome, Reason

# Design, section 5: "merely unknown".
UNDECIDED = {
    "issuer-unknown", "key-unknown", "unknown-cryptosuite", "unknown-codec", "unknown-context",
    "unknown-kind", "no-code-found", "not-our-qr", "registry-missing", "registry-expired",
    "clock-untrusted", "issuer-suspended-since", "issuer-withdrawn-since", "key-compromised",
    "key-not-yet-valid", "issuer-not-yet-granted", "not-yet-valid", "status-list-missing",
    "status-list-expired", "status-missing", "suspended", "schema-unknown", "challenge-expired",
    "challenge-unknown", "station-unproved", "claim-missing", "credential-only", "missing-library",
    "expired-by-doubted-clock", "key-ended", "did-not-found", "did-method-unknown",
    "did-deactivated", "did-witness-unchecked", "status-unknown", "key-kind-unknown",
    "unsupported-term", "authority-unknown", "no-answer", "registry-corrupt", "base-missing",
    "not-in-log", "station-stolen",
}  # fmt: skip
# Remarks that an accepted verdict carries.
REMARKS = {
    "claim-not-asked", "presence-not-proven", "holder-not-proved", "registry-stale",
    "status-list-stale", "demo-registry", "status-message", "refresh-available",
}  # fmt: skip
# Design, section 5: "proof of falsity", as it names them one by one.
FALSITY = {
    "bad-signature", "wrong-holder", "wrong-challenge", "wrong-domain", "replayed", "revoked",
    "issuer-withdrawn-when-issued", "issuer-suspended-when-issued", "expired", "out-of-scope",
    "bad-credential", "bad-presentation", "not-json", "duplicate-key", "too-large", "too-deep",
    "algorithm-forbidden", "bad-jwt", "unknown-term", "protected-term", "relative-iri",
}  # fmt: skip


def of(outcome: Outcome) -> set[str]:
    return {reason.value for reason in Reason if reason.outcome is outcome}


def test_outcomes_are_those_of_the_design() -> None:
    assert of(Outcome.UNDECIDED) == UNDECIDED
    assert of(Outcome.ACCEPTED) == REMARKS
    assert of(Outcome.REJECTED) >= FALSITY
    assert len(UNDECIDED) + len(REMARKS) + len(of(Outcome.REJECTED)) == len(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_one_name_one_check_and_one_outcome(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", reason.value)
    assert isinstance(reason.check, Check)
    assert isinstance(reason.outcome, Outcome)
    assert {reason: 1}[Reason(reason.value)] == 1
    assert {reason: 1}[reason.value] == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("reason", "check"),
    [
        (Reason.EMPTY, Check.SYNTAX),
        (Reason.UNKNOWN_KIND, Check.SYNTAX),
        (Reason.ISSUER_UNKNOWN, Check.ISSUER),
        (Reason.WRONG_RELATIONSHIP, Check.ISSUER),
        (Reason.BAD_SIGNATURE, Check.CREDENTIAL_PROOF),
        (Reason.PROOF_MISSING, Check.CREDENTIAL_PROOF),
        (Reason.REGISTRY_MISSING, Check.STANDING),
        (Reason.DEMO_KEY, Check.STANDING),
        (Reason.EXPIRED, Check.DATES),
        (Reason.REVOKED, Check.STATUS),
        (Reason.SUSPENDED, Check.STATUS),
        (Reason.CLAIM_UNMARKED, Check.SCHEMA),
        (Reason.REPLAYED, Check.PRESENTATION_PROOF),
        (Reason.STATION_OUT_OF_SCOPE, Check.PRESENTATION_PROOF),
        (Reason.PRESENCE_NOT_PROVEN, Check.HOLDER),
        (Reason.CREDENTIAL_ONLY, Check.POLICY),
        (Reason.BAD_KEY_FILE, Check.KEYS),
        (Reason.BAD_PURPOSE, Check.INTAKE),
        (Reason.TWO_OFFICERS_NEEDED, Check.REGISTER),
        (Reason.BAD_CEREMONY, Check.REGISTRY),
        (Reason.CHALLENGE_NOT_TRUSTED, Check.VAULT),
        (Reason.NO_SUCH_FILE, Check.SYNTAX),
    ],
)
def test_first_and_last_of_each_group(reason: Reason, check: Check) -> None:
    assert reason.check is check


def test_every_check_is_used_and_outcomes_are_three() -> None:
    assert {reason.check for reason in Reason} == set(Check)
    assert [outcome.value for outcome in Outcome] == ["ACCEPTED", "REJECTED", "UNDECIDED"]
    assert len({reason.value for reason in Reason}) == len(Reason)
