"""An answer that holds nothing, well signed.

Nothing shown is nothing proved; absence is not permission (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.UNDECIDED, Reason.CLAIM_MISSING)


def test_empty_answer() -> None:
    sim = Simulator()
    asked = sim.ask()
    assert found(sim.judge(sim.present(to=asked), asked)) == EXPECT
