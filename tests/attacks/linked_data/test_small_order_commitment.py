"""The point R of a signature is one of the eight of small order, written in every way there is.

Libraries that multiply by the cofactor take such a signature of the key's owner; nobody may, or
two stations would say two things of one card (C93).
"""

import hashlib

import pytest

from amana.keys import SecretKey
from amana.multibase import encode_base58
from amana.proofs import eddsa_jcs
from amana.reasons import Outcome, Reason
from tests.deterministic import randomness
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)


@pytest.mark.parametrize("y", [0, 1, P - 1, ORDER_8, P - ORDER_8, P, P + 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_small_order_commitment(y: int, sign: int) -> None:
    sim = Simulator()
    seed = randomness("owner")(32)
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (2**254 - 8) | 2**254
    sim.issuer.key = SecretKey(seed)
    credential = sim.credential()
    proof = dict(credential.pop("proof"))
    del proof["proofValue"]
    message = eddsa_jcs.hash_data(credential, proof)
    commitment = (y | sign << 255).to_bytes(32, "little")
    asked = hashlib.sha512(commitment + sim.issuer.key.public.raw + message).digest()
    number = int.from_bytes(asked, "little") * scalar % L
    value = encode_base58(commitment + number.to_bytes(32, "little"))
    forged = {**credential, "proof": {**proof, "proofValue": value}}
    assert found(sim.answer(forged)) == EXPECT
