"""Tokens of every kind, spoiled: there is a verdict, and it is never an acceptance (C93)."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.jcs import canonical
from amana.multibase import from_base64url, to_base64url
from tests import amana_samples
from tests.mutations import mutate
from tests.simulator import NOW
from tests.token_lab import TokenSimulator, wrapped
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, Freshness

SIM = TokenSimulator()
SNAPSHOT = SIM.snapshot()
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
QUESTION = ASKED.challenge
JWT, SD_JWT = SIM.jwt(), SIM.sd_jwt()
# Each of these is accepted as it is.
TOKENS = [
    SIM.bind(SD_JWT, to=QUESTION),
    SIM.jwt_answer(JWT, to=QUESTION),
    SIM.jwt_answer(SD_JWT, to=QUESTION, sd=True),
]
DOCUMENTS = [
    wrapped(TOKENS[1], kind="vp+jwt"),
    SIM.present(wrapped(JWT), to=QUESTION),
    SIM.present(wrapped(SD_JWT), to=QUESTION),
]
GOOD = [*[text.encode() for text in TOKENS], *[canonical(document) for document in DOCUMENTS]]
SEED = st.integers(0, 2**64 - 1)


def judged(data: bytes, *, asked: Asked | None = ASKED, tier: Tier = Tier.CHECKED) -> Verdict:
    return verify(data, snapshot=SNAPSHOT, policy=Policy(tier=tier), challenge=asked, now=NOW)


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_unchanged_each_is_accepted(number: int) -> None:
    """Without this, every property below would hold for a verifier that accepts nothing."""
    assert judged(GOOD[number]).accepted


@given(SEED)
def test_spoiled_bytes(seed: int) -> None:
    random = Random(seed)
    for data in GOOD:
        changed = amana_samples.mutate(random, data)
        for asked in (ASKED, None):
            assert changed == data or not judged(changed, asked=asked).accepted


@given(SEED)
def test_changed_payloads(seed: int) -> None:
    """A member of what was signed is changed, lost, doubled or moved, under the old signature."""
    random = Random(seed)
    for text in TOKENS:
        jwt, tilde, rest = text.partition("~")
        part = random.randrange(2)
        fields = jwt.split(".")
        value: Any = json.loads(from_base64url(fields[part]))
        fields[part] = to_base64url(canonical(mutate(random, value)))
        changed = f"{'.'.join(fields)}{tilde}{rest}".encode()
        for tier in Tier.CHECKED, Tier.REGISTERED:
            assert not judged(changed, tier=tier).accepted
            assert not judged(changed, asked=None, tier=tier).accepted


@given(SEED)
def test_changed_documents(seed: int) -> None:
    random = Random(seed)
    for document in DOCUMENTS[1:]:
        assert not judged(canonical(mutate(random, document))).accepted


@given(SEED)
def test_parts_of_several_tokens(seed: int) -> None:
    """Headers, payloads, signatures, disclosures and bindings of good tokens, put together anew."""
    random = Random(seed)
    pool = [text.split("~") for text in (*TOKENS, JWT, SD_JWT)]
    fields = [random.choice(pool)[0].split(".")[place] for place in range(3)]
    rest = [random.choice(random.choice(pool)[1:] or [""]) for _ in range(random.randrange(4))]
    text = "~".join([".".join(fields), *rest])
    assert text in TOKENS or not judged(text.encode()).accepted
    assert text in TOKENS or not judged(text.encode(), asked=None).accepted
