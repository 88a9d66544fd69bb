"""A stolen copy under the thief's own key, at a service that asks no question.

Paper may be shown by anybody; a proof of the wrong key is false all the same (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_thief_unsolicited() -> None:
    sim = Simulator()
    shown = sim.present(sim.credential(), to=sim.ask(), key=sim.thief)
    assert found(sim.judge(shown, tier=Tier.REGISTERED)) == EXPECT
