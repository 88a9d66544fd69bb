"""The answer's proof is left out; what is inside is genuine.

No proof, no holder (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.PROOF_MISSING)


def test_answer_unsigned() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = edited(sim.present(sim.credential(), to=asked), "proof")
    assert found(sim.judge(shown, asked)) == EXPECT
