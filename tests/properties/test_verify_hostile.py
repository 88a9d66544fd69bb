"""Whatever bytes are shown, a verdict comes out of `verify`, and never an exception."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amana.qr.text import Kind, pack
from amana.reasons import Outcome
from tests.mutations import mutate
from tests.simulator import NOW, Document, Simulator
from verifier import Policy, Tier, verify
from verifier.book import Asked, Freshness

SIM = Simulator()
SNAPSHOT = SIM.snapshot()
ASKED = Asked(challenge=SIM.ask(), freshness=Freshness.FRESH)
CREDENTIAL = SIM.credential()
GOOD = [CREDENTIAL, SIM.present(CREDENTIAL, to=ASKED.challenge), SIM.challenge()]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
NAMES = st.sampled_from(
    [*GOOD[0], *GOOD[1], "id", "credentialSchema", "evidence", "refreshService", "name"]
)
TYPES = st.sampled_from(
    ["VerifiableCredential", "VerifiablePresentation", "PurposeCredential", "PersonProfile", ""]
)


def refused(shown: bytes) -> None:
    for tier in (Tier.CHECKED, Tier.REGISTERED):
        for asked in (ASKED, None):
            verdict = verify(
                shown, snapshot=SNAPSHOT, policy=Policy(tier=tier), challenge=asked, now=NOW
            )
            assert verdict.outcome in (Outcome.REJECTED, Outcome.UNDECIDED)
            assert verdict.shown == {}


@given(st.binary(max_size=300))
def test_any_bytes(shown: bytes) -> None:
    refused(shown)


@given(st.sampled_from(list(Kind)), st.binary(max_size=300), st.booleans())
def test_any_bytes_behind_our_prefix(kind: Kind, shown: bytes, packed: bool) -> None:
    import base45

    body = base45.b45encode(pack(shown)) if packed else shown
    refused(kind.value.encode() + b"R" + body)


@given(JSON)
def test_any_json(value: Any) -> None:
    refused(json.dumps(value).encode())


@given(
    st.dictionaries(NAMES, JSON, max_size=8),
    st.lists(TYPES, max_size=3) | TYPES,
    st.sampled_from(GOOD[:2]),
)
def test_our_members_with_any_values(members: Document, types: Any, good: Document) -> None:
    """Members of the right names hold the wrong things, alone and beside good ones."""
    refused(json.dumps({**members, "type": types}).encode())
    changed = {**good, **members, "type": types}
    if changed != good:
        refused(json.dumps(changed).encode())


@given(st.integers(0, 2**64 - 1))
def test_what_an_issuer_could_sign(seed: int) -> None:
    """A pinned issuer signs a spoiled document, and the holder answers with it: no traceback."""
    random = Random(seed)
    unsigned = mutate(random, SIM.unsigned())
    signed = SIM.signed(unsigned, key=SIM.issuer.key, method=SIM.issuer.key_id)
    shown = SIM.present(signed, to=ASKED.challenge)
    for asked in (ASKED, None):
        verdict = verify(
            json.dumps(shown).encode(),
            snapshot=SNAPSHOT,
            policy=Policy(kinds=frozenset({"PurposeCredential", "PersonProfile"})),
            challenge=asked,
            now=NOW,
        )
        assert verdict.outcome in set(Outcome)
        if verdict.accepted:  # then it is a document that an honest issuer might have signed
            assert signed["termsOfUse"] == SIM.unsigned()["termsOfUse"]
            assert signed["credentialSubject"]["id"] == SIM.holder.public.did
            assert signed["credentialSubject"]["purpose"] == "food"
