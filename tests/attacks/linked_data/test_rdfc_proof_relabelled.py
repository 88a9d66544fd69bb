"""A proof over linked data is called one over text, and the other way round.

The name of the suite is signed with the rest, and each suite hashes otherwise (C93).
"""

import pytest

from amana.proofs import eddsa_jcs, eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


@pytest.mark.parametrize(
    ("signed", "called"), [(eddsa_rdfc, "eddsa-jcs-2022"), (eddsa_jcs, "eddsa-rdfc-2022")]
)
def test_rdfc_proof_relabelled(signed: object, called: str) -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": signed})
    assert found(sim.answer(edited(credential, "proof", "cryptosuite", to=called))) == EXPECT
