"""The status takes the label that canonicalisation gives to the credential itself.

Labels of a document are local to it, and canonical ones are given anew: what the forger joins is
another graph (RDFC-1.0, section 4.4; C93).
"""

import pytest

from amana.errors import VerificationError
from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.rdf_documents import RDFC
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


@pytest.mark.parametrize("label", ["_:c14n0", "_:c14n1"])
def test_rdfc_blank_label(label: str) -> None:
    sim = Simulator()
    signed = sim.credential(options=RDFC)
    assert sim.answer(signed).accepted
    forged = edited({**signed, "id": label}, "credentialStatus", "id", to=label)
    proof = eddsa_rdfc.read_proof(forged["proof"])
    with pytest.raises(VerificationError) as caught:
        eddsa_rdfc.verify(forged, proof, key=sim.issuer.key.public)
    assert (caught.value.reason.outcome, caught.value.reason) == EXPECT
    # Whoever reads it as a credential refuses it before: no label is a URL.
    assert found(sim.judge(forged)) == (Outcome.REJECTED, Reason.BAD_CREDENTIAL)
