"""Two proofs each name the other as the one before: whoever follows them never ends.

A chain has a beginning (VC Data Integrity 1.0, section 2.1.2; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import chain, changed, judged

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_previous_proof_loop() -> None:
    assert judged(changed(chain(), 0, previousProof="urn:b")) == EXPECT
