"""Staff's words: calm, complete, and never a dead end."""

from __future__ import annotations

import pytest

from amana.reasons import Check, Outcome, Reason
from verifier.verdict import ProofShown, ReliedOn, conclude
from verifier.words import HEADLINES, next_step, say

RELIED = ReliedOn(registry_version=None, registry_age=None, status_age=None, proof=ProofShown.NONE)
OF_A_VERDICT = [
    reason
    for reason in Reason
    if reason.check not in (Check.KEYS, Check.INTAKE, Check.REGISTER, Check.REGISTRY, Check.VAULT)
]


def test_the_three_headlines() -> None:
    assert HEADLINES == {
        Outcome.ACCEPTED: "Proof good",
        Outcome.UNDECIDED: "Ask another way",
        Outcome.REJECTED: "Don't rely on this proof",
    }


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_and_a_next_step(reason: Reason) -> None:
    """Every verdict has a way on, and nobody is called a forger (design, principle 2)."""
    words = f"{say(reason)} {next_step(conclude([reason], RELIED))}"
    assert say(reason).endswith(".")
    assert next_step(conclude([reason], RELIED)).endswith(".")
    assert len(say(reason)) <= 80
    lower = words.lower()
    assert not any(word in lower for word in ("forge", "fake", "fraudster", "liar", "criminal"))


@pytest.mark.parametrize("reason", OF_A_VERDICT)
def test_only_what_can_not_be_read_is_called_unreadable(reason: Reason) -> None:
    if say(reason) == say(Reason.NOT_JSON):
        assert reason.check is Check.SYNTAX
    if reason.check is not Check.SYNTAX:
        assert say(reason) != say(Reason.NOT_JSON)


def test_an_acceptance_without_remark_has_a_next_step() -> None:
    assert next_step(conclude([], RELIED)) == next_step(
        conclude([Reason.PRESENCE_NOT_PROVEN], RELIED)
    )
