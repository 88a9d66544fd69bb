"""A P-256 did:key signs under the name of an Ed25519 suite; the signature itself fits.

The suite decides the algorithm, however the text of the credential is spaced (C93).
"""

from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from tests.jose_samples import P256Key
from tests.simulator import Issuer, Simulator, found

EXPECT = (Outcome.REJECTED, Reason.ALGORITHM_FORBIDDEN)


def test_p256_signature_in_eddsa_suite() -> None:
    sim = Simulator()
    key = P256Key("p256 issuer")
    issuer = Issuer(
        did=key.public.did, key_name=key.public.multikey, list_url="https://p.example/1"
    )
    credential = sim.credential(issuer=issuer)
    proof = credential.pop("proof")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    value = encode_base58(key.sign(eddsa_jcs.hash_data(credential, options)))
    signed = {**credential, "proof": {**options, "proofValue": value}}
    assert found(sim.answer(signed)) == EXPECT
