"""A thief gives a forged copy the status index of an honest one, which nobody will revoke.

The index is part of what is listed: another copy with the same index has another digest (C87).
"""

from datetime import UTC, date, datetime

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)


def test_backdated_reusing_index() -> None:
    sim = Simulator()
    honest = sim.credential(valid_from=date(2026, 3, 1))
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    sim.issuer.issued = [canonical(honest)]
    forged = sim.credential(valid_from=date(2026, 3, 1), holder=sim.thief.public.did, index=INDEX)
    assert forged["credentialStatus"] == honest["credentialStatus"]
    assert found(sim.answer(forged, key=sim.thief)) == EXPECT
    assert sim.answer(honest).accepted
