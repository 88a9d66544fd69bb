"""A stranger adds a proof in the issuer's name to a credential that the issuer signed.

Every proof of a set has to verify (VC Data Integrity 1.0, section 4.5; C93).
"""

from amana.proofs.data_integrity import add_proof
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_second_proof_by_stranger() -> None:
    sim = Simulator()
    options = {"verificationMethod": sim.issuer.key_id, "proofPurpose": "assertionMethod"}
    credential = add_proof(
        sim.credential(), key=sim.thief, cryptosuite="eddsa-rdfc-2022", options=options
    )
    assert found(sim.answer(credential)) == EXPECT
