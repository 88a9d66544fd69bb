"""The same late answer where registration is enough.

It is worth what paper is, and the verdict says that no holder was proved (C2, C9).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier import Tier
from verifier.verdict import ProofShown

EXPECT = (Outcome.ACCEPTED, Reason.HOLDER_NOT_PROVED)


def test_late_answer_registered() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    sim.clock.wait(181)
    verdict = sim.judge(shown, asked, tier=Tier.REGISTERED)
    assert found(verdict) == EXPECT
    assert verdict.relied_on.proof is ProofShown.CREDENTIAL
