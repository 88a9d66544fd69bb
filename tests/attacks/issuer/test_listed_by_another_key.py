"""A thief's copy stands in a list, but in that of another key of the same organisation.

Each key has its own list: what one has issued says nothing of another (C87).
"""

from datetime import UTC, datetime

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import Issuer, Simulator, found, key_of
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)


def test_listed_by_another_key() -> None:
    sim = Simulator()
    other = Issuer(did="did:web:other.example", key=key_of("other"))
    sim.others.append(other)
    forged = sim.credential()
    other.issued = [canonical(forged)]
    sim.issuer.issued = []
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    assert found(sim.judge(forged)) == EXPECT
