"""Two signers exchange their names in a set: each is said to have signed what the other did.

The verification method is part of what is signed (VC Data Integrity 1.0, section 4.2; C93).
"""

from amana.reasons import Outcome, Reason
from tests.proof_lab import judged, pair

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_methods_swapped_in_set() -> None:
    document = pair()
    one, two = document["proof"]
    swapped = [
        {**one, "verificationMethod": two["verificationMethod"]},
        {**two, "verificationMethod": one["verificationMethod"]},
    ]
    assert judged({**document, "proof": swapped}) == EXPECT
