"""A document comes with more proofs than anybody needs, each of which costs a verification.

So many are read and no more (C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import judged, pair

EXPECT = (Outcome.REJECTED, Reason.TOO_LARGE)


def test_too_many_proofs() -> None:
    document = pair()
    assert judged({**document, "proof": document["proof"] * 5_000}) == EXPECT
