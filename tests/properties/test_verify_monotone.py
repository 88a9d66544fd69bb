"""Knowing less never helps: a poorer registry turns nothing into an acceptance (C11, C79)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from amana.reasons import Outcome
from tests.simulator import INDEX, NOW, Document, Issuer, Simulator, edited, key_of
from trust_registry.snapshot import Snapshot
from verifier import Policy, Verdict, verify
from verifier.book import Asked, Freshness

SIM = Simulator()
SIM.issuer.revoked.add(INDEX + 1)
STRANGER = Issuer(did="did:web:stranger.example", key=key_of("stranger"))
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
SNAPSHOT = SIM.snapshot()
assert SNAPSHOT is not None
SHOWN: list[Document] = [
    SIM.credential(),
    SIM.credential(index=INDEX + 1),
    SIM.credential(index=10**6),
    SIM.credential(purpose="cash"),
    SIM.credential(kind="PersonProfile"),
    SIM.credential(key=SIM.thief),
    SIM.credential(method=f"{SIM.issuer.did}#key-9"),
    SIM.credential(valid_until=datetime(2026, 11, 1, tzinfo=UTC).date()),
    SIM.credential(issuer=STRANGER),
    SIM.credential(holder=SIM.thief.public.did),
    edited(SIM.credential(), "credentialSubject", "children", to=3),
]
LESS = ("no list", "old list", "no entry", "no key", "no actions", "old", "demo", "future")


def poorer(snapshot: Snapshot, way: str) -> Snapshot:
    """The same registry, knowing less. Dates are worse, never better, than they were."""
    entry = snapshot.entries.get(SIM.issuer.did)
    if way == "no list":
        return replace(snapshot, status_lists={})
    if way == "old list":
        lists = {
            url: replace(found, valid_from=found.valid_from - timedelta(days=60))
            for url, found in snapshot.status_lists.items()
        }
        return replace(snapshot, status_lists=lists)
    if way == "old":
        return replace(snapshot, published=snapshot.published - timedelta(days=100))
    if way == "future":
        return replace(snapshot, published=snapshot.published + timedelta(days=1_000))
    if way == "demo":
        return replace(snapshot, demo=not snapshot.demo)
    if way == "no entry" or entry is None:
        return replace(snapshot, entries={})
    less = replace(entry, keys={}) if way == "no key" else replace(entry, actions=frozenset())
    return replace(snapshot, entries={entry.did: less})


def judge(shown: Document, snapshot: Snapshot | None) -> Verdict:
    return verify(
        json.dumps(SIM.present(shown, to=ASKED.challenge)).encode(),
        snapshot=snapshot,
        policy=Policy(),
        challenge=ASKED,
        now=NOW,
    )


def test_one_of_them_is_good() -> None:
    outcomes = [judge(shown, SNAPSHOT).outcome for shown in SHOWN]
    assert outcomes[0] is Outcome.ACCEPTED
    assert Outcome.ACCEPTED not in outcomes[1:]


@given(st.sampled_from(SHOWN), st.lists(st.sampled_from(LESS), min_size=1, max_size=4))
def test_knowing_less_accepts_nothing_more(shown: Document, ways: list[str]) -> None:
    before = judge(shown, SNAPSHOT)
    snapshot = SNAPSHOT
    assert snapshot is not None
    for way in ways:
        snapshot = poorer(snapshot, way)
    after = judge(shown, snapshot)
    assert not (after.accepted and not before.accepted)


@given(st.sampled_from(SHOWN))
def test_knowing_nothing_accepts_nothing(shown: Document) -> None:
    assert not judge(shown, None).accepted
