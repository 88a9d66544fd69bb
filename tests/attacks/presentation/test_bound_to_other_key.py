"""A copy that was issued to somebody else is answered with by a holder in good faith.

It is good for its own holder only (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_bound_to_other_key() -> None:
    sim = Simulator()
    credential = sim.credential(holder=sim.thief.public.did)
    assert found(sim.answer(credential)) == EXPECT
