"""The one subject stands in a list, where software that looks at objects sees no claims.

A copy of ours has one form (C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_subject_in_list() -> None:
    sim = Simulator()
    credential = sim.credential(
        edit=lambda document: document.update(credentialSubject=[document["credentialSubject"]])
    )
    assert found(sim.answer(credential)) == EXPECT
