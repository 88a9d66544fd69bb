"""A good proof stands first, and a forged one of a better-known signer behind it.

One that verifies does not speak for the others (VC Data Integrity 1.0, section 4.5; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import changed, judged, method, pair

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_second_proof_forged() -> None:
    assert judged(changed(pair(), 1, verificationMethod=method("known"))) == EXPECT
