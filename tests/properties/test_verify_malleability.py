"""Whatever is changed in something good, it is never accepted any more (C93)."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amana.multibase import decode_base58, encode_base58
from tests.mutations import mutate, mutate_text
from tests.simulator import NOW, Simulator, edited, text_of
from verifier import Policy, Tier, Verdict, verify
from verifier.book import Asked, Freshness

SIM = Simulator()
SNAPSHOT = SIM.snapshot()
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
CREDENTIAL = SIM.credential()
ANSWER = SIM.present(CREDENTIAL, to=ASKED.challenge)


def judge(shown: Any, *, tier: Tier = Tier.CHECKED) -> Verdict:
    data = shown.encode() if isinstance(shown, str) else json.dumps(shown).encode()
    return verify(data, snapshot=SNAPSHOT, policy=Policy(tier=tier), challenge=ASKED, now=NOW)


@pytest.mark.parametrize("shown", [ANSWER, text_of(ANSWER)], ids=["json", "qr"])
def test_unchanged_it_is_accepted(shown: Any) -> None:
    """Without this, every property below would hold for a verifier that accepts nothing."""
    assert judge(shown).accepted
    assert judge(CREDENTIAL, tier=Tier.REGISTERED).accepted
    assert judge(text_of(CREDENTIAL), tier=Tier.REGISTERED).accepted


@given(st.integers(0, 2**64 - 1))
def test_a_changed_answer(seed: int) -> None:
    """Any change of the parsed value of an answer, at both tiers (C43, C93)."""
    changed = mutate(Random(seed), ANSWER)
    assert not judge(changed).accepted
    assert not judge(changed, tier=Tier.REGISTERED).accepted


@given(st.integers(0, 2**64 - 1))
def test_a_changed_credential(seed: int) -> None:
    """Any change of the parsed value of a credential (C93)."""
    assert not judge(mutate(Random(seed), CREDENTIAL), tier=Tier.REGISTERED).accepted


@given(st.integers(0, 2**64 - 1))
def test_a_changed_credential_in_a_good_answer(seed: int) -> None:
    """The holder signs what a forger changed: the issuer did not (C93)."""
    changed = mutate(Random(seed), CREDENTIAL)
    assert not judge(SIM.present(changed, to=ASKED.challenge)).accepted


@given(st.integers(0, 2**64 - 1))
def test_a_changed_character_of_a_code(seed: int) -> None:
    """One character of a QR text changed, lost, doubled or exchanged with its neighbour (C9)."""
    random = Random(seed)
    assert not judge(mutate_text(random, text_of(ANSWER))).accepted
    assert not judge(mutate_text(random, text_of(CREDENTIAL)), tier=Tier.REGISTERED).accepted


@pytest.mark.parametrize("path", [("proof",), ("verifiableCredential", 0, "proof")])
def test_every_bit_of_both_signatures(path: tuple[str | int, ...]) -> None:
    """Each of the 512 bits of a signature matters (RFC 8032, 5.1.7)."""
    proof: Any = ANSWER
    for step in path:
        proof = proof[step]
    raw = decode_base58(proof["proofValue"], size=64)
    for bit in range(512):
        flipped = bytearray(raw)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        value = encode_base58(bytes(flipped))
        assert not judge(edited(ANSWER, *path, "proofValue", to=value)).accepted


@given(st.integers(-2_000, 2_000))
def test_days_only_take_acceptance_away(days: int) -> None:
    """At no time outside its months is a credential accepted (C64)."""
    now = NOW + timedelta(days=days)
    verdict = verify(
        json.dumps(ANSWER).encode(),
        snapshot=SNAPSHOT,
        policy=Policy(registry_max_age=timedelta(days=400), status_max_age=timedelta(days=5_000)),
        challenge=ASKED,
        now=now,
    )
    inside = "2026-11-21" <= now.date().isoformat() < "2027-05-01"
    assert verdict.accepted is inside
