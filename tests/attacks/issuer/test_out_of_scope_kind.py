"""An issuer accredited for purpose credentials signs whole profiles.

The consortium says what each may issue (C82, C111).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.OUT_OF_SCOPE)


def test_out_of_scope_kind() -> None:
    sim = Simulator()
    sim.issuer.actions = {("issue", "TrainingCertificate")}
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
