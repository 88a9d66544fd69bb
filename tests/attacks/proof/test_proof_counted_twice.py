"""One signature is shown twice, where two people had to sign.

A set holds a proof once (VC Data Integrity 1.0, section 2.1.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import judged, pair

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_proof_counted_twice() -> None:
    document = pair()
    assert judged({**document, "proof": [document["proof"][0]] * 2}) == EXPECT
