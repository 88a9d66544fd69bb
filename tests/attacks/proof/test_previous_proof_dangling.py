"""A countersignature names a proof that is nowhere to be seen.

What it confirmed can't be known (VC Data Integrity 1.0, section 4.5; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import changed, judged, pair

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_previous_proof_dangling() -> None:
    assert judged(changed(pair(), 1, previousProof="urn:nowhere")) == EXPECT
