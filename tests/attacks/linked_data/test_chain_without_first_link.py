"""The proof that another one countersigned is taken away from the chain.

What was signed was the document with that proof (VC Data Integrity 1.0, section 2.1.2; C93).
"""

from amana.did.key import verification_method
from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found, key_of

EXPECT = (Outcome.REJECTED, Reason.BAD_PROOF_CHAIN)


def test_chain_without_first_link() -> None:
    sim = Simulator()
    inspector = key_of("inspector")
    credential = add_proof(
        sim.unsigned(),
        key=inspector,
        cryptosuite="eddsa-jcs-2022",
        options={
            "id": "urn:uuid:inspected",
            "verificationMethod": verification_method(inspector.public.did),
            "proofPurpose": "assertionMethod",
        },
    )
    credential = add_proof(
        credential,
        key=sim.issuer.key,
        cryptosuite="eddsa-jcs-2022",
        options={
            "verificationMethod": sim.issuer.key_id,
            "proofPurpose": "assertionMethod",
            "previousProof": "urn:uuid:inspected",
        },
    )
    credential["proof"] = credential["proof"][1]
    assert found(sim.answer(credential)) == EXPECT
