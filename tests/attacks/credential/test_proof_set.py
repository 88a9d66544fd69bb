"""A second proof of the forger's stands beside the issuer's, hoping that one good one is enough.

Every proof of a set has to verify (VC Data Integrity, 4.5; C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_proof_set() -> None:
    sim = Simulator()
    good = sim.credential()
    credential = edited(good, "proof", to=[good["proof"], sim.credential(key=sim.thief)["proof"]])
    assert found(sim.answer(credential)) == EXPECT
