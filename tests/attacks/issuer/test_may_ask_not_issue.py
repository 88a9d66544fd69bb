"""An organisation that may only ask begins to issue.

To ask and to issue are two accreditations (C82, C111).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.OUT_OF_SCOPE)


def test_may_ask_not_issue() -> None:
    sim = Simulator()
    sim.issuer.actions = {("ask", "PurposeCredential")}
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
