"""The first signature is taken away, and so is the countersignature's word that there was one.

`previousProof` is signed as every option is (VC Data Integrity 1.0, section 4.2; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import chain, judged

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_chain_cut_in_two() -> None:
    document = chain()
    last = dict(document["proof"][1])
    del last["previousProof"]
    assert judged({**document, "proof": last}) == EXPECT
