"""A number is changed in a credential that was signed as linked data (C93)."""

from amana.proofs import eddsa_rdfc
from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_rdfc_claim_changed() -> None:
    sim = Simulator()
    credential = sim.credential(options={"suite": eddsa_rdfc})
    changed = edited(credential, "credentialSubject", "householdSize", to=40)
    assert found(sim.answer(changed)) == EXPECT
