"""A document that the holder signed as a statement is passed off as an answer.

An answer is signed to authenticate (VC DI, 2.1).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found

EXPECT = (Outcome.REJECTED, Reason.WRONG_RELATIONSHIP)


def test_answer_as_assertion() -> None:
    sim = Simulator()
    assert found(sim.answer(sim.credential(), proof_purpose="assertionMethod")) == EXPECT
