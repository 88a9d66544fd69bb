"""A thief dates a credential to 2099, for when everybody has forgotten that the key was stolen.

It is not valid now; then, as now, the key is known to have leaked (C87).
"""

from datetime import UTC, date, datetime

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, reasons
from trust_registry.snapshot import State

EXPECT = (Outcome.UNDECIDED, Reason.KEY_COMPROMISED)


def test_dated_2099() -> None:
    sim = Simulator()
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    forged = sim.credential(valid_from=date(2099, 1, 1), valid_until=date(2099, 12, 1))
    verdict = sim.judge(forged)
    assert found(verdict) == EXPECT
    assert Reason.NOT_YET_VALID in reasons(verdict)


def test_even_one_that_was_listed_waits_for_its_date() -> None:
    sim = Simulator()
    dated = sim.credential(valid_from=date(2099, 1, 1), valid_until=date(2099, 12, 1))
    sim.issuer.issued = [canonical(dated)]
    assert found(sim.judge(dated)) == (Outcome.UNDECIDED, Reason.NOT_YET_VALID)
    sim.issuer.key_history.append((datetime(2026, 11, 10, tzinfo=UTC), State.COMPROMISED))
    assert found(sim.judge(dated)) == EXPECT
