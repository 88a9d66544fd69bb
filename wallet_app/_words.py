"""What the wallet's commands say to a person, in English. Screens have words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from amana.challenge import Challenge
from wallet_app.actions import Summary
from wallet_app.state import CHECKED
from wallet_app.trust import Asker

__all__ = ["LOST_FOR_EVER", "NOT_THIS", "asking", "claims", "told"]

LOST_FOR_EVER: Final = (
    "If you forget the PIN, nobody can open this wallet: not the organisation, not us.",
    "If this file is lost, the proofs in it are lost. Ask whoever gave them for new ones.",
    "A proof that was shown is used up and can't be shown again.",
    "Losing the wallet never costs you help: ask for a card, or for help without any proof.",
)
NOT_THIS: Final = "It is not a legal identity and says nothing about asylum."
_NO_PENALTY: Final = "You may refuse. Refusing costs you nothing: ask for another way."


def told(item: Summary) -> str:
    """One kind of proof in one line; the names of its claims, never their values.

    An issuer whom nobody knows chose some of these words: no line break of theirs makes a second
    line that looks like a proof of its own.
    """
    issuer = item.issuer_name or item.issuer
    checked = "" if item.issuer_standing == CHECKED else f" (not checked: {item.issuer_standing})"
    until = "" if item.until is None else f", until {item.until}"
    line = (
        f"{item.purpose or item.kind}: {item.copies} unused{until}, from {issuer}{checked}; "
        f"says: {', '.join(item.claims) or 'nothing about you'}"
    )
    return " ".join(line.split())


def asking(challenge: Challenge, asker: Asker) -> str:
    """Who asks, whether they are known, for what, why and how long it is kept (C13, C61)."""
    known = (
        "The registry knows them, and they may ask for this."
        if asker.trouble is None
        else f"The registry does NOT vouch for them: {asker.trouble.value}."
    )
    return "\n".join(
        [
            f"{asker.name or asker.organisation} asks. {known}",
            f"What for: {challenge.act}, for the purpose {challenge.purpose}.",
            f"What they want to know: {claims(challenge.claims)}.",
            f"How long they keep it: {_kept(challenge.retention)}.",
            _NO_PENALTY,
        ]
    )


def claims(names: Sequence[str]) -> str:
    """Names of claims, or that there is none."""
    return ", ".join(names) or "nothing about you, only that you hold the proof"


def _kept(duration: str) -> str:
    """A duration of ISO 8601 with one unit, as `read_challenge` admits it, in words."""
    count = int(duration[1:-1])
    unit = {"D": "day", "M": "month", "Y": "year"}[duration[-1]]
    return "not at all" if count == 0 else f"{count} {unit}{'' if count == 1 else 's'}"
