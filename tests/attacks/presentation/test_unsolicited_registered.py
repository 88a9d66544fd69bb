"""The same screenshot at a service that only needs registration.

Accepted as paper is, and the verdict says that no holder was proved (C2, C9).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier
from verifier.verdict import ProofShown

EXPECT = (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)


def test_unsolicited_registered() -> None:
    sim = Simulator()
    old = sim.ask()
    verdict = sim.judge(sim.present(sim.credential(), to=old), tier=Tier.REGISTERED)
    assert found(verdict) == EXPECT
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL
