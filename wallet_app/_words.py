"""What the wallet's commands say to a person, in English. Screens have words of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from amana.challenge import Challenge
from trust_registry.accreditation import Accreditation
from wallet_app.actions import Summary
from wallet_app.state import CHECKED
from wallet_app.trust import Asker, Vouched

__all__ = ["LOST_FOR_EVER", "NOT_THIS", "asking", "claims", "told", "vouching"]

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
    return "\n".join(
        [
            *vouching(asker),
            f"What for: {challenge.act}, for the purpose {challenge.purpose}.",
            f"What they want to know: {claims(challenge.claims)}.",
            f"How long they keep it: {_kept(challenge.retention)}.",
            _NO_PENALTY,
        ]
    )


def vouching(asker: Asker) -> list[str]:
    """What the registry says of who asks. It advises: the person decides, always."""
    name, vouched = asker.name or asker.organisation, asker.vouched
    first = {
        Vouched.YES: f"{name} asks. The registry knows them: they are accredited to ask for this.",
        Vouched.NOT_ACCREDITED: f"{name} asks. The registry knows them, and "
        f"{_LACKING.get(asker.accreditation, 'they are NOT accredited to ask for this')}.",
        Vouched.NOT_PROVED: f"Somebody asks in the name of {name}, and has NOT shown that they "
        f"work for them: {asker.trouble}.",
        Vouched.STOLEN: f"This device was reported STOLEN. Whoever asks with it is probably not "
        f"{name}, whom it belongs to.",
        Vouched.UNKNOWN: f"Somebody who calls themselves {name} asks. The registry does NOT know "
        "them.",
        Vouched.NO_REGISTRY: f"Somebody who calls themselves {name} asks. This wallet has no "
        "registry that it can read, so it can't tell who they are.",
    }[vouched]
    lines = [" ".join(first.split())]
    if asker.places and vouched in (Vouched.YES, Vouched.NOT_ACCREDITED):
        lines.append(f"They are accredited for these places alone: {', '.join(asker.places)}.")
    if vouched is not Vouched.YES:
        lines.append("You decide. You may go away, or ask for somebody whom you know.")
    return lines


_LACKING: Final = {
    Accreditation.NOT_AT_THIS_TIER: "they are NOT accredited to ask for proof at such a service",
    Accreditation.SUSPENDED: "their accreditation is SUSPENDED",
    Accreditation.WITHDRAWN: "their accreditation was WITHDRAWN",
    Accreditation.TERMINATED: "their accreditation has ENDED",
}


def claims(names: Sequence[str]) -> str:
    """Names of claims, or that there is none."""
    return ", ".join(names) or "nothing about you, only that you hold the proof"


def _kept(duration: str) -> str:
    """A duration of ISO 8601 with one unit, as `read_challenge` admits it, in words."""
    count = int(duration[1:-1])
    unit = {"D": "day", "M": "month", "Y": "year"}[duration[-1]]
    return "not at all" if count == 0 else f"{count} {unit}{'' if count == 1 else 's'}"
