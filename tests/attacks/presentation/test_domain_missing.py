"""An answer is made out to nobody, so that it can be used at everybody's.

The answer names the organisation that asked (C61).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import GONE, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_DOMAIN)


def test_domain_missing() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), domain=GONE)) == EXPECT
