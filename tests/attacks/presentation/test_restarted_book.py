"""The station is switched off and on, and an answer that was used is shown again.

A new book knows no question, so that none is fresh (C43).
"""

from amana.reasons import Outcome, Reason
from tests.simulator import Simulator, found
from verifier.book import ChallengeBook

EXPECT = (Outcome.UNDECIDED, Reason.CHALLENGE_UNKNOWN)


def test_restarted_book() -> None:
    sim = Simulator()
    asked = sim.ask()
    shown = sim.present(sim.credential(), to=asked)
    assert sim.judge(shown, asked).accepted
    sim.book = ChallengeBook(clock=sim.clock)
    assert found(sim.judge(shown, asked)) == EXPECT
