"""A stolen key signs beside a good one of the same issuer, first or last.

Whichever comes first, the standing of every key that signed counts (VC Data Integrity, 4.5; C87);
and a credential of ours has one proof.
"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.simulator import GRANTED, Simulator, found, key_of, reasons
from trust_registry.snapshot import KeyChange, PinnedKey, State

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


@pytest.mark.parametrize("stolen_first", [True, False])
def test_compromised_key_in_set(monkeypatch: pytest.MonkeyPatch, stolen_first: bool) -> None:
    sim = Simulator()
    stolen, entry = key_of("stolen"), sim.issuer.entry()
    pinned = PinnedKey(
        id=f"{entry.did}#key-0",
        public=stolen.public,
        relationships=frozenset({"assertionMethod"}),
        history=(
            KeyChange(since=GRANTED, state=State.GRANTED),
            KeyChange(since=datetime(2026, 11, 10, tzinfo=UTC), state=State.COMPROMISED),
        ),
    )
    both = replace(entry, keys={**entry.keys, pinned.id: pinned})
    monkeypatch.setattr(sim.issuer, "entry", lambda: both)
    signers = [(sim.issuer.key_id, sim.issuer.key), (pinned.id, stolen)]
    credential = sim.unsigned()
    for method, key in reversed(signers) if stolen_first else signers:
        options = {"verificationMethod": method, "proofPurpose": "assertionMethod"}
        credential = add_proof(credential, key=key, cryptosuite="eddsa-jcs-2022", options=options)
    verdict = sim.answer(credential)
    assert found(verdict) == EXPECT
    assert Reason.KEY_COMPROMISED in reasons(verdict)
