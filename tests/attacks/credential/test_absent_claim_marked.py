"""A claim that is not there is marked as checked, to lend the copy weight.

The marks name exactly the claims (C31).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.CLAIM_UNMARKED)


def test_absent_claim_marked() -> None:
    sim = Simulator()
    credential = sim.credential(
        subject={"selfStated": ["householdSize", "children"], "checked": ["disability"]}
    )
    assert found(sim.answer(credential)) == EXPECT
