"""A status list is dated years ahead, so that it looks fresh for ever.

It still counts, since a station's slow clock looks the same; but its age is told as unknown (C11).
"""

from datetime import timedelta

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.ACCEPTED, Reason.PRESENCE_NOT_PROVEN)


def test_list_from_the_future() -> None:
    sim = Simulator()
    sim.issuer.listed_on = sim.now + timedelta(days=400)
    verdict = sim.answer(sim.credential())
    assert found(verdict) == EXPECT
    assert verdict.relied_on.status_age is None
