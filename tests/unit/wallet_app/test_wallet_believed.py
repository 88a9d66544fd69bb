"""What the wallet shows is what the verifier believes: both rooms on the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from amana.challenge import read_challenge
from amana.qr.text import Kind, encode
from amana.reasons import Outcome, Reason
from amana.status import build_status_list, read_status_list
from tests.deterministic import randomness
from tests.wallet_world import NOW, World
from trust_registry.snapshot import Snapshot
from verifier.book import Asked, Freshness
from verifier.policy import Policy
from verifier.verify import verify
from wallet_app import actions
from wallet_app.state import State

WORLD = World()
URL = "https://aid.example/status/1"


def _snapshot() -> Snapshot:
    written = build_status_list(
        [],
        url=URL,
        issuer=WORLD.did,
        key=WORLD.key,
        verification_method=WORLD.key_id,
        valid_from=WORLD.published,
    )
    found = read_status_list(json.dumps(written).encode(), url=URL, key=WORLD.key.public)
    return replace(WORLD.snapshot(), status_lists={URL: found})


@pytest.mark.parametrize("as_text", [True, False])
def test_an_answer_is_accepted_once_and_for_its_own_challenge(as_text: bool) -> None:
    snapshot = _snapshot()
    state, (holder,) = actions.request_keys(State.new(randomness("seed")), 1)
    state = actions.receive(state, WORLD.credential(holder), snapshot=snapshot, now=NOW)
    challenge = read_challenge(WORLD.challenge())
    shown = actions.answer(state, challenge, snapshot=snapshot, now=NOW).presentation
    presented = encode(Kind.PRESENTATION, shown) if as_text else json.dumps(shown)

    def judged(asked: Any, freshness: Freshness = Freshness.FRESH) -> Any:
        return verify(
            presented.encode(),
            snapshot=snapshot,
            policy=Policy(),
            challenge=Asked(challenge=asked, freshness=freshness),
            now=NOW,
        )

    verdict = judged(challenge)
    assert verdict.outcome is Outcome.ACCEPTED
    assert {finding.reason for finding in verdict.findings} == {Reason.PRESENCE_NOT_PROVEN}
    assert judged(challenge, Freshness.USED).outcome is Outcome.REJECTED
    other = read_challenge(WORLD.challenge(["householdSize", "children", "name"]))
    assert judged(other).outcome is Outcome.REJECTED
