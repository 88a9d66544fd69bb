"""A self-stated claim is passed off as one that the organisation checked.

The marks are signed with the claims (C31).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_mark_changed() -> None:
    sim = Simulator()
    stated = edited(sim.credential(), "credentialSubject", "selfStated")
    credential = edited(stated, "credentialSubject", "checked", to=["householdSize", "children"])
    assert found(sim.answer(credential)) == EXPECT
