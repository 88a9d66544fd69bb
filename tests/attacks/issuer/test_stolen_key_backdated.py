"""A thief signs with a stolen key and dates the credential back to when the key was good.

The honest copies stand in the list that was collected before; this one does not (C87).
"""

from datetime import UTC, date, datetime

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)


def test_stolen_key_backdated() -> None:
    sim = Simulator()
    honest = sim.credential(valid_from=date(2026, 3, 1))
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    sim.issuer.issued = [canonical(honest)]
    forged = sim.credential(valid_from=date(2026, 3, 1), claims={"householdSize": 9})
    assert found(sim.judge(forged)) == EXPECT
    assert sim.answer(honest).accepted
