"""A copy that was revoked is shown again once its issuer has fallen, since it stands in the list.

The list says when it was issued, and nothing about what became of it (C79).
"""

from datetime import UTC, datetime

from amana.jcs import canonical
from amana.reasons import Outcome, Reason
from tests.simulator import INDEX, Simulator, found
from trust_registry.snapshot import State

EXPECT = (Outcome.REJECTED, Reason.REVOKED)


def test_listed_but_revoked() -> None:
    sim = Simulator()
    copy = sim.credential()
    sim.issuer.issued = [canonical(copy)]
    sim.issuer.revoked.add(INDEX)
    sim.issuer.history.append((datetime(2026, 11, 10, tzinfo=UTC), State.WITHDRAWN))
    assert found(sim.judge(copy)) == EXPECT
