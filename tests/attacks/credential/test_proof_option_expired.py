"""The signer let the proof itself expire; the credential's own dates still look good.

Proofs of our types have no options that a verifier would have to obey (VC DI, 2.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.SCHEMA_VIOLATION)


def test_proof_option_expired() -> None:
    sim = Simulator()
    credential = sim.credential(options={"expires": "2026-10-01T00:00:00Z"})
    assert found(sim.answer(credential)) == EXPECT
