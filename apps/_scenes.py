"""The scenes at the service point: what is shown, what the station says, what staff do next."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amana.challenge import build_challenge, read_challenge
from amana.cli import write_file
from amana.credential import StatusEntry, build_credential
from amana.dates import months_after
from amana.jcs import canonical
from amana.keys import SecretKey
from amana.proofs import eddsa_jcs
from amana.purpose import KIND
from amana.qr import images, text
from amana.strict_json import JsonObject
from apps._cast import Cast
from apps._journey import Household
from issuer.office import issuer_base_url
from trust_registry.snapshot import Snapshot
from verifier.book import Asked, ChallengeBook
from verifier.policy import Policy, Tier
from verifier.verdict import Verdict
from verifier.verify import verify
from wallet_app import actions

__all__ = ["Counter", "Scene", "play"]

_STALE_DAYS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One scene: its title and tale, the pictures shown, and the verdict."""

    title: str
    tale: str
    verdict: Verdict = field(repr=False)
    shown: str | None = None  # a picture's name below the output folder
    asked: str | None = None


@dataclass(kw_only=True)
class Counter:
    """A station at work, without any network: it asks, reads pictures, and judges."""

    out: Path
    cast: Cast
    snapshot: Snapshot
    now: datetime
    book: ChallengeBook

    def ask(self, act: str, claims: tuple[str, ...], *, name: str | None = None) -> JsonObject:
        """A challenge; drawn as a picture if it has a name."""
        document = build_challenge(
            self.cast.station_certificate,
            key=self.cast.station_key,
            act=act,
            purpose=act,
            claims=claims,
            expires=self.now + timedelta(minutes=3),
            randomness=os.urandom,
        )
        self.book.ask(read_challenge(document))
        if name is not None:
            self.draw(name, text.Kind.CHALLENGE, document)
        return document

    def draw(self, name: str, kind: text.Kind, document: JsonObject) -> bytes:
        """Write a document as a picture, read the picture back, and return what was read."""
        drawn = images.draw(text.encode(kind, document), correction=images.Correction.M)
        write_file(self.out / name, drawn.png)
        return images.read(drawn.png)[0].encode()

    def answer(self, household: Household, question: JsonObject) -> JsonObject:
        """What the household's wallet answers; the copy that it shows is used up.

        Raises: ValueError for a household without a wallet (the caller's fault).
        """
        if household.wallet is None:
            raise ValueError("this household has no wallet")
        answered = actions.answer(
            household.wallet,
            read_challenge(question),
            snapshot=self.snapshot,
            now=self.now,
            allow_missing=True,
        )
        household.wallet = answered.state
        return answered.presentation

    def visit(self, household: Household, act: str, claims: tuple[str, ...]) -> Verdict:
        """One question, one answer, one verdict; nothing is drawn."""
        question = self.ask(act, claims)
        return self.judge(canonical(self.answer(household, question)), challenge=question)

    def judge(
        self,
        shown: bytes,
        *,
        challenge: JsonObject | None = None,
        tier: Tier = Tier.CHECKED,
        snapshot: Snapshot | None = None,
    ) -> Verdict:
        """What this station says; a challenge is used up by it."""
        asked: Asked | None = None
        if challenge is not None:
            asked = self.book.take(read_challenge(challenge))
        return verify(
            shown,
            snapshot=snapshot or self.snapshot,
            policy=Policy(tier=tier),
            challenge=asked,
            now=self.now,
        )


def play(
    counter: Counter,
    *,
    happy: Household | None,
    revoked: Household | None,
    card: JsonObject | None,
    stand_in: JsonObject | None,
    act: str,
    claims: tuple[str, ...],
    other_act: str | None,
) -> list[Scene]:
    """Play every scene for which there is somebody. A scene uses up the copies that it shows."""
    scenes: list[Scene] = []
    if happy is not None:
        scenes += _phone(counter, happy, act=act, claims=claims, other_act=other_act)
    if card is not None:
        scenes += _paper(counter, card=card, stand_in=stand_in)
        scenes.append(_forged(counter, card=card))
    if revoked is not None:
        scenes.append(_revoked(counter, revoked, act=act, claims=claims))
    scenes.append(_unknown(counter, act=act))
    if happy is not None and happy.holds(act):
        scenes.append(_stale_checked(counter, happy, act=act, claims=claims))
    if card is not None:
        scenes.append(_stale_registered(counter, card))
    return scenes


def _phone(
    counter: Counter,
    happy: Household,
    *,
    act: str,
    claims: tuple[str, ...],
    other_act: str | None,
) -> list[Scene]:
    question = counter.ask(act, claims, name="scenes/question.png")
    good = counter.draw(
        "scenes/answer.png", text.Kind.PRESENTATION, counter.answer(happy, question)
    )
    scenes = [
        Scene(
            title="An answer from a phone",
            tale="The station shows its question. The wallet says in words who asks for what, and "
            "answers with one copy that nobody has seen before.",
            verdict=counter.judge(good, challenge=question),
            asked="scenes/question.png",
            shown="scenes/answer.png",
        ),
        Scene(
            title="The same answer again",
            tale="Somebody filmed the phone and shows the picture at the counter.",
            verdict=counter.judge(good, challenge=question),
            shown="scenes/answer.png",
        ),
    ]
    if other_act is not None and happy.holds(act):
        other = counter.ask(other_act, (), name="scenes/question-other.png")
        mine = counter.ask(act, claims)
        answered = counter.draw(
            "scenes/answer-other.png", text.Kind.PRESENTATION, counter.answer(happy, mine)
        )
        scenes.append(
            Scene(
                title="An answer given for another service",
                tale="The answer is good, and signed for another question than the one on the "
                "screen.",
                verdict=counter.judge(answered, challenge=other),
                asked="scenes/question-other.png",
                shown="scenes/answer-other.png",
            )
        )
    return scenes


def _paper(counter: Counter, *, card: JsonObject, stand_in: JsonObject | None) -> list[Scene]:
    paper = counter.draw("scenes/card.png", text.Kind.CREDENTIAL, card)
    scenes = [
        Scene(
            title="A paper card",
            tale="No phone, no name, no claim about the person: a random mark and what is due.",
            verdict=counter.judge(paper, tier=Tier.REGISTERED),
            shown="scenes/card.png",
        )
    ]
    if stand_in is not None:
        nameless = counter.draw("scenes/stand-in.png", text.Kind.CREDENTIAL, stand_in)
        scenes.append(
            Scene(
                title="The card of someone who said no",
                tale="She did not agree to anything, and is due the same as everybody else.",
                verdict=counter.judge(nameless, tier=Tier.REGISTERED),
                shown="scenes/stand-in.png",
            )
        )
    scenes.append(
        Scene(
            title="A paper card where the person must be checked",
            tale="The card is genuine. Who carries it is not proved, and the station says so.",
            verdict=counter.judge(paper, tier=Tier.CHECKED),
            shown="scenes/card.png",
        )
    )
    return scenes


def _forged(counter: Counter, *, card: JsonObject) -> Scene:
    subject = {**card["credentialSubject"], "entitlement": "basket-large-twice"}
    forged = {**card, "credentialSubject": subject}
    shown = counter.draw("scenes/forged.png", text.Kind.CREDENTIAL, forged)
    return Scene(
        title="A forged card",
        tale="Someone changed what is due and printed the card again.",
        verdict=counter.judge(shown, tier=Tier.REGISTERED),
        shown="scenes/forged.png",
    )


def _revoked(counter: Counter, revoked: Household, *, act: str, claims: tuple[str, ...]) -> Scene:
    question = counter.ask(act, claims)
    shown = counter.draw(
        "scenes/revoked.png", text.Kind.PRESENTATION, counter.answer(revoked, question)
    )
    return Scene(
        title="A revoked proof",
        tale="Two officers revoked it for a stated reason, with a way to appeal. The station knows "
        "from the status list that it carries.",
        verdict=counter.judge(shown, challenge=question),
        shown="scenes/revoked.png",
    )


def _unknown(counter: Counter, *, act: str) -> Scene:
    stranger, today = counter.cast.stranger, counter.now.date()
    holder = SecretKey.generate(os.urandom)
    document = eddsa_jcs.sign(
        build_credential(
            KIND,
            issuer=stranger.did,
            subject={"id": holder.public.did, "purpose": act, "entitlement": "basket-small"},
            valid_from=today,
            valid_until=months_after(today, 6),
            status=StatusEntry(list_url=f"{issuer_base_url(stranger.did)}/status/1", index=7),
        ),
        key=stranger.key,
        verification_method=stranger.key_id,
    )
    shown = counter.draw("scenes/stranger.png", text.Kind.CREDENTIAL, document)
    return Scene(
        title="An issuer that the registry does not know",
        tale="It may be honest. Nobody in the consortium has vouched for it.",
        verdict=counter.judge(shown, tier=Tier.REGISTERED),
        shown="scenes/stranger.png",
    )


def _stale(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, published=snapshot.published - timedelta(days=_STALE_DAYS))


def _stale_checked(
    counter: Counter, happy: Household, *, act: str, claims: tuple[str, ...]
) -> Scene:
    question = counter.ask(act, claims)
    return Scene(
        title="A station that has had no news for months",
        tale=f"Its registry is {_STALE_DAYS} days old. For a service that must check, that is too "
        "old.",
        verdict=counter.judge(
            canonical(counter.answer(happy, question)),
            challenge=question,
            snapshot=_stale(counter.snapshot),
        ),
    )


def _stale_registered(counter: Counter, card: JsonObject) -> Scene:
    return Scene(
        title="The same station, a service that asks only for registration",
        tale="Such a service is never stopped by old news: it serves, and the verdict says so.",
        verdict=counter.judge(
            canonical(card), tier=Tier.REGISTERED, snapshot=_stale(counter.snapshot)
        ),
        shown="scenes/card.png",
    )
