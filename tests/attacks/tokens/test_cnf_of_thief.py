"""A thief has an SD-JWT issued to his own key about somebody else, and binds it well.

The key that signs has to be the subject's, whatever `cnf` says (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.WRONG_HOLDER)


def test_cnf_of_thief() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    text = sim.sd_jwt(bound_to=sim.thief)
    assert found(sim.judge(sim.bind(text, to=asked, key=sim.thief), asked)) == EXPECT
