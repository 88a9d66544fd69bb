"""A thief copies an SD-JWT and binds it with a key of his own (C43)."""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.BAD_SIGNATURE)


def test_binding_by_thief() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    assert found(sim.judge(sim.bind(sim.sd_jwt(), to=asked, key=sim.thief), asked)) == EXPECT
