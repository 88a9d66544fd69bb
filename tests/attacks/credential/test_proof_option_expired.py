"""The signer let the proof itself expire; the credential's own dates still look good.

The signer's own limit is obeyed, whatever the credential says (VC Data Integrity 2.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.EXPIRED)


def test_proof_option_expired() -> None:
    sim = Simulator()
    credential = sim.credential(options={"expires": "2026-10-01T00:00:00Z"})
    assert found(sim.answer(credential)) == EXPECT
