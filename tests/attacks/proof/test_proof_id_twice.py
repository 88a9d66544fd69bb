"""Two proofs have one id, so that it is open which of them was countersigned.

Ids name one thing (VC Data Integrity 1.0, section 2.1; C93).
"""

from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.proof_lab import chain, judged, signed

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_proof_id_twice() -> None:
    document = chain()
    other = signed(foreign(), "three", id="urn:a")["proof"]
    assert judged({**document, "proof": [other, *document["proof"]]}) == EXPECT
