"""The same bound SD-JWT is shown a second time (C43)."""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.REJECTED, Reason.REPLAYED)


def test_binding_played_back() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    shown = sim.bind(sim.sd_jwt(), to=asked)
    assert sim.judge(shown, asked).accepted
    assert found(sim.judge(shown, asked)) == EXPECT
