"""A second proof of the forger's stands beside the issuer's, hoping that one good one is enough.

Sets of proofs are not judged, so they are not believed (C87).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.UNDECIDED, Reason.UNKNOWN_CRYPTOSUITE)


def test_proof_set() -> None:
    sim = Simulator()
    good = sim.credential()
    credential = edited(good, "proof", to=[good["proof"], sim.credential(key=sim.thief)["proof"]])
    assert found(sim.answer(credential)) == EXPECT
