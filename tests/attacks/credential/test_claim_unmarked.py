"""An issuer does not say whether a claim was checked or only told.

Each claim is marked (C31).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.CLAIM_UNMARKED)


def test_claim_unmarked() -> None:
    sim = Simulator()
    credential = sim.credential(subject={"selfStated": ["householdSize"]})
    assert found(sim.answer(credential)) == EXPECT
