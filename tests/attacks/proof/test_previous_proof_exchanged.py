"""A good proof of somebody else takes the place, and the name, of the one that was countersigned.

What is countersigned is that proof itself, not its name (VC Data Integrity 1.0, 4.3; C93).
"""

from amana.reasons import Outcome, Reason
from tests.amana_samples import foreign
from tests.proof_lab import chain, judged, signed

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_previous_proof_exchanged() -> None:
    document = chain()
    other = signed(foreign(), "three", id="urn:a")["proof"]
    assert judged({**document, "proof": [other, document["proof"][1]]}) == EXPECT
