"""The key binding is cut off where one was asked for, so that nobody needs the holder's key.

Then it is what paper is, and where an answer is needed that is not enough (RFC 9901, 7.3; C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import found
from tests.token_lab import TokenSimulator

EXPECT = (Outcome.UNDECIDED, Reason.CREDENTIAL_ONLY)


def test_binding_stripped() -> None:
    sim = TokenSimulator()
    asked = sim.ask()
    shown = sim.bind(sim.sd_jwt(), to=asked)
    assert found(sim.judge(shown[: shown.rindex("~") + 1], asked)) == EXPECT
