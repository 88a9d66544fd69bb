"""An issuer accredited for food signs entitlements to cash.

The consortium says for which purposes each may issue (C82, C111).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.OUT_OF_SCOPE)


def test_out_of_scope_purpose() -> None:
    sim = Simulator()
    sim.issuer.actions = {("issue", "PurposeCredential:cash")}
    credential = sim.credential()
    assert found(sim.answer(credential)) == EXPECT
