"""Two strangers sign a credential in the issuer's name with good keys of their own.

Good proofs of others are none of the issuer's (C93).
"""

from amana.did.key import verification_method
from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, key_of

EXPECT = (Outcome.REJECTED, Reason.KEY_NOT_OF_ISSUER)


def test_set_without_issuer() -> None:
    sim = Simulator()
    credential = sim.unsigned()
    for key in (sim.thief, key_of("another thief")):
        method = verification_method(key.public.did)
        options = {"verificationMethod": method, "proofPurpose": "assertionMethod"}
        credential = add_proof(credential, key=key, cryptosuite="eddsa-jcs-2022", options=options)
    assert found(sim.answer(credential)) == EXPECT
