"""The first signature is taken away, and the countersignature stays, as if it were enough.

A countersignature holds only with what it was made over (VC Data Integrity 1.0, 4.5; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import chain, judged

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_proof_stripped_from_chain() -> None:
    document = chain()
    assert judged({**document, "proof": document["proof"][1]}) == EXPECT
