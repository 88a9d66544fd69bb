"""A claim is marked as self-stated and as checked, and each reader picks the one it likes.

Each claim is marked once (C31).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.CLAIM_UNMARKED)


def test_claim_marked_twice() -> None:
    sim = Simulator()
    credential = sim.credential(
        subject={"selfStated": ["householdSize", "children"], "checked": ["children"]}
    )
    assert found(sim.answer(credential)) == EXPECT
