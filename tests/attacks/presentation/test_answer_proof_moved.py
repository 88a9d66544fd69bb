"""The proof of an answer to another question is put under this one.

The challenge is part of what is signed (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, edited, found

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_answer_proof_moved() -> None:
    sim = Simulator()
    told, asked = sim.ask(), sim.ask()
    moved = sim.present(sim.credential(), to=told)["proof"]
    shown = edited(
        sim.present(sim.credential(), to=asked), "proof", to={**moved, "challenge": asked.digest}
    )
    assert found(sim.judge(shown, asked)) == EXPECT
